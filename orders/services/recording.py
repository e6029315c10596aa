"""Sales that already happened elsewhere: a marketplace, a till that was offline, a shop's history.

Each is taken in once for its source and external id. It never fails for stock: what was sold beyond the
ledger opens a discrepancy for somebody to look at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection, transaction

from carts.states import FulfilmentKind
from omnichannel.events.facts import Fact
from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from omnichannel.kernel.errors import RuleViolation
from omnichannel.kernel.ids import uuid7
from orders.facts import OrderConfirmed, OrderPlaced, StockDiscrepancyOpened
from orders.models import StockDiscrepancy
from orders.services.numbers import brand_initial
from orders.services.rows import (
    Batch,
    adjustment_row,
    fulfilment_line_row,
    fulfilment_row,
    history_row,
    insert_batch,
    line_row,
    order_row,
    payment_row,
)
from orders.states import FulfilmentStatus, OrderStatus, PaymentState, PaymentStatus
from stores.services.stock import record_sale_unchecked

BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedLine:
    """Amounts in minor units, for the whole line: `discount_minor` ≤ 0; `tax_minor` is what came on top."""

    sku: str
    name: str
    quantity: int
    unit_price_minor: int
    variant_id: UUID | None = None
    discount_minor: int = 0
    discount_label: str = "Discount"
    discount_code: str = ""
    tax_minor: int = 0
    tax_included_minor: int = 0
    options: dict[str, str] | None = None

    @property
    def total_minor(self) -> int:
        return self.unit_price_minor * self.quantity + self.discount_minor + self.tax_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordOrder:
    """A sale as its source tells it. `total_minor` is what was truly paid: a difference to the lines is kept as such.

    takes_stock  False for history whose stock was counted since.
    """

    source: str
    external_id: str
    placed_at: datetime
    currency: str
    lines: Sequence[RecordedLine]
    total_minor: int
    channel: str
    shipping_minor: int = 0
    customer_id: UUID | None = None
    email: str = ""
    phone: str = ""
    store_id: UUID | None = None
    associate_id: UUID | None = None
    payment_method: str = ""
    ship_to: dict[str, Any] | None = None
    note: str = ""
    takes_stock: bool = True


@dataclass(frozen=True, slots=True)
class Recorded:
    """`is_new` False: it was here already, and nothing changed."""

    order_id: UUID
    is_new: bool
    missing: dict[UUID, int]


def record_order(*, command: RecordOrder, by: Context, at: datetime) -> Recorded:
    """Take in one sale that already happened.

    Locks   stock last.
    Emits   OrderPlaced, OrderConfirmed, StockDiscrepancyOpened.
    """
    return record_orders(commands=[command], by=by, at=at)[0]


def record_orders(
    *, commands: Sequence[RecordOrder], by: Context, at: datetime, announce: bool = True
) -> list[Recorded]:
    """Take in many at once: one statement for all their rows. For bulk, call with batches of `BATCH`.

    announce  False for history: it is nobody's news, and the log gets none of it.
    """
    with transaction.atomic():
        known = _find_known(commands)
        batch = Batch()
        facts: list[Fact] = []
        made: dict[tuple[str, str], UUID] = {}
        initial = brand_initial()
        for command in commands:
            name = (command.source, command.external_id)
            if name not in known and name not in made:
                made[name] = _add_order(batch, command, initial=initial, by=by, at=at)
        numbers = insert_batch(batch) if batch.orders else {}
        missing: dict[UUID, dict[UUID, int]] = {}
        if announce:
            for command in commands:
                order_id = made.get((command.source, command.external_id))
                if order_id is not None:
                    facts += _facts(order_id, numbers[order_id], command, batch)
        record(*facts, by=by, at=at)
        for command in sorted(commands, key=lambda c: str(c.store_id)):
            order_id = made.get((command.source, command.external_id))
            if order_id is not None and order_id not in missing:
                missing[order_id] = _take_stock(order_id, numbers[order_id], command, by=by, at=at)
        answers = []
        told: set[UUID] = set()
        for command in commands:
            name = (command.source, command.external_id)
            order_id = known.get(name) or made[name]
            answers.append(Recorded(order_id, name in made and order_id not in told, missing.get(order_id, {})))
            told.add(order_id)
        return answers


def _find_known(commands: Sequence[RecordOrder]) -> dict[tuple[str, str], UUID]:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT o.source, o.external_id, o.id FROM orders_order o
                 JOIN unnest(%s::text[], %s::text[]) AS c (source, external_id)
                   ON o.source = c.source AND o.external_id = c.external_id""",
            [[command.source for command in commands], [command.external_id for command in commands]],
        )
        return {(source, external_id): order_id for source, external_id, order_id in cursor.fetchall()}


