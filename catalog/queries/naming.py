"""Names of categories for sentences and choices."""

from catalog.models import Category
from catalog.rules.naming import told_apart


def category_names() -> dict[str, str]:
    """Every category by path in the tree's order, under a name no other carries. One statement."""
    return told_apart(dict(Category.objects.order_by("path").values_list("path", "name")))
