"""Changes to a placed order, recorded beside it: the snapshot of what was bought is never written into."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from carts.states import FulfilmentKind
from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from omnichannel.kernel.errors import NotFound
from omnichannel.kernel.ids import uuid7
from omnichannel.rest.etags import require_version
from orders.errors import NotEditable
from orders.facts import OrderEdited
from orders.models import Fulfilment, Order, OrderChange, OrderLine
from orders.rules.shares import price_of_added
from orders.services.cancelling import cancel_order, preview_cancel
from orders.services.locking import lock_order
from orders.services.rows import Batch, fulfilment_line_row, fulfilment_row, history_row, insert_fulfilments, line_row
from orders.services.settling import settle
from orders.states import OPEN_FULFILMENT, ChangeKind, FulfilmentStatus, OrderStatus
from stores.services.stock import HoldRequest, place_holds

_MUST_NOT_HAVE_LEFT = (FulfilmentStatus.PLACED, FulfilmentStatus.ACCEPTED, FulfilmentStatus.PICKING)


@dataclass(frozen=True, slots=True, kw_only=True)
class EditOrder:
    """One change: an address, a note, units of one line more (`units` > 0) or less (< 0)."""

    kind: ChangeKind
    ship_to: Mapping[str, Any] | None = None
    note: str = ""
    line_id: UUID | None = None
    units: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class EditPreview:
    """`money_delta_minor` raises the bill when positive; `refund_minor` goes back at once."""

    money_delta_minor: int
    refund_minor: int
    open_minor: int
    currency: str


def preview_edit(*, order_id: UUID, edit: EditOrder) -> EditPreview:
    """What an edit would move, worked out by the code that makes it. Changes nothing. Raises NotEditable."""
    with transaction.atomic():
        order = lock_order(order_id)
        delta = refund = 0
        if edit.kind == ChangeKind.QUANTITY_DOWN:
            lines = {_line(order, edit).id: edit.units}
            money = preview_cancel(order_id=order_id, lines=lines)
            delta, refund = -money.worth.total_minor, money.refund_minor
        elif edit.kind == ChangeKind.QUANTITY_UP:
            _, price = _price_added(order, edit)
            delta = price
        else:
            _require_open(order, edit)
        rest = max(0, order.current_total_minor + delta - order.paid_minor + order.refunded_minor + refund)
        return EditPreview(delta, refund, rest, order.currency)


def edit_order(
    *, order_id: UUID, edit: EditOrder, by: Context, at: datetime, expected_version: int | None = None
) -> OrderChange:
    """Record one change and what it moves.

    Locks   the order, then holds and stock.
    Emits   OrderEdited; for fewer units what a cancellation emits.
    Raises  NotEditable, Stale, InsufficientStock.
    """
    with transaction.atomic():
        order = lock_order(order_id)
        require_version(expected_version, order.version)
        if edit.kind == ChangeKind.QUANTITY_DOWN:
            cancel_order(order_id=order_id, lines={_line(order, edit).id: edit.units}, reason=edit.reason, by=by, at=at)
            change = OrderChange.objects.filter(order_id=order_id).order_by("-id")[0]
            _record(Order.objects.get(pk=order_id), change, kind=edit.kind, by=by, at=at)
            return change
        if edit.kind == ChangeKind.QUANTITY_UP:
            return _add_units(order, edit, by=by, at=at)
        return _change_words(order, edit, by=by, at=at)


def _change_words(order: Order, edit: EditOrder, *, by: Context, at: datetime) -> OrderChange:
    _require_open(order, edit)
    if edit.kind == ChangeKind.ADDRESS:
        parts = Fulfilment.objects.filter(order=order, kind=FulfilmentKind.SHIP, status__in=_MUST_NOT_HAVE_LEFT)
        data: dict[str, Any] = {"before": order.ship_to, "after": dict(edit.ship_to or {})}
        for part in parts:
            part.ship_to, part.version, part.updated_at = dict(edit.ship_to or {}), part.version + 1, at
            part.save(update_fields=["ship_to", "version", "updated_at"])
    else:
        data = {"note": edit.note}
    change = _write_change(order, edit, data=data, money_delta_minor=0, by=by, at=at)
    _record(order, change, kind=edit.kind, by=by, at=at)
    settle(order, by=by, at=at)
    return change


def _add_units(order: Order, edit: EditOrder, *, by: Context, at: datetime) -> OrderChange:
    """More of a line: a line of its own at the same price, on its way as a part of its own."""
    source, price = _price_added(order, edit)
    part = _part_of(source)
    change = _write_change(
        order,
        edit,
        data={"line_id": str(source.id), "units": edit.units},
        money_delta_minor=price,
        by=by,
        at=at,
    )
    items = source.unit_price_minor * edit.units
    shared = {
        name: price_of_added(total_minor=abs(getattr(source, name)), quantity=source.quantity, units=edit.units)
        for name in ("discount_minor", "tax_minor", "tax_included_minor")
    }
    row = line_row(
        order_id=order.id,
        position=order.lines.order_by("-position").values_list("position", flat=True)[0] + 1,
        variant_id=source.variant_id,
        sku=source.sku,
        name=source.name,
        options=source.options,
        personalisation=source.personalisation,
        is_gift=source.is_gift,
        note=source.note,
        quantity=edit.units,
        unit_price_minor=source.unit_price_minor,
        list_price_minor=source.list_price_minor,
        discount_minor=price - items - shared["tax_minor"],
        tax_minor=shared["tax_minor"],
        tax_included_minor=shared["tax_included_minor"],
        total_minor=price,
        channel=by.channel,
        store_id=by.store_id,
        device_id=by.device_id,
        associate_id=by.associate_id,
        change_id=change.id,
    )
    OrderLine(**row).save(force_insert=True)
    hold_id = uuid7(at)
    batch = Batch()
    more = fulfilment_row(
        order_id=order.id,
        kind=part.kind,
        store_id=part.store_id,
        at=at,
        hold_id=hold_id,
        ship_to=part.ship_to,
        shipping_method=part.shipping_method,
        promised_at=part.promised_at,
    )
    batch.fulfilments.append(more)
    batch.fulfilment_lines.append(fulfilment_line_row(fulfilment_id=more["id"], line_id=row["id"], quantity=edit.units))
    batch.history.append(
        history_row(fulfilment_id=more["id"], to_status=FulfilmentStatus.PLACED, at=at, by=by, reason="Units added")
    )
    insert_fulfilments(batch)
    order.current_total_minor += price
    _record(order, change, kind=edit.kind, by=by, at=at)
    settle(order, by=by, at=at)
    if source.variant_id and part.store_id:
        place_holds(
            holds=[
                HoldRequest(
                    store_id=part.store_id,
                    wanted={source.variant_id: edit.units},
                    holder_kind="order",
                    holder_id=order.id,
                    until=None,
                    hold_id=hold_id,
                )
            ],
            by=by,
            at=at,
        )
    return change


def _price_added(order: Order, edit: EditOrder) -> tuple[OrderLine, int]:
    _require_open(order, edit)
    line = _line(order, edit)
    if _part_of(line).status not in OPEN_FULFILMENT:
        raise NotEditable()
    return line, price_of_added(total_minor=line.total_minor, quantity=line.quantity, units=edit.units)


def _line(order: Order, edit: EditOrder) -> OrderLine:
    line = order.lines.filter(pk=edit.line_id).first() if edit.line_id else None
    if line is None:
        raise NotFound()
    return line


def _part_of(line: OrderLine) -> Fulfilment:
    part = Fulfilment.objects.filter(lines__line=line).order_by("-id").first()
    if part is None:
        raise NotEditable()
    return part


def _require_open(order: Order, edit: EditOrder) -> None:
    if order.status in (OrderStatus.CANCELLED, OrderStatus.COMPLETED) and edit.kind != ChangeKind.NOTE:
        raise NotEditable(status=order.status)
    if (
        edit.kind == ChangeKind.ADDRESS
        and not Fulfilment.objects.filter(
            order=order, kind=FulfilmentKind.SHIP, status__in=_MUST_NOT_HAVE_LEFT
        ).exists()
    ):
        raise NotEditable()


def _write_change(
    order: Order, edit: EditOrder, *, data: dict[str, Any], money_delta_minor: int, by: Context, at: datetime
) -> OrderChange:
    return OrderChange.objects.create(
        id=uuid7(at),
        order=order,
        kind=edit.kind,
        reason=edit.reason,
        data=data,
        money_delta_minor=money_delta_minor,
        actor=by.actor[:80],
        channel=by.channel,
        at=at,
    )


def _record(order: Order, change: OrderChange, *, kind: str, by: Context, at: datetime) -> None:
    record(
        OrderEdited(
            order_id=order.id,
            number=order.number,
            customer_id=order.customer_id,
            change_id=change.id,
            kind=kind,
            money_delta_minor=change.money_delta_minor,
            currency=order.currency,
        ),
        by=by,
        at=at,
    )
