"""Asking, answering, taking back, releasing: one function, one transaction, one entry."""
