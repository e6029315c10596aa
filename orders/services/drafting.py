"""The rows of one order while it is being placed: snapshot, tenders, parts, stock."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from carts.rules.pricing import PricedCart
from carts.states import FulfilmentKind
from omnichannel.events.facts import Fact
from omnichannel.kernel.context import Context
from omnichannel.kernel.ids import uuid7
from orders.errors import CartNotReady, NothingShips, TendersDoNotFit
from orders.facts import FulfilmentCollected, OrderConfirmed, OrderPlaced, PaymentCaptured
from orders.models import Fulfilment
from orders.rules.documents import OrderRows, render_order
from orders.rules.sourcing import choose_sources
from orders.services.commands import PlaceOrder, money_wire
from orders.services.numbers import brand_initial
from orders.services.rows import (
    Batch,
    Row,
    adjustment_row,
    fulfilment_line_row,
    fulfilment_row,
    history_row,
    insert_fulfilments,
    line_row,
    order_row,
    payment_row,
)
from orders.services.tenders import Payer, share_wishes, take_local
from orders.states import FulfilmentStatus, OrderStatus, PaymentState, PaymentStatus
from stores.errors import InsufficientStock
from stores.queries import list_pickup_promises, list_shipping_stock
from stores.services.stock import HoldRequest, consume_hold, foretell_holds, place_holds, sell_now


@dataclass(slots=True)
class Part:
    """Lines that leave together: one kind, one store."""

    kind: str
    store_id: UUID
    lines: list[tuple[Row, int]]
    hold_id: UUID = field(default_factory=uuid7)
    row: Row = field(default_factory=dict)

    @property
    def wanted(self) -> dict[UUID, int]:
        wanted: dict[UUID, int] = {}
        for line, quantity in self.lines:
            wanted[line["variant_id"]] = wanted.get(line["variant_id"], 0) + quantity
        return wanted


class Draft:
    """The rows of one order while it is being placed."""

    def __init__(self, cart: PricedCart, command: PlaceOrder, *, by: Context, at: datetime) -> None:
        self.cart, self.command, self.by, self.at = cart, command, by, at
        self.order_id = uuid7(at)
        self.batch = Batch()
        self.parts: list[Part] = []
        self.has_foretold = False
        self.snapshot = snapshot = cart.snapshot
        totals = cart.totals
        self.order = order_row(
            order_id=self.order_id,
            brand_initial=brand_initial(),
            at=at,
            by=by,
            cart_id=snapshot.cart_id,
            customer_id=snapshot.customer_id,
            email=(command.email or snapshot.email).lower(),
            phone=command.phone,
            currency=snapshot.currency,
            items_minor=totals.items,
            discount_minor=totals.discount,
            shipping_minor=totals.shipping,
            tax_minor=totals.tax,
            tax_included_minor=totals.tax_included,
            total_minor=totals.total,
            current_total_minor=totals.total,
            store_id=by.store_id or snapshot.store_id,
            ship_to=dict(snapshot.ship_to or {}),
            note=command.note or snapshot.note,
            locale=command.locale,
            pay_until=at + timedelta(minutes=settings.ORDER_PAY_WITHIN_MINUTES),
        )
        self.batch.orders.append(self.order)
        self.lines = self._snapshot_lines()
        self.counted = frozenset(line.variant_id for line in snapshot.lines if line.stock_policy == "tracked")

    def _snapshot_lines(self) -> dict[UUID, Row]:
        cart = self.cart
        rows: dict[UUID, Row] = {}
        for position, priced in enumerate(cart.lines, start=1):
            line, added = priced.line, priced.line.added
            rows[line.id] = line_row(
                order_id=self.order_id,
                position=position,
                variant_id=line.variant_id,
                sku=line.sku,
                name=" · ".join(filter(None, (line.product_name, line.variant_name)))[:300],
                options=dict(line.options),
                personalisation=dict(line.personalisation),
                is_gift=line.is_gift,
                note=line.note,
                quantity=line.quantity,
                unit_price_minor=line.unit_price_minor,
                list_price_minor=line.list_price_minor,
                discount_minor=priced.discount_minor,
                tax_minor=priced.tax_minor,
                tax_included_minor=priced.tax_included_minor,
                total_minor=priced.items_minor
                + sum(row.amount_minor for row in priced.adjustments if not row.included),
                channel=added.channel if added else self.by.channel,
                store_id=added.store_id if added else None,
                device_id=added.device_id if added else None,
                associate_id=added.associate_id if added else None,
            )
        for adjustment in cart.adjustments:
            row = rows.get(adjustment.line_id) if adjustment.line_id else None
            self.batch.adjustments.append(
                adjustment_row(
                    order_id=self.order_id,
                    line_id=row["id"] if row is not None else None,
                    kind=adjustment.kind,
                    code=adjustment.code[:60],
                    label=adjustment.label,
                    amount_minor=adjustment.amount_minor,
                    included=adjustment.included,
                    source=f"{adjustment.source}:{adjustment.reference}"[:60]
                    if adjustment.reference
                    else adjustment.source[:60],
                )
            )
        self.batch.lines.extend(rows.values())
        return rows

    def take_tenders(self) -> None:
        """Local tenders are taken here; those of a gateway wait until after commit."""
        total = self.order["total_minor"]
        wishes = list(self.command.payments)
        amounts = share_wishes(wishes, total, currency=self.snapshot.currency, at=self.at)
        if amounts is None:
            raise TendersDoNotFit(total=money_wire(total, self.snapshot.currency))
        payer = Payer("", self.order["email"], self.order["customer_id"], self.order["cart_id"], bill_minor=total)
        for position, (wish, amount) in enumerate(zip(wishes, amounts, strict=True), start=1):
            row = payment_row(
                order_id=self.order_id,
                position=position,
                provider=wish.provider,
                amount_minor=amount,
                currency=self.snapshot.currency,
                at=self.at,
                by=self.by,
                method=dict(wish.method),
                capture_mode=wish.capture_mode,
            )
            take_local(row, payer=payer, by=self.by, at=self.at)
            self.batch.payments.append(row)
        paid = sum(row["captured_minor"] for row in self.batch.payments)
        self.order["paid_minor"] = paid
        if paid >= total:
            self.order.update(
                status=OrderStatus.CONFIRMED, confirmed_at=self.at, pay_until=None, payment_status=PaymentStatus.PAID
            )
        elif paid:
            self.order["payment_status"] = PaymentStatus.PARTLY_PAID

    @property
    def is_covered(self) -> bool:
        return self.order["confirmed_at"] is not None

    def plan_parts(self) -> None:
        """Group lines by the way and the store they leave; parcels get the store that has them."""
        groups: dict[tuple[str, UUID | None], list[Row]] = {}
        for line in self.snapshot.lines:
            kind = line.fulfilment_kind or FulfilmentKind.SHIP
            store = None if kind == FulfilmentKind.SHIP else line.store_id or self.by.store_id
            groups.setdefault((kind, store), []).append(self.lines[line.id])
        for (kind, store_id), rows in groups.items():
            if kind == FulfilmentKind.SHIP:
                self._plan_parcels(rows)
                continue
            if store_id is None or (kind == FulfilmentKind.CARRY_OUT and self.by.store_id is None):
                raise CartNotReady("store_missing", "Say which store the goods leave from.")
            self.parts.append(Part(kind, store_id, [(row, row["quantity"]) for row in rows]))
        self._promise_pickups()
        for part in self.parts:
            self._add_part(part, self.batch)
        if self.is_covered and all(part.kind == FulfilmentKind.CARRY_OUT for part in self.parts):
            self.order.update(status=OrderStatus.COMPLETED, completed_at=self.at)

    def _plan_parcels(self, rows: Sequence[Row]) -> None:
        wanted: dict[UUID, int] = {}
        for row in rows:
            wanted[row["variant_id"]] = wanted.get(row["variant_id"], 0) + row["quantity"]
        sources = list_shipping_stock(list(wanted), at=self.at)
        if not sources:
            raise NothingShips()
        for store_id, units in choose_sources(wanted, sources, counted=self.counted).items():
            lines: list[tuple[Row, int]] = []
            for row in rows:
                taken = min(units.get(row["variant_id"], 0), row["quantity"] - self._sourced(row))
                if taken:
                    units[row["variant_id"]] -= taken
                    lines.append((row, taken))
            self.parts.append(Part(FulfilmentKind.SHIP, store_id, lines))

    def _sourced(self, row: Row) -> int:
        return sum(
            quantity
            for part in self.parts
            if part.kind == FulfilmentKind.SHIP
            for line, quantity in part.lines
            if line is row
        )

    def _promise_pickups(self) -> None:
        pickups = [part for part in self.parts if part.kind == FulfilmentKind.PICKUP]
        if not pickups:
            return
        promises = list_pickup_promises({part.store_id: part.wanted for part in pickups}, at=self.at)
        for part in pickups:
            promise = promises.get(part.store_id)
            if promise is None or not promise.pickup_enabled:
                raise CartNotReady(
                    "pickup_not_offered", "This store does not hand out orders.", store_id=str(part.store_id)
                )
            part.row = {"promised_at": promise.ready_at}

    def _add_part(self, part: Part, batch: Batch) -> None:
        gone = part.kind == FulfilmentKind.CARRY_OUT and self.is_covered
        status = FulfilmentStatus.COLLECTED if gone else FulfilmentStatus.PLACED
        ships = part.kind == FulfilmentKind.SHIP
        part.row = fulfilment_row(
            order_id=self.order_id,
            kind=part.kind,
            store_id=part.store_id,
            at=self.at,
            status=status,
            hold_id=None if gone and self._is_only_carry_out() else part.hold_id,
            handed_over_by=self.by.actor[:80] if gone else "",
            ship_to=self.order["ship_to"] if ships else {},
            shipping_method=self.cart.shipping.code if ships and self.cart.shipping else "",
            **part.row,
        )
        batch.fulfilments.append(part.row)
        batch.fulfilment_lines.extend(
            fulfilment_line_row(fulfilment_id=part.row["id"], line_id=line["id"], quantity=quantity)
            for line, quantity in part.lines
        )
        batch.history.append(history_row(fulfilment_id=part.row["id"], to_status=status, at=self.at, by=self.by))

    def _is_only_carry_out(self) -> bool:
        return all(part.kind == FulfilmentKind.CARRY_OUT for part in self.parts)

    def facts(self) -> list[Fact]:
        order = self.order
        known = {"order_id": self.order_id, "number": order["number"], "customer_id": order["customer_id"]}
        facts: list[Fact] = [
            OrderPlaced(
                **known,
                cart_id=order["cart_id"],
                total_minor=order["total_minor"],
                currency=order["currency"],
                store_id=order["store_id"],
                lines=[
                    {
                        "line_id": line["id"],
                        "variant_id": line["variant_id"],
                        "sku": line["sku"],
                        "quantity": line["quantity"],
                        "total_minor": line["total_minor"],
                    }
                    for line in self.batch.lines
                ],
            )
        ]
        facts += [
            PaymentCaptured(
                **known,
                payment_id=row["id"],
                provider=row["provider"],
                amount_minor=row["captured_minor"],
                currency=row["currency"],
            )
            for row in self.batch.payments
            if row["state"] == PaymentState.CAPTURED
        ]
        if self.is_covered:
            facts.append(OrderConfirmed(**known, total_minor=order["total_minor"], currency=order["currency"]))
        facts += [
            FulfilmentCollected(**known, fulfilment_id=row["id"], kind=row["kind"], store_id=row["store_id"])
            for row in self.batch.fulfilments
            if row["status"] == FulfilmentStatus.COLLECTED
        ]
        return facts

    def foretell_holds(self) -> list[Fact]:
        """What holding the units will have to say, where that is certain: one statement less under the stock lock.

        It is where every unit is counted, so that all are held or the order fails, and no parcel may be sourced again.
        """
        certain = all(part.kind != FulfilmentKind.SHIP and part.wanted.keys() <= self.counted for part in self.parts)
        self.has_foretold = certain and not self._is_sold_at_once()
        return foretell_holds(self._holds()) if self.has_foretold else []

    def _is_sold_at_once(self) -> bool:
        return self.is_covered and self._is_only_carry_out()

    def _holds(self) -> list[HoldRequest]:
        return [
            HoldRequest(
                store_id=part.store_id,
                wanted=part.wanted,
                holder_kind="order",
                holder_id=self.order_id,
                until=None,
                hold_id=part.hold_id,
            )
            for part in self.parts
        ]

    def take_stock(self) -> None:
        """Hold or sell the units. A parcel that its store can no longer send is sourced again, twice at most."""
        for attempt in range(3):
            try:
                self._take_stock()
                return
            except InsufficientStock:
                if attempt == 2 or not self._source_again():
                    raise

    def _take_stock(self) -> None:
        if self._is_sold_at_once():
            for part in self.parts:
                sell_now(
                    store_id=part.store_id,
                    lines=part.wanted,
                    reference_kind="order",
                    reference_id=self.order_id,
                    by=self.by,
                    at=self.at,
                )
            return
        # One call over all parts, so that stock is locked in one order; what is carried out is then taken.
        place_holds(holds=self._holds(), by=self.by, at=self.at, foretold=self.has_foretold)
        for part in self.parts:
            if part.row["status"] == FulfilmentStatus.COLLECTED:
                consume_hold(hold_id=part.hold_id, by=self.by, at=self.at)

    def _source_again(self) -> bool:
        """Other stores for the parcels; False when there is no other choice."""
        before = [(part.store_id, part.wanted) for part in self.parts if part.kind == FulfilmentKind.SHIP]
        if not before:
            return False
        rows = list(
            {
                line["id"]: line for part in self.parts if part.kind == FulfilmentKind.SHIP for line, _ in part.lines
            }.values()
        )
        kept = [part for part in self.parts if part.kind != FulfilmentKind.SHIP]
        self.parts = list(kept)
        self._plan_parcels(rows)
        parcels = [part for part in self.parts if part.kind == FulfilmentKind.SHIP]
        if [(part.store_id, part.wanted) for part in parcels] == before:
            return False
        Fulfilment.objects.filter(order_id=self.order_id, kind=FulfilmentKind.SHIP).delete()
        again = Batch()
        for part in parcels:
            self._add_part(part, again)
        insert_fulfilments(again)
        ids = {part.row["id"] for part in kept}
        self.batch.fulfilments = [row for row in self.batch.fulfilments if row["id"] in ids] + again.fulfilments
        self.batch.fulfilment_lines = [
            row for row in self.batch.fulfilment_lines if row["fulfilment_id"] in ids
        ] + again.fulfilment_lines
        self.batch.history = [row for row in self.batch.history if row["fulfilment_id"] in ids] + again.history
        return True

    def document(self) -> dict[str, Any]:
        batch = self.batch
        return render_order(
            OrderRows(
                order=self.order,
                lines=batch.lines,
                adjustments=batch.adjustments,
                payments=batch.payments,
                fulfilments=batch.fulfilments,
                fulfilment_lines=batch.fulfilment_lines,
                history=batch.history,
            )
        )
