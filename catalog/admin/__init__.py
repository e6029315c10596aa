"""The catalogue's staff screens."""

from catalog.admin import categories, products, variants

__all__ = ["categories", "products", "variants"]
