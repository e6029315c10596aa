"""Which articles a rule's goods are at this moment, as ids: the planner then knows how many it looks for."""

from collections.abc import Mapping

from django.db import connection

from campaigns.segments.rules.sql import Articles
from campaigns.segments.rules.tree import Goods, Node, conditions_of

#: Beyond it the ids stay a subquery: a list that long is dearer to send than to look up.
MOST = 20_000

ARTICLES = """
SELECT p.id, v.id
  FROM catalog_product p
  LEFT JOIN catalog_variant v ON v.product_id = p.id
  LEFT JOIN catalog_category g ON g.id = p.category_id
 WHERE p.id = ANY(%(products)s::uuid[])
    OR EXISTS (SELECT 1 FROM unnest(%(paths)s::text[]) AS top (path)
                WHERE g.path = top.path OR starts_with(g.path, top.path || '/'))
 LIMIT %(most)s::bigint
"""


def articles_of(tree: Node) -> Mapping[Goods, Articles]:
    """One statement for each of the rule's goods; those with too many articles are left out."""
    found: dict[Goods, Articles] = {}
    for goods in _goods(tree):
        with connection.cursor() as cursor:
            paths, products = list(goods.categories), list(goods.products)
            cursor.execute(ARTICLES, {"products": products, "paths": paths, "most": MOST + 1})
            rows = cursor.fetchall()
        if len(rows) <= MOST:
            variants = [variant for _, variant in rows if variant is not None]
            ids = {str(product) for product, _ in rows} | {str(variant) for variant in variants}
            found[goods] = Articles(variants=tuple(variants), ids=tuple(sorted(ids)))
    return found


def _goods(tree: Node) -> set[Goods]:
    found: set[Goods] = set()
    for _, condition in conditions_of(tree):
        every = [getattr(condition, "goods", None), *(each.goods for each in getattr(condition, "where", ()))]
        found |= {goods for goods in every if goods is not None}
    return found
