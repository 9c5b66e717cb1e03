"""What people see, one room for each kind of person: the only rooms that know HTTP."""
