"""Sales history from a plain CSV: one row a line, the rows of a sale next to each other. All in SQL, millions at a time.

A sale goes in once for its `sale_id`; importing a file again changes nothing. History is nobody's news: no facts, no
mails, no stock. Keys are made from what the file says (UUIDv7 layout: the moment, then a hash), so a run that was cut
off anywhere finds its own rows again.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from omnichannel.brand.models import BrandKit
from omnichannel.kernel.channels import Channel
from omnichannel.kernel.context import Context
from omnichannel.kernel.money import currency_exponent
from omnichannel.transfer.ports import Applied, Batch, Column, Export
from orders.services.numbers import brand_initial

SOURCE = "import"
_MONEY = r"^\d{1,10}(\.\d{1,4})?$"
_MOMENT = r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?)? ?(Z|UTC|[+-]\d{2}:?\d{2})?$"
_AMOUNTS = ("unit_price", "discount", "tax", "total")

# Amounts in minor units; `total` is what was truly paid for the line when the file says it.
PARSE = """
CREATE TEMPORARY TABLE sales_line ON COMMIT DROP AS
WITH told AS (
    SELECT s.row, s.grp, s.sale_id, s.placed_at::timestamptz AS placed_at, coalesce(nullif(s.channel, ''), 'pos') AS channel,
           s.store, s.customer, lower(coalesce(s.email, '')) AS email, coalesce(nullif(s.currency, ''), %(currency)s::text) AS currency,
           s.sku, coalesce(s.name, '') AS name, s.quantity::int AS quantity, coalesce(s.tender, '') AS tender,
           s.unit_price::numeric AS unit_price, coalesce(nullif(s.discount, ''), '0')::numeric AS discount,
           coalesce(nullif(s.tax, ''), '0')::numeric AS tax, nullif(s.total, '')::numeric AS total
      FROM {table} s WHERE {where}
), minor AS (
    SELECT t.*, round(t.unit_price * c.factor)::bigint AS unit_minor, round(t.discount * c.factor)::bigint AS discount_minor,
           round(t.tax * c.factor)::bigint AS tax_minor, round(t.total * c.factor)::bigint AS told_minor
      FROM told t JOIN unnest(%(currencies)s::text[], %(factors)s::bigint[]) AS c (currency, factor) ON c.currency = t.currency
)
SELECT m.*, coalesce(m.told_minor, m.unit_minor * m.quantity - m.discount_minor + m.tax_minor) AS total_minor,
       row_number() OVER (PARTITION BY m.grp ORDER BY m.row) AS position,
       v.id AS variant_id, coalesce(nullif(m.name, ''), p.name) AS shown_name, coalesce(v.options, '{{}}') AS options
  FROM minor m
  LEFT JOIN catalog_variant v ON v.sku = m.sku
  LEFT JOIN catalog_product p ON p.id = v.product_id
"""

GROUP = """
CREATE TEMPORARY TABLE sales_order ON COMMIT DROP AS
WITH sale AS (
    SELECT DISTINCT ON (grp) grp, sale_id, placed_at, channel, store, customer, email, currency, tender FROM sales_line ORDER BY grp, row
), sums AS (
    SELECT grp, sum(unit_minor * quantity) AS items, sum(discount_minor) AS discount, sum(tax_minor) AS tax, sum(total_minor) AS total
      FROM sales_line GROUP BY grp
)
SELECT sale.*, sums.items, sums.discount, sums.tax, sums.total, st.id AS store_id, c.id AS customer_id,
       {order_id} AS id
  FROM sale JOIN sums USING (grp)
  LEFT JOIN stores_store st ON st.code = sale.store
  LEFT JOIN customers_customer c ON c.external_id = sale.customer
 WHERE NOT EXISTS (SELECT 1 FROM orders_order o WHERE o.source = %(source)s AND o.external_id = sale.sale_id)
