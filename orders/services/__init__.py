"""Writes of orders: one use case a function."""
