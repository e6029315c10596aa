"""Reads of the catalogue. Other apps use `find_variant_by_code`, `list_sellables` and `match_code`."""

from catalog.queries.sellables import VariantInfo, find_variant_by_code, list_sellables, match_code
from catalog.rules.sellable import Sellable

__all__ = ["Sellable", "VariantInfo", "find_variant_by_code", "list_sellables", "match_code"]
