"""A year of confirmed orders with their lines, and what their customers did before: made in SQL."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection

_ORDERS = """
WITH people AS MATERIALIZED (SELECT array_agg(id) AS ids FROM customers_customer)
INSERT INTO orders_order (id, number, source, customer_id, email, phone, status, payment_status, currency, items_minor,
                          discount_minor, shipping_minor, tax_minor, tax_included_minor, total_minor, current_total_minor,
                          paid_minor, refunded_minor, channel, campaign, ship_to, note, locale, version, placed_at, confirmed_at, created_at)
SELECT gen_random_uuid(), 'B' || n, 'import', people.ids[1 + n %% cardinality(people.ids)], '', '', 'confirmed', 'paid', 'USD', 5000,
       0, 0, 0, 0, 5000, 5000, 5000, 0, 'web', '{}', '{}', '', '', 1, at, at, at
  FROM people, (SELECT n, now() - random() * interval '80 days' AS at FROM generate_series(1, %(count)s::int) AS n) AS placed
"""
_LINES = """
WITH goods AS MATERIALIZED (SELECT array_agg(id) AS ids FROM catalog_variant)
INSERT INTO orders_orderline (id, order_id, position, variant_id, sku, name, options, personalisation, is_gift, note,
                              quantity, cancelled_quantity, returned_quantity, unit_price_minor, discount_minor, tax_minor,
                              tax_included_minor, total_minor, channel)
SELECT gen_random_uuid(), o.id, n, goods.ids[1 + floor(random() * cardinality(goods.ids))::int], 'x', 'x', '{}', '{}',
       false, '', 1, 0, 0, 2500, 0, 0, 0, 2500, 'web'
  FROM orders_order o, goods, generate_series(1, 2) AS n
"""
# Ten before each: two visits led by an ad, a click in a mail, pages, and the order's own facts.
_EVENTS = """
INSERT INTO events_event (id, name, kind, occurred_at, identity_id, subject_id, channel, actor, request_id, context, data)
SELECT (lpad(to_hex((extract(epoch FROM e.at) * 1000)::bigint), 12, '0') || '7' || substr(md5(random()::text), 1, 3)
        || '8' || substr(md5(random()::text), 1, 15))::uuid,
       e.name, e.kind, e.at, e.customer_id, CASE WHEN e.kind = 'domain' THEN e.order_id END, 'web', '', '', e.context, e.data
  FROM (SELECT o.id AS order_id, o.customer_id, s.name, s.kind, o.placed_at - s.before AS at, s.context::jsonb, s.data::jsonb
          FROM orders_order o, (VALUES
               ('page', 'tracked', interval '9 days', '{"campaign": {"source": "instagram", "medium": "paid_social", "name": "summer"}}', '{}'),
               ('Product Viewed', 'tracked', interval '9 days' - interval '2 minutes', '{}', '{}'),
               ('Product Viewed', 'tracked', interval '9 days' - interval '4 minutes', '{}', '{}'),
               ('message.clicked', 'domain', interval '4 days', '{}', '{"channel": "email", "template": "newsletter"}'),
               ('page', 'tracked', interval '4 days' - interval '1 minute', '{}', '{}'),
               ('page', 'tracked', interval '1 day', '{"page": {"url": "https://shop.example/", "referrer": "https://www.google.com/"}}', '{}'),
               ('Product Viewed', 'tracked', interval '1 day' - interval '3 minutes', '{}', '{}'),
               ('cart.line_added', 'domain', interval '8 minutes', '{}', '{}'),
               ('order.placed', 'domain', interval '0', '{}', '{}'),
               ('order.confirmed', 'domain', interval '0', '{}', '{}')
               ) AS s (name, kind, before, context, data)) AS e
"""


def make_trade(orders: int, *, customers: int, events: bool) -> None:
    from benchmarks.people import make_goods, make_people
    from omnichannel.events.partitions import make_partitions
    from omnichannel.kernel.clock import now

    for months in range(5):
        make_partitions(at=now() - timedelta(days=30 * months))
    make_goods(200)
    make_people(customers)
    with connection.cursor() as cursor:
        cursor.execute(_ORDERS, {"count": orders})
        cursor.execute(_LINES)
        if events:
            cursor.execute(_EVENTS)
            cursor.execute("VACUUM ANALYZE events_event")
        cursor.execute("VACUUM ANALYZE orders_order")
        cursor.execute("VACUUM ANALYZE orders_orderline")
