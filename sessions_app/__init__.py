"""Groups, members, sessions, and what was said in them."""
