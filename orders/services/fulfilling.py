"""The parts of an order on their way: each step locks, guards, writes its history and records its fact."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from omnichannel.kernel.context import Context
from omnichannel.kernel.ids import normalize_code, readable_code, token_hash
from omnichannel.kernel.secrets import encrypt
from orders.errors import OrderUnpaid, PickupCodeWrong
from orders.models import Fulfilment, Order, Payment
from orders.services.cancelling import drop_fulfilment
from orders.services.gateway import capture_authorised
from orders.services.settling import complete_if_done, is_covered, touch
from orders.services.steps import lock_fulfilment, require_step, write_step
from orders.states import FulfilmentStatus, OrderStatus
from stores.errors import HoldEnded
from stores.queries.ledger import list_broken_units
from stores.services.stock import consume_hold, sell_now

PICKUP_CODE_LENGTH = 6


@dataclass(frozen=True, slots=True)
class Tracking:
    carrier: str
    number: str
    url: str = ""


def accept(*, fulfilment_id: UUID, by: Context, at: datetime, expected_version: int | None = None) -> Fulfilment:
    """The store takes the work on. Locks the order. Emits FulfilmentAccepted. Raises TransitionRefused, OrderUnpaid."""
    return _step(fulfilment_id, FulfilmentStatus.ACCEPTED, by=by, at=at, expected_version=expected_version)


def start_picking(*, fulfilment_id: UUID, by: Context, at: datetime, expected_version: int | None = None) -> Fulfilment:
    """Somebody walks the aisles. Locks the order. Emits FulfilmentPicking. Raises TransitionRefused, OrderUnpaid."""
    return _step(fulfilment_id, FulfilmentStatus.PICKING, by=by, at=at, expected_version=expected_version)


def make_ready(
    *, fulfilment_id: UUID, place: str = "", by: Context, at: datetime, expected_version: int | None = None
) -> Fulfilment:
    """Waiting for the customer: a one-time code is made, stored hashed to check and encrypted to show its owner.

    Locks   the order.
    Emits   FulfilmentReady.
    Raises  TransitionRefused, OrderUnpaid.
    """

    def wait_for_customer(order: Order, fulfilment: Fulfilment) -> None:
        code = readable_code(PICKUP_CODE_LENGTH)
        fulfilment.pickup_code_hash = token_hash(f"{fulfilment.id}:{code}")
        fulfilment.pickup_code_encrypted = encrypt(code)
        fulfilment.staging_place = place
        fulfilment.collect_until = at + timedelta(days=fulfilment.store.pickup_hold_days if fulfilment.store else 5)

    return _step(
        fulfilment_id, FulfilmentStatus.READY, by=by, at=at, expected_version=expected_version, change=wait_for_customer
    )


def collect(
    *, fulfilment_id: UUID, code: str, by: Context, at: datetime, expected_version: int | None = None
) -> Fulfilment:
    """Hand the goods over against the one-time code; who, where and when is the proof.

    Locks   the order, then its hold and stock.
    Emits   FulfilmentCollected, OrderCompleted; captures what was only authorised, after commit.
    Raises  PickupCodeWrong, TransitionRefused, HoldEnded, InsufficientStock (of a broken promise).
    """

    def hand_over(order: Order, fulfilment: Fulfilment) -> None:
        if token_hash(f"{fulfilment.id}:{normalize_code(code)}") != fulfilment.pickup_code_hash:
            raise PickupCodeWrong(pointer="/code")
        fulfilment.pickup_code_hash = fulfilment.pickup_code_encrypted = ""
        fulfilment.handed_over_by = by.actor[:80]

    return _step(
        fulfilment_id,
        FulfilmentStatus.COLLECTED,
        by=by,
        at=at,
        expected_version=expected_version,
        change=hand_over,
        takes_stock=True,
    )


def ship(
    *, fulfilment_id: UUID, tracking: Tracking, by: Context, at: datetime, expected_version: int | None = None
) -> Fulfilment:
    """The parcel leaves.

    Locks   the order, then its hold and stock.
    Emits   FulfilmentShipped; captures what was only authorised, after commit.
    Raises  TransitionRefused, OrderUnpaid, HoldEnded, InsufficientStock (of a broken promise).
    """

    def hand_to_carrier(order: Order, fulfilment: Fulfilment) -> None:
        fulfilment.carrier, fulfilment.tracking_number = tracking.carrier, tracking.number
        fulfilment.tracking_url, fulfilment.handed_over_by = tracking.url, by.actor[:80]

    return _step(
        fulfilment_id,
        FulfilmentStatus.SHIPPED,
        by=by,
        at=at,
        expected_version=expected_version,
        change=hand_to_carrier,
        takes_stock=True,
        carrier=tracking.carrier,
        tracking_number=tracking.number,
    )


def deliver(*, fulfilment_id: UUID, by: Context, at: datetime, expected_version: int | None = None) -> Fulfilment:
    """The parcel arrived. Locks the order. Emits FulfilmentDelivered, OrderCompleted. Raises TransitionRefused."""
    return _step(fulfilment_id, FulfilmentStatus.DELIVERED, by=by, at=at, expected_version=expected_version)


def reject(
    *, fulfilment_id: UUID, reason: str, by: Context, at: datetime, expected_version: int | None = None
) -> Fulfilment:
    """The store cannot do it: its units are free again and their money goes back.

    Locks   the order, then its hold and stock.
    Emits   FulfilmentRejected, OrderCancelled (of the part).
    Raises  TransitionRefused.
    """
    return _drop(
        fulfilment_id, FulfilmentStatus.REJECTED, reason=reason, by=by, at=at, expected_version=expected_version
    )


def expire(*, fulfilment_id: UUID, by: Context, at: datetime) -> Fulfilment:
    """Nobody came in time: back on the shelf, money back.

    Locks   the order, then its hold and stock.
    Emits   FulfilmentExpired, OrderCancelled (of the part).
    Raises  TransitionRefused (it was collected meanwhile, or is not due).
    """
    return _drop(
        fulfilment_id, FulfilmentStatus.EXPIRED, reason="Not collected in time", by=by, at=at, expected_version=None
    )


def collect_carried_out(order: Order, fulfilment: Fulfilment, *, by: Context, at: datetime) -> None:
    """Goods at the till whose payment has come: they leave. The order is locked."""
    old = fulfilment.status
    fulfilment.status = FulfilmentStatus.COLLECTED
    fulfilment.handed_over_by = by.actor[:80]
    write_step(order, fulfilment, old, by=by, at=at)
    complete_if_done(order, by=by, at=at)
    order.save(update_fields=["status", "completed_at"])
    if fulfilment.hold_id:
        consume_hold(hold_id=fulfilment.hold_id, by=by, at=at)


def _step(
    fulfilment_id: UUID,
    to: FulfilmentStatus,
    *,
    by: Context,
    at: datetime,
    expected_version: int | None,
    change: Callable[[Order, Fulfilment], None] | None = None,
    takes_stock: bool = False,
    **more: str,
) -> Fulfilment:
    with transaction.atomic():
        order, fulfilment = lock_fulfilment(fulfilment_id, expected_version)
        require_step(fulfilment, to)
        if order.status not in (OrderStatus.CONFIRMED, OrderStatus.COMPLETED) or not is_covered(
            order, list(Payment.objects.filter(order=order))
        ):
            raise OrderUnpaid(status=order.status)
        old = fulfilment.status
        if change is not None:
            change(order, fulfilment)
        fulfilment.status = to
        write_step(order, fulfilment, old, by=by, at=at, **more)
        if takes_stock:
            capture_authorised(order, at=at)
        complete_if_done(order, by=by, at=at)
        touch(order)
        if takes_stock and fulfilment.hold_id:
            _take_goods(order, fulfilment, fulfilment.hold_id, by=by, at=at)
    return fulfilment


def _take_goods(order: Order, fulfilment: Fulfilment, hold_id: UUID, *, by: Context, at: datetime) -> None:
    """The promised units leave. Those a stock change took from the promise must be on the shelf again."""
    broken = list_broken_units(hold_id)
    try:
        consume_hold(hold_id=hold_id, by=by, at=at)
    except HoldEnded:
        if not broken:
            raise
    if broken and fulfilment.store_id:
        sell_now(
            store_id=fulfilment.store_id, lines=broken, reference_kind="order", reference_id=order.id, by=by, at=at
        )


def _drop(
    fulfilment_id: UUID, to: FulfilmentStatus, *, reason: str, by: Context, at: datetime, expected_version: int | None
) -> Fulfilment:
    with transaction.atomic():
        order, fulfilment = lock_fulfilment(fulfilment_id, expected_version)
        require_step(fulfilment, to)
        drop_fulfilment(order, fulfilment, to, reason=reason, by=by, at=at)
    return fulfilment
