"""Pure rules of places and stock."""
