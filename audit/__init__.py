"""The trail: canonical entries, one chain per practice, a stand-alone verifier. It knows nobody."""
