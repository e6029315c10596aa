"""Customers who order without logging in."""

from customers.services.creating import find_or_create_guest

__all__ = ["find_or_create_guest"]