def _add_order(batch: Batch, command: RecordOrder, *, initial: str, by: Context, at: datetime) -> UUID:
    order_id = uuid7(command.placed_at)
    items = sum(line.unit_price_minor * line.quantity for line in command.lines)
    known_total = sum(line.total_minor for line in command.lines) + command.shipping_minor
    difference = command.total_minor - known_total
    # What no store sold was sent, also where the source does not say to whom.
    ships = bool(command.ship_to) or command.store_id is None
    batch.orders.append(
        order_row(
            order_id=order_id,
            brand_initial=initial,
            at=command.placed_at,
            by=by,
            source=command.source,
            external_id=command.external_id,
            customer_id=command.customer_id,
            email=command.email.lower(),
            phone=command.phone,
            status=OrderStatus.COMPLETED,
            payment_status=PaymentStatus.PAID,
            currency=command.currency,
            items_minor=items,
            discount_minor=sum(line.discount_minor for line in command.lines),
            shipping_minor=command.shipping_minor,
            tax_minor=sum(line.tax_minor for line in command.lines),
            tax_included_minor=sum(line.tax_included_minor for line in command.lines),
            total_minor=command.total_minor,
            current_total_minor=command.total_minor,
            paid_minor=max(0, command.total_minor),
            channel=command.channel,
            store_id=command.store_id,
            associate_id=command.associate_id,
            ship_to=command.ship_to or {},
            note=command.note,
            confirmed_at=command.placed_at,
            completed_at=command.placed_at,
        )
    )
    part = fulfilment_row(
        order_id=order_id,
        kind=FulfilmentKind.SHIP if ships else FulfilmentKind.CARRY_OUT,
        store_id=command.store_id,
        at=command.placed_at,
        status=FulfilmentStatus.DELIVERED if ships else FulfilmentStatus.COLLECTED,
        ship_to=command.ship_to or {},
        handed_over_by=by.actor[:80],
    )
    batch.fulfilments.append(part)
    batch.history.append(history_row(fulfilment_id=part["id"], to_status=part["status"], at=command.placed_at, by=by))
    for position, line in enumerate(command.lines, start=1):
        row = line_row(
            order_id=order_id,
            position=position,
            variant_id=line.variant_id,
            sku=line.sku,
            name=line.name,
            options=line.options or {},
            quantity=line.quantity,
            unit_price_minor=line.unit_price_minor,
            discount_minor=line.discount_minor,
            tax_minor=line.tax_minor,
            tax_included_minor=line.tax_included_minor,
            total_minor=line.total_minor,
            channel=command.channel,
            store_id=command.store_id,
            device_id=by.device_id,
            associate_id=command.associate_id or by.associate_id,
        )
        batch.lines.append(row)
        batch.fulfilment_lines.append(
            fulfilment_line_row(fulfilment_id=part["id"], line_id=row["id"], quantity=line.quantity)
        )
        for kind, label, amount, included in (
            ("discount", line.discount_label, line.discount_minor, False),
            ("tax", "Tax", line.tax_minor, False),
            ("tax", "Tax", line.tax_included_minor, True),
        ):
            if amount:
                batch.adjustments.append(
                    adjustment_row(
                        order_id=order_id,
                        line_id=row["id"],
                        kind=kind,
                        label=label,
                        code=line.discount_code if kind == "discount" else "",
                        amount_minor=amount,
                        included=included,
                        source=command.source,
                    )
                )
    for kind, label, amount in (
        ("shipping", "Shipping", command.shipping_minor),
        ("price_difference", "Difference to the recorded total", difference),
    ):
        if amount:
            batch.adjustments.append(
                adjustment_row(order_id=order_id, kind=kind, label=label, amount_minor=amount, source=command.source)
            )
    if command.total_minor > 0:
        batch.payments.append(
            payment_row(
                order_id=order_id,
                position=1,
                provider="recorded",
                amount_minor=command.total_minor,
                captured_minor=command.total_minor,
                currency=command.currency,
                state=PaymentState.CAPTURED,
                method={"brand": command.payment_method} if command.payment_method else {},
                at=command.placed_at,
                by=by,
            )
        )
    return order_id


