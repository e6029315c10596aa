"""The rows a new order is made of, and the one statement that writes them for any number of orders and lines."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection, models

from omnichannel.kernel.context import Context
from omnichannel.kernel.ids import readable_code, uuid7
from orders.models import (
    Fulfilment,
    FulfilmentChange,
    FulfilmentLine,
    Order,
    OrderAdjustment,
    OrderLine,
    Payment,
)
from orders.states import CaptureMode, FulfilmentStatus, OrderStatus, PaymentState, PaymentStatus

Row = dict[str, Any]


@dataclass(slots=True)
class Batch:
    """Rows by table, as dictionaries by column; what a table's default would fill stands in each row."""

    orders: list[Row] = field(default_factory=list)
    lines: list[Row] = field(default_factory=list)
    adjustments: list[Row] = field(default_factory=list)
    fulfilments: list[Row] = field(default_factory=list)
    fulfilment_lines: list[Row] = field(default_factory=list)
    history: list[Row] = field(default_factory=list)
    payments: list[Row] = field(default_factory=list)


def insert_batch(batch: Batch) -> dict[UUID, str]:
    """Write everything in one statement; the numbers the orders got, by id.

    Foreign keys are checked at the statement's end, so the order of the parts does not matter. An order
    takes the first of its candidate `numbers` that is free.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT,
            [
                _json(rows)
                for rows in (
                    batch.orders,
                    batch.lines,
                    batch.adjustments,
                    batch.fulfilments,
                    batch.fulfilment_lines,
                    batch.history,
                    batch.payments,
                )
            ],
        )
        return dict(cursor.fetchall())


def insert_fulfilments(batch: Batch) -> None:
    """Only the fulfilments of a batch: a second choice of stores writes them again."""
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT_FULFILMENTS, [_json(rows) for rows in (batch.fulfilments, batch.fulfilment_lines, batch.history)]
        )


def order_row(*, order_id: UUID, brand_initial: str, at: datetime, by: Context, **known: Any) -> Row:
    """An order's row. `known` are the columns that are not empty."""
    return {
        "id": order_id,
        "numbers": [f"{brand_initial}-{readable_code(6)}" for _ in range(3)],
        "cart_id": None,
        "source": "cart",
        "external_id": None,
        "customer_id": None,
        "email": "",
        "phone": "",
        "status": OrderStatus.PLACED,
        "payment_status": PaymentStatus.UNPAID,
        "items_minor": 0,
        "discount_minor": 0,
        "shipping_minor": 0,
        "tax_minor": 0,
        "tax_included_minor": 0,
        "paid_minor": 0,
        "refunded_minor": 0,
        "channel": by.channel,
        "store_id": by.store_id,
        "device_id": by.device_id,
        "associate_id": by.associate_id,
        "campaign": by.campaign,
        "ship_to": {},
        "note": "",
        "locale": "",
        "version": 1,
        "placed_at": at,
        "confirmed_at": None,
        "cancelled_at": None,
        "completed_at": None,
        "pay_until": None,
        **known,
    }


def line_row(*, order_id: UUID, position: int, **known: Any) -> Row:
    return {
        "id": uuid7(),
        "order_id": order_id,
        "position": position,
        "variant_id": None,
        "options": {},
        "personalisation": {},
        "is_gift": False,
        "note": "",
        "cancelled_quantity": 0,
        "returned_quantity": 0,
        "list_price_minor": None,
        "discount_minor": 0,
        "tax_minor": 0,
        "tax_included_minor": 0,
        "store_id": None,
        "device_id": None,
        "associate_id": None,
        "change_id": None,
        **known,
    }


def adjustment_row(*, order_id: UUID, kind: str, label: str, amount_minor: int, **known: Any) -> Row:
    return {
        "order_id": order_id,
        "line_id": None,
        "kind": kind,
        "code": "",
        "label": label[:200],
        "amount_minor": amount_minor,
        "rate_pct": None,
        "included": False,
        "source": "",
        **known,
    }


