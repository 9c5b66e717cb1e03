"""Dilemma cases, consultations, referrals and the library.."""
