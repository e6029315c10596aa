"""Staff screens of carts: open carts and what became of them, and the tables of tax and shipping."""

from carts.admin import carts, tables

__all__ = ["carts", "tables"]