"""

# A number of eight readable characters (2^40 of them): a clash is as good as impossible, and then the batch is tried again.
INSERT_ORDERS = """
INSERT INTO orders_order (
    id, number, source, external_id, customer_id, email, phone, status, payment_status, currency, items_minor, discount_minor,
    shipping_minor, tax_minor, tax_included_minor, total_minor, current_total_minor, paid_minor, refunded_minor, channel, store_id,
    campaign, ship_to, note, locale, version, placed_at, confirmed_at, completed_at
)
SELECT o.id, %(initial)s || '-' || n.number, %(source)s, o.sale_id, o.customer_id, o.email, '', 'completed', 'paid', o.currency,
       o.items, -o.discount, 0, o.tax, 0, o.total, o.total, o.total, 0, o.channel, o.store_id, '{}', '{}', '', '', 1,
       o.placed_at, o.placed_at, o.placed_at
  FROM sales_order o
 CROSS JOIN LATERAL (
       SELECT string_agg(substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', get_byte(bytes, i) %% 32 + 1, 1), '') AS number
         FROM (SELECT decode(md5(o.id::text || random()), 'hex') AS bytes) AS noise, generate_series(0, 7) AS i) AS n
"""

INSERT_LINES = """
INSERT INTO orders_orderline (
    id, order_id, position, variant_id, sku, name, options, personalisation, is_gift, note, quantity, cancelled_quantity,
    returned_quantity, unit_price_minor, discount_minor, tax_minor, tax_included_minor, total_minor, channel, store_id
)
SELECT {line_id}, o.id, l.position, l.variant_id, l.sku, left(l.shown_name, 300), l.options, '{{}}', false, '', l.quantity, 0, 0,
       l.unit_minor, -l.discount_minor, l.tax_minor, 0, l.total_minor, o.channel, o.store_id
  FROM sales_line l JOIN sales_order o USING (grp)
"""

INSERT_ADJUSTMENTS = """
INSERT INTO orders_orderadjustment (order_id, line_id, kind, code, label, amount_minor, included, source)
SELECT o.id, {line_id}, a.kind, '', a.label, a.amount, false, %(source)s
  FROM sales_line l JOIN sales_order o USING (grp)
 CROSS JOIN LATERAL (VALUES
       ('discount', 'Discount', -l.discount_minor),
       ('tax', 'Tax', l.tax_minor),
       ('price_difference', 'Difference to the recorded total',
        l.total_minor - (l.unit_minor * l.quantity - l.discount_minor + l.tax_minor))
      ) AS a (kind, label, amount)
 WHERE a.amount <> 0
"""

INSERT_PARTS = """
INSERT INTO orders_fulfilment (
    id, order_id, kind, store_id, status, {blank_columns}, handed_over_by, ship_to, version, created_at, updated_at
)
SELECT o.id, o.id, CASE WHEN o.store_id IS NULL THEN 'ship' ELSE 'carry_out' END, o.store_id,
       CASE WHEN o.store_id IS NULL THEN 'delivered' ELSE 'collected' END, {blanks}, %(actor)s, '{{}}', 1, o.placed_at, o.placed_at
  FROM sales_order o
"""

INSERT_PART_LINES = """
INSERT INTO orders_fulfilmentline (fulfilment_id, line_id, quantity, cancelled_quantity)
SELECT o.id, {line_id}, l.quantity, 0 FROM sales_line l JOIN sales_order o USING (grp)
"""

INSERT_PAYMENTS = """
INSERT INTO orders_payment (
    id, order_id, position, provider, state, amount_minor, captured_minor, refunded_minor, currency, key, gateway_reference, method,
    client_secret, action_url, capture_mode, failure_code, failure_message, attempts, actor, created_at, updated_at
)
SELECT o.id, o.id, 1, 'recorded', 'captured', o.total, o.total, 0, o.currency, 'pay_' || replace(o.id::text, '-', ''), '',
       CASE WHEN o.tender = '' THEN '{}' ELSE jsonb_build_object('brand', o.tender) END, '', '', 'now', '', '', 0,
       %(actor)s, o.placed_at, o.placed_at
  FROM sales_order o WHERE o.total > 0
"""


def _key(seed: str, moment: str) -> str:
    """A UUID of version 7's layout from a moment and a hash of `seed`: repeatable, and in order of time."""
    milliseconds = f"lpad(to_hex((extract(epoch FROM {moment}) * 1000)::bigint), 12, '0')"
    return f"({milliseconds} || '7' || substr(md5({seed}), 1, 3) || '8' || substr(md5({seed}), 4, 15))::uuid"


_ORDER_ID = _key("'sale:' || sale.sale_id", "sale.placed_at")
_LINE_ID = _key("'line:' || o.sale_id || ':' || l.position", "o.placed_at")
_BLANKS = (
    "pickup_code_hash",
    "pickup_code_encrypted",
    "carrier",
    "tracking_number",
    "tracking_url",
    "shipping_method",
    "staging_place",
)


class SalesImporter:
    kind, title = "sales", "Sales history"
    columns: Sequence[Column] = (
        Column("sale_id", required=True),
        Column("placed_at", required=True),
        Column("channel"),
        Column("store"),
        Column("customer"),
        Column("email"),
        Column("currency"),
        Column("sku", required=True),
        Column("name"),
        Column("quantity", required=True),
        Column("unit_price", required=True),
        Column("discount"),
        Column("tax"),
        Column("total"),
        Column("tender"),
    )
    batch_rows = 50_000
    group_by = "sale_id"
    ignore_unknown = False

    def apply(self, batch: Batch, *, by: Context, at: datetime) -> Applied:
        currency = BrandKit.objects.values_list("default_currency", flat=True).first() or "USD"
        self._refuse_unreadable(batch, currency)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT DISTINCT coalesce(nullif(currency, ''), %(currency)s::text) FROM {batch.table} WHERE {batch.where}",
                {"currency": currency},
            )
            currencies = [row[0] for row in cursor.fetchall()]
            given: dict[str, Any] = {
                "currency": currency,
                "currencies": currencies,
                "factors": [10 ** currency_exponent(each) for each in currencies],
                "source": SOURCE,
                "actor": by.actor[:80],
                "initial": brand_initial(),
            }
            cursor.execute("DROP TABLE IF EXISTS pg_temp.sales_line, pg_temp.sales_order")
            cursor.execute(PARSE.format(table=batch.table, where=batch.where.replace("row ", "s.row ")), given)
            cursor.execute(GROUP.format(order_id=_ORDER_ID), given)
            cursor.execute("ANALYZE sales_line, sales_order")
            cursor.execute(INSERT_ORDERS, given)
            created = cursor.rowcount
            if created:
                cursor.execute(INSERT_LINES.format(line_id=_LINE_ID))
                cursor.execute(INSERT_ADJUSTMENTS.format(line_id=_LINE_ID), given)
                cursor.execute(
                    INSERT_PARTS.format(blank_columns=", ".join(_BLANKS), blanks=", ".join(["''"] * len(_BLANKS))),
                    given,
                )
                cursor.execute(INSERT_PART_LINES.format(line_id=_LINE_ID))
                cursor.execute(INSERT_PAYMENTS, given)
            cursor.execute("SELECT count(DISTINCT grp) FROM sales_line")
            sales = cursor.fetchone()[0]
        return Applied(created=created, unchanged=sales - created)

    def _refuse_unreadable(self, batch: Batch, currency: str) -> None:
        """Name what cannot be read, then the other lines of those sales: a sale goes in whole or not at all."""
        for column in ("sale_id", "sku"):
            batch.refuse_where(
                f"coalesce(s.{column}, '') = '' OR length(s.{column}) > 80",
                code="value_missing", title=f"{column} must be given, in 80 characters at most.", column=column,
            )  # fmt: skip
        batch.refuse_where(
            "coalesce(s.placed_at, '') !~ %(moment)s",
            code="date_invalid", title="placed_at must be a date such as 2024-03-01T10:00:00Z.", column="placed_at", parameters={"moment": _MOMENT},
        )  # fmt: skip
        batch.refuse_where(
            r"coalesce(s.quantity, '') !~ '^\d{1,7}$' OR s.quantity ~ '^0+$'",
            code="number_invalid", title="quantity must be a whole number from 1.", column="quantity",
        )  # fmt: skip
        for column in _AMOUNTS:
            empty = "false" if column == "unit_price" else f"coalesce(s.{column}, '') = ''"
            batch.refuse_where(
                f"NOT ({empty}) AND coalesce(s.{column}, '') !~ %(money)s",
                code="amount_invalid", title=f"{column} must be an amount such as 19.99.", column=column, parameters={"money": _MONEY},
            )  # fmt: skip
        batch.refuse_where(
            "coalesce(s.currency, '') <> '' AND s.currency !~ '^[A-Z]{3}$'",
            code="currency_invalid", title="currency must be an ISO 4217 code such as USD.", column="currency",
        )  # fmt: skip
        batch.refuse_where(
            "coalesce(s.channel, '') <> '' AND s.channel <> ALL(%(channels)s::text[])",
            code="choice_invalid", title=f"channel must be one of {', '.join(Channel.values)}.", column="channel",
            parameters={"channels": list(Channel.values)},
        )  # fmt: skip
        for column, table, key in (
            ("store", "stores_store", "code"),
            ("customer", "customers_customer", "external_id"),
        ):
            batch.refuse_where(
                f"coalesce(s.{column}, '') <> '' AND NOT EXISTS (SELECT 1 FROM {table} k WHERE k.{key} = s.{column})",
                code=f"{column}_unknown", title=f"There is no {column} of this name. Import {column}s first.", column=column,
            )  # fmt: skip
        batch.refuse_where(
            "coalesce(s.name, '') = '' AND NOT EXISTS (SELECT 1 FROM catalog_variant v WHERE v.sku = s.sku)",
            code="sku_unknown", title="There is no item of this SKU, and the row gives no name.", column="sku",
        )  # fmt: skip
        batch.refuse_where(
            f"s.grp IN (SELECT g.grp FROM {batch.table} g WHERE g.row BETWEEN {batch.first} AND {batch.last} AND g.problem IS NOT NULL)",
            code="sale_incomplete", title="Another line of this sale was refused; a sale goes in whole or not at all.",
        )  # fmt: skip
        batch.refuse_where(
            f"EXISTS (SELECT 1 FROM {batch.table} g WHERE g.row BETWEEN {batch.first} AND {batch.last}"
            " AND g.sale_id = s.sale_id AND g.grp < s.grp)",
            code="sale_scattered", title="The lines of a sale must stand next to each other.", column="sale_id",
        )  # fmt: skip


