"""Offers and codes: condition × benefit × scope, evaluated by one pure function."""
