"""Practices, people and their roles; sign-in sessions and step-up."""