SALES_EXPORT = Export(
    "sales",
    "Sales history",
    """
    SELECT coalesce(o.external_id, o.number) AS sale_id, to_char(o.placed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS placed_at,
           o.channel, s.code AS store, c.external_id AS customer, o.email, o.currency, l.sku, l.name, l.quantity,
           l.unit_price_minor / 10.0 ^ x.digits AS unit_price, -l.discount_minor / 10.0 ^ x.digits AS discount,
           l.tax_minor / 10.0 ^ x.digits AS tax, l.total_minor / 10.0 ^ x.digits AS total,
           (SELECT coalesce(p.method ->> 'brand', p.provider) FROM orders_payment p WHERE p.order_id = o.id ORDER BY p.position LIMIT 1) AS tender
      FROM orders_order o
      JOIN orders_orderline l ON l.order_id = o.id
      LEFT JOIN stores_store s ON s.id = o.store_id
      LEFT JOIN customers_customer c ON c.id = o.customer_id
     CROSS JOIN LATERAL (SELECT CASE WHEN o.currency IN ('JPY', 'KRW', 'VND', 'CLP', 'ISK') THEN 0 WHEN o.currency IN ('KWD', 'BHD', 'OMR', 'JOD', 'TND') THEN 3 ELSE 2 END AS digits) x
     WHERE o.status <> 'cancelled'
     ORDER BY o.placed_at, o.id, l.position
    """,
)
