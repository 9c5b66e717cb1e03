"""Sealing: what was said, and who people are, opens only against a receipt of the trail."""
