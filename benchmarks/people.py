"""Customers and goods of a section, made in SQL."""

from __future__ import annotations

from django.db import connection

_CUSTOMERS = """
INSERT INTO customers_customer (id, number, first_name, last_name, email, phone, locale, time_zone, currency, source,
                                note, tags, version, created_at, updated_at)
SELECT gen_random_uuid(), 'B' || n, 'Person', 'Number ' || n, 'p' || n || '@example.com', '', '', '', '', 'import',
       '', '[]', 1, now() - interval '900 days', now()
  FROM generate_series(1, %(count)s::int) AS n
"""
_IDENTITIES = """
INSERT INTO customers_identity (id, customer_id, kind, value, created_at)
SELECT id, id, 'customer', id::text, created_at FROM customers_customer
"""


def make_people(count: int) -> list[str]:
    """Their ids. Each has the identity in the log that its customer has."""
    with connection.cursor() as cursor:
        cursor.execute(_CUSTOMERS, {"count": count})
        cursor.execute(_IDENTITIES)
        cursor.execute("ANALYZE customers_customer, customers_identity")
        cursor.execute("SELECT id::text FROM customers_customer ORDER BY number")
        return [row[0] for row in cursor.fetchall()]


def make_goods(count: int) -> None:
    """Products with one variant each, of SKUs p0, p1 …"""
    from catalog.models import Category, Product, TaxCategory, Variant

    TaxCategory.objects.get_or_create(code="standard", defaults={"name": "Standard"})
    category = Category.objects.create(name="Women", slug="women", path="women")
    products = Product.objects.bulk_create(
        Product(slug=f"p{n}", name=f"Product {n}", category=category) for n in range(count)
    )
    Variant.objects.bulk_create(Variant(product=product, sku=product.slug) for product in products)
