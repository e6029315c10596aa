"""States of what is sold."""

from django.db import models


class ProductStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    ACTIVE = "active", "Active"
    ARCHIVED = "archived", "Archived"


class StockPolicy(models.TextChoices):
    TRACKED = "tracked", "Tracked: sold while there is stock"
    BACKORDER = "backorder", "Back-order: sold beyond stock"
    UNTRACKED = "untracked", "Not tracked"


class RelationKind(models.TextChoices):
    COMPLEMENTARY = "complementary", "Goes with"
    SIMILAR = "similar", "Similar"
    ACCESSORY = "accessory", "Accessory"


# A product may be put away and brought back; once it was on sale it is never a draft again.
MOVES: dict[ProductStatus, frozenset[ProductStatus]] = {
    ProductStatus.DRAFT: frozenset({ProductStatus.ACTIVE, ProductStatus.ARCHIVED}),
    ProductStatus.ACTIVE: frozenset({ProductStatus.ARCHIVED}),
    ProductStatus.ARCHIVED: frozenset({ProductStatus.ACTIVE}),
}