def fulfilment_row(*, order_id: UUID, kind: str, store_id: UUID | None, at: datetime, **known: Any) -> Row:
    return {
        "id": uuid7(),
        "order_id": order_id,
        "kind": kind,
        "store_id": store_id,
        "status": FulfilmentStatus.PLACED,
        "hold_id": None,
        "promised_at": None,
        "collect_until": None,
        "pickup_code_hash": "",
        "pickup_code_encrypted": "",
        "carrier": "",
        "tracking_number": "",
        "tracking_url": "",
        "ship_to": {},
        "shipping_method": "",
        "staging_place": "",
        "handed_over_by": "",
        "version": 1,
        "created_at": at,
        "updated_at": at,
        **known,
    }


def fulfilment_line_row(*, fulfilment_id: UUID, line_id: UUID, quantity: int) -> Row:
    return {"fulfilment_id": fulfilment_id, "line_id": line_id, "quantity": quantity, "cancelled_quantity": 0}


def history_row(
    *, fulfilment_id: UUID, to_status: str, at: datetime, by: Context, from_status: str = "", reason: str = ""
) -> Row:
    return {
        "fulfilment_id": fulfilment_id,
        "from_status": from_status,
        "to_status": to_status,
        "reason": reason[:300],
        "actor": by.actor[:80],
        "device_id": by.device_id,
        "associate_id": by.associate_id,
        "at": at,
    }


def payment_row(
    *,
    order_id: UUID,
    position: int,
    provider: str,
    amount_minor: int,
    currency: str,
    at: datetime,
    by: Context,
    **known: Any,
) -> Row:
    payment_id = uuid7()
    return {
        "id": payment_id,
        "order_id": order_id,
        "position": position,
        "provider": provider,
        "state": PaymentState.PENDING,
        "amount_minor": amount_minor,
        "captured_minor": 0,
        "refunded_minor": 0,
        "currency": currency,
        "key": f"pay_{payment_id.hex}",
        "gateway_reference": "",
        "method": {},
        "client_secret": "",
        "action_url": "",
        "capture_mode": CaptureMode.NOW,
        "failure_code": "",
        "failure_message": "",
        "void_requested_at": None,
        "poll_at": None,
        "attempts": 0,
        "actor": by.actor[:80],
        "created_at": at,
        "updated_at": at,
        **known,
    }


def _columns(model: type[models.Model], *, without: tuple[str, ...] = ()) -> str:
    """A table's columns that we fill: all but identity keys and those the database stamps."""
    return ", ".join(
        f'"{column.column}"'
        for column in model._meta.concrete_fields
        if not isinstance(column, models.BigAutoField) and column.column not in without
    )


def _insert(model: type[models.Model]) -> str:
    table, columns = model._meta.db_table, _columns(model)
    return f"INSERT INTO {table} ({columns}) SELECT {columns} FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb)"


_ORDER_COLUMNS = _columns(Order, without=("number", "created_at"))
INSERT_FULFILMENTS = f"""
WITH parts AS ({_insert(Fulfilment)}),
     part_lines AS ({_insert(FulfilmentLine)})
{_insert(FulfilmentChange)}
"""
INSERT = f"""
WITH placed AS (
    INSERT INTO orders_order (number, {_ORDER_COLUMNS})
    SELECT (SELECT candidate
              FROM jsonb_array_elements_text(sent.row -> 'numbers') AS candidate
             -- OFFSET 0 keeps the planner to one index look-up a candidate; joined freely it reads every order.
             WHERE NOT EXISTS (SELECT 1 FROM orders_order WHERE number = candidate OFFSET 0)
             LIMIT 1),
           {_ORDER_COLUMNS}
      FROM jsonb_array_elements(%s::jsonb) AS sent (row),
           jsonb_populate_record(NULL::orders_order, sent.row) AS o
    RETURNING id, number
),
lines AS ({_insert(OrderLine)}),
adjustments AS ({_insert(OrderAdjustment)}),
parts AS ({_insert(Fulfilment)}),
part_lines AS ({_insert(FulfilmentLine)}),
history AS ({_insert(FulfilmentChange)}),
payments AS ({_insert(Payment)})
SELECT id, number FROM placed
"""


def _json(rows: list[Row]) -> str:
    return orjson.dumps(rows).decode()
