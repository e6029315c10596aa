"""How files are read: no tables, no clock."""
