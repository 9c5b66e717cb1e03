"""How days and times are written out, a module for each language; templates name the forms."""
