"""Live sets of (customer, item) for advertising platforms, and what is told to them."""
