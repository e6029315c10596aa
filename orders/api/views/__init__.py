"""Endpoints of orders, by what they are about."""
