"""Find anything: one box over orders, customers and items, each asked by its own index."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from customers.queries import find_customers

FOUND_PEOPLE = 5

FIND = """
(SELECT 'order' AS kind, o.id, o.number AS title, coalesce(nullif(o.email, ''), o.channel) AS description
   FROM orders_order o WHERE o.number LIKE upper(%(prefix)s) ORDER BY o.number LIMIT 5)
UNION ALL
(SELECT 'order', o.id, o.number, o.email FROM orders_order o WHERE o.email = lower(%(term)s) LIMIT 5)
UNION ALL
(SELECT 'customer', c.id, trim(c.first_name || ' ' || c.last_name), coalesce(nullif(c.email, ''), c.number)
   FROM customers_customer c
  WHERE c.merged_into_id IS NULL
    AND c.id = ANY(%(people)s::uuid[]))
UNION ALL
(SELECT 'product', v.product_id, p.name, v.sku FROM catalog_variant v JOIN catalog_product p ON p.id = v.product_id
  WHERE v.sku IN (%(term)s, upper(%(term)s)) OR v.sku LIKE upper(%(prefix)s) OR v.barcode = %(term)s
  ORDER BY v.sku LIMIT 5)
UNION ALL
(SELECT 'product', p.id, p.name, p.slug FROM catalog_product p
  WHERE p.search @@ websearch_to_tsquery('simple', %(term)s) LIMIT 5)
"""

_PAGES = {
    "order": ("admin:orders_order_change", "orders.view_order", "shopping_bag"),
    "customer": ("admin:customers_customer_profile", "customers.view_customer", "person"),
    "product": ("admin:catalog_product_change", "catalog.view_product", "apparel"),
}


@dataclass(frozen=True, slots=True)
class Found:
    title: str
    description: str
    page: str
    permission: str
    icon: str
    id: UUID


def find_anything(term: str) -> list[Found]:
    """Up to a dozen orders, customers and products whose number, name, email, SKU or barcode begins with or is `term`."""
    term = term.strip().replace("\x00", "")[:100]
    if len(term) < 2:
        return []
    prefix = term.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    people = [customer.pk for customer in find_customers(term, limit=FOUND_PEOPLE)]
    with connection.cursor() as cursor:
        cursor.execute(FIND, {"term": term, "prefix": prefix, "people": people})
        rows = cursor.fetchall()
    found: dict[tuple[str, UUID], Found] = {}
    for kind, key, title, description in rows:
        page, permission, icon = _PAGES[kind]
        found.setdefault((kind, key), Found(title or description, description, page, permission, icon, key))
    return list(found.values())[:12]
