"""The category tree. `path` is kept right for whole subtrees; writers of the tree go one after the other."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils.text import slugify

from catalog.errors import CategoryCycle, CategoryNotEmpty, CategoryPathTaken, CategoryUnknown
from catalog.models import Category, Product
from catalog.services.documents import mark_stale
from omnichannel.kernel.errors import NotFound, RuleViolation

MAX_PATH = 500
MOVE_SUBTREE = """
UPDATE catalog_category
   SET path = %(new)s || substr(path, length(%(old)s) + 1)
 WHERE path = %(old)s OR starts_with(path, %(old)s || '/')
"""


def create_category(*, name: str, slug: str = "", parent_id: UUID | None = None, position: int = 0) -> Category:
    """Add a category below another, or at the top.

    Raises  CategoryUnknown (the parent), CategoryPathTaken.
    """
    with transaction.atomic():
        _lock_tree()
        parent = _parent(parent_id)
        slug = slug or slugify(name) or "category"
        path = _path(parent, slug)
        if Category.objects.filter(path=path).exists():
            raise CategoryPathTaken()
        return Category.objects.create(name=name, slug=slug, parent=parent, position=position, path=path)


def update_category(
    *, category_id: UUID, name: str | None = None, slug: str | None = None, position: int | None = None, at: datetime
) -> Category:
    """Rename or reorder. A new slug moves the paths of everything below.

    Raises  NotFound, CategoryPathTaken.
    """
    with transaction.atomic():
        _lock_tree()
        category = _get(category_id)
        renamed = name is not None and name != category.name
        category.name = name if name is not None else category.name
        category.position = position if position is not None else category.position
        category.save(update_fields=["name", "position"])
        if slug is not None and slug != category.slug:
            _move(category, category.parent, slug, at)
        elif renamed:
            _stale_below(category.path, at)
    return category


def move_category(*, category_id: UUID, parent_id: UUID | None, at: datetime) -> Category:
    """Put a category, with everything below it, under another parent (None: at the top).

    Raises  NotFound, CategoryUnknown (the parent), CategoryCycle, CategoryPathTaken.
    """
    with transaction.atomic():
        _lock_tree()
        category = _get(category_id)
        parent = _parent(parent_id)
        if parent is not None and (parent.pk == category.pk or parent.path.startswith(category.path + "/")):
            raise CategoryCycle()
        if category.parent_id != parent_id:
            _move(category, parent, category.slug, at)
    return category


def delete_category(*, category_id: UUID) -> None:
    """Raises NotFound, CategoryNotEmpty."""
    with transaction.atomic():
        _lock_tree()
        category = _get(category_id)
        if category.children.exists() or Product.objects.filter(category=category).exists():
            raise CategoryNotEmpty()
        category.delete()


def ensure_categories(*, paths: Iterable[str]) -> dict[str, Category]:
    """The categories of these paths of names (`Women > Dresses`) or slugs (`women/dresses`), made where missing."""
    wanted: dict[str, list[tuple[str, str]]] = {}
    for text in paths:
        names = [part.strip() for part in text.replace(">", "/").split("/") if part.strip()]
        wanted[text] = [(name[:120], slugify(name, allow_unicode=False)[:120] or "category") for name in names]
    slug_paths = {
        "/".join(slug for _, slug in steps[: depth + 1]) for steps in wanted.values() for depth in range(len(steps))
    }
    with transaction.atomic():
        found = {row.path: row for row in Category.objects.filter(path__in=slug_paths)}
        if len(found) < len(slug_paths):
            _lock_tree()
            found = {row.path: row for row in Category.objects.filter(path__in=slug_paths)}
            for steps in wanted.values():
                parent = None
                for name, slug in steps:
                    path = _path(parent, slug)
                    if path not in found:
                        shown = name.replace("-", " ").capitalize() if name == slug else name
                        found[path] = Category.objects.create(name=shown, slug=slug, parent=parent, path=path)
                    parent = found[path]
    return {text: found["/".join(slug for _, slug in steps)] for text, steps in wanted.items() if steps}


def _move(category: Category, parent: Category | None, slug: str, at: datetime) -> None:
    old, new = category.path, _path(parent, slug)
    if Category.objects.filter(path=new).exists():
        raise CategoryPathTaken()
    category.parent, category.slug = parent, slug
    category.save(update_fields=["parent", "slug"])
    with connection.cursor() as cursor:
        cursor.execute(MOVE_SUBTREE, {"old": old, "new": new})
    category.path = new
    _stale_below(new, at)


def _stale_below(path: str, at: datetime) -> None:
    below = Category.objects.filter(path__startswith=path + "/").values("pk")
    products = Product.objects.filter(
        category__in=[
            *below.values_list("pk", flat=True),
            *Category.objects.filter(path=path).values_list("pk", flat=True),
        ]
    )
    mark_stale(product_ids=products.values_list("pk", flat=True), at=at)


def _lock_tree() -> None:
    # One writer of the tree at a time: two moves at once could make a ring that neither of them sees.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('catalog:tree', 0))")


def _get(category_id: UUID) -> Category:
    category = Category.objects.select_related("parent").filter(pk=category_id).first()
    if category is None:
        raise NotFound()
    return category


def _parent(parent_id: UUID | None) -> Category | None:
    if parent_id is None:
        return None
    parent = Category.objects.filter(pk=parent_id).first()
    if parent is None:
        raise CategoryUnknown(pointer="/parent_id")
    return parent


def _path(parent: Category | None, slug: str) -> str:
    path = f"{parent.path}/{slug}" if parent else slug
    if len(path) > MAX_PATH:
        raise RuleViolation("category_too_deep", "The path of this category would be too long.", pointer="/parent_id")
    return path
