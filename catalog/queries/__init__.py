"""Reads of the catalogue. Other apps use `find_variant_by_code` and `list_sellables`."""

from catalog.queries.sellables import VariantInfo, find_variant_by_code, list_sellables

__all__ = ["VariantInfo", "find_variant_by_code", "list_sellables"]
