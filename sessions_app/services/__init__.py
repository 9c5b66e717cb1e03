"""What can be done with groups, sessions and items: one function, one transaction, one entry."""
