"""Writes of offers and codes."""
