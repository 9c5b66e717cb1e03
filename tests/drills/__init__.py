"""The proofs that take longer than a test: run by `make races`, `make faults`, `make drills`."""