def _facts(order_id: UUID, number: str, command: RecordOrder, batch: Batch) -> list[Fact]:
    return [
        OrderPlaced(
            order_id=order_id,
            number=number,
            customer_id=command.customer_id,
            source=command.source,
            total_minor=command.total_minor,
            currency=command.currency,
            store_id=command.store_id,
            lines=[
                {
                    "line_id": line["id"],
                    "variant_id": line["variant_id"],
                    "sku": line["sku"],
                    "quantity": line["quantity"],
                    "total_minor": line["total_minor"],
                }
                for line in batch.lines
                if line["order_id"] == order_id
            ],
        ),
        OrderConfirmed(
            order_id=order_id,
            number=number,
            customer_id=command.customer_id,
            source=command.source,
            total_minor=command.total_minor,
            currency=command.currency,
        ),
    ]


def _take_stock(order_id: UUID, number: str, command: RecordOrder, *, by: Context, at: datetime) -> dict[UUID, int]:
    wanted: dict[UUID, int] = {}
    for line in command.lines:
        if line.variant_id is not None:
            wanted[line.variant_id] = wanted.get(line.variant_id, 0) + line.quantity
    if not command.takes_stock or command.store_id is None or not wanted:
        return {}
    missing = record_sale_unchecked(
        store_id=command.store_id, lines=wanted, reference_kind="order", reference_id=order_id, by=by, at=at
    )
    if missing:
        StockDiscrepancy.objects.bulk_create(
            StockDiscrepancy(
                order_id=order_id, store_id=command.store_id, variant_id=variant, missing=units, created_at=at
            )
            for variant, units in missing.items()
        )
        record(
            *[
                StockDiscrepancyOpened(
                    order_id=order_id,
                    number=number,
                    customer_id=command.customer_id,
                    store_id=command.store_id,
                    variant_id=variant,
                    missing=units,
                )
                for variant, units in missing.items()
            ],
            by=by,
            at=at,
        )
    return missing


@dataclass(frozen=True, slots=True)
class KnownVariant:
    id: UUID
    name: str
    options: dict[str, str]


def find_variants(skus: Sequence[str]) -> dict[str, KnownVariant]:
    """Variants by SKU, those we know, with the words a sale keeps of them; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT v.sku, v.id, concat_ws(' · ', p.name, nullif(v.name, '')), v.options::text
                 FROM catalog_variant v JOIN catalog_product p ON p.id = v.product_id WHERE v.sku = ANY(%s::text[])""",
            [list(skus)],
        )
        return {sku: KnownVariant(key, name, orjson.loads(options)) for sku, key, name, options in cursor.fetchall()}


def require_known(*, store_id: UUID | None, customer_id: UUID | None) -> None:
    """Raises RuleViolation where a named store or customer is none of ours."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT %(store)s::uuid IS NULL OR EXISTS (SELECT FROM stores_store WHERE id = %(store)s::uuid),
                      %(customer)s::uuid IS NULL OR EXISTS (SELECT FROM customers_customer WHERE id = %(customer)s::uuid)""",
            {"store": store_id, "customer": customer_id},
        )
        store_known, customer_known = cursor.fetchone()
    if not store_known:
        raise RuleViolation("store_unknown", "There is no such store.", pointer="/store_id")
    if not customer_known:
        raise RuleViolation("customer_unknown", "There is no such customer.", pointer="/customer_id")
