"""What goes with what: the relations of products, ranked. Stock and what somebody owns stand above the catalogue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from catalog.rules.seasons import season_fit
from catalog.states import RelationKind

GOES_WITH: tuple[str, ...] = (RelationKind.COMPLEMENTARY, RelationKind.ACCESSORY)

LIST_RELATED = """
SELECT r.product_id, r.related_id, r.kind, r.position,
       coalesce(given.attributes->>'Season', ''), coalesce(related.attributes->>'Season', ''),
       given.name, related.name, coalesce(category.path, '')
  FROM catalog_productrelation AS r
  JOIN catalog_product AS given ON given.id = r.product_id
  JOIN catalog_product AS related ON related.id = r.related_id AND related.status = 'active'
  LEFT JOIN catalog_category AS category ON category.id = related.category_id
 WHERE r.product_id = ANY(%(products)s::uuid[]) AND r.kind = ANY(%(kinds)s::text[])
 ORDER BY r.product_id, r.kind DESC, r.position, r.id
"""


@dataclass(frozen=True, slots=True)
class Related:
    """A product that goes with another; `fit` is its season's (see `season_fit`), more is better."""

    product_id: UUID
    name: str
    because_id: UUID
    because_name: str
    kind: str
    position: int
    category_path: str
    fit: int


def list_related(product_ids: Sequence[UUID], *, kinds: Sequence[str] = GOES_WITH, day: date) -> list[Related]:
    """Active products related to any of these: those in season first, then as the relations rank them. One statement.

    A product may be named more than once, for several that it goes with.
    """
    with connection.cursor() as cursor:
        cursor.execute(LIST_RELATED, {"products": list(product_ids), "kinds": list(kinds)})
        rows = cursor.fetchall()
    found = [
        Related(
            product_id=related_id,
            name=name,
            because_id=given_id,
            because_name=given_name,
            kind=kind,
            position=position,
            category_path=path,
            fit=season_fit(season, bought_for=given_season, day=day),
        )
        for given_id, related_id, kind, position, given_season, season, given_name, name, path in rows
    ]
    order = {kind: rank for rank, kind in enumerate(kinds)}
    return sorted(found, key=lambda each: (-each.fit, each.position, order[each.kind], str(each.product_id)))
