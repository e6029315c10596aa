"""Versioned graphs of steps that customers move through."""
