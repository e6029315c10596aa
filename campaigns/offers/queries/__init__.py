"""Reads of offers and codes."""
