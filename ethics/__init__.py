"""Dilemma cases, consultations, referrals, risk and the library. A case never releases anything."""
