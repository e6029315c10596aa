"""A cart becomes an order: one transaction, stock last."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from carts.ports import discount_providers
from carts.queries.access import CartRef
from carts.rules.pricing import PricedCart
from carts.services.checkout import close_cart, lock_and_price
from carts.states import FulfilmentKind
from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from orders.errors import CartNotReady, TotalChanged
from orders.services.after_commit import run_after_commit
from orders.services.commands import PlaceOrder, money_wire
from orders.services.drafting import Draft
from orders.services.live import publish_board
from orders.services.rows import (
    insert_batch,
)
from orders.states import PaymentState

# Problems a cart may carry into an order: the customer has agreed to the total, and the ledger judges stock.
_ADVISORY = frozenset({"price_changed", "insufficient_stock", "code_not_applied"})


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """`document` is the order as its readers will see it; `has_remote` when a gateway is asked after commit."""

    id: UUID
    number: str
    document: dict[str, Any]
    has_remote: bool


def place_order(*, ref: CartRef, command: PlaceOrder, by: Context, at: datetime) -> PlacedOrder:
    """Turn a cart into an order.

    ref     the cart, as its caller may reach it.

    Locks   the cart, codes, the ledger accounts of points and credit, then stock last.
    Emits   OrderPlaced; PaymentCaptured and OrderConfirmed when tenders of the store cover it; for goods
            carried out FulfilmentCollected; StockHeld.
    Raises  TotalChanged with the totals that stand, CartNotReady, TendersDoNotFit, PaymentNotPossible,
            InsufficientStock, AlreadyPlaced (when the cart is no longer open).
    """
    with transaction.atomic(savepoint=False):
        cart = lock_and_price(ref=ref, at=at)
        _require_agreed(cart, command)
        draft = Draft(cart, command, by=by, at=at)
        # Codes before the ledgers that tenders lock; the order's row, to which a claim may point, follows below.
        for provider in discount_providers:
            provider.claim(snapshot=cart.snapshot, adjustments=cart.adjustments, order_id=draft.order_id, at=at)
        draft.take_tenders()
        draft.plan_parts()
        numbers = insert_batch(draft.batch)
        draft.order["number"] = numbers[draft.order_id]
        closed = close_cart(cart_id=cart.snapshot.cart_id, at=at)
        record(*draft.facts(), closed, *draft.foretell_holds(), by=by, at=at)
        if remote := [row["id"] for row in draft.batch.payments if row["state"] == PaymentState.PENDING]:
            run_after_commit(payment_ids=remote, at=at)
        publish_board({part.store_id for part in draft.parts if part.kind == FulfilmentKind.PICKUP}, at=at)
        draft.take_stock()
        return PlacedOrder(draft.order_id, draft.order["number"], draft.document(), bool(remote))


def _require_agreed(cart: PricedCart, command: PlaceOrder) -> None:
    currency = cart.snapshot.currency
    if not cart.lines:
        raise CartNotReady("cart_empty", "There is nothing in this cart.")
    if currency != command.currency or cart.totals.total != command.expected_total_minor:
        totals = cart.totals
        raise TotalChanged(
            totals={
                name: money_wire(getattr(totals, name), currency)
                for name in ("items", "discount", "shipping", "tax", "tax_included", "total")
            }
        )
    blocking = [
        {"code": f"{name}_missing", "title": "This is still to be said.", "line_id": None} for name in cart.needed
    ]
    blocking += [{"code": p.code, "title": p.title, "line_id": None} for p in cart.problems if p.code not in _ADVISORY]
    blocking += [
        {"code": p.code, "title": p.title, "line_id": str(line.id)}
        for line, p in cart.line_problems
        if p.code not in _ADVISORY
    ]
    if blocking:
        raise CartNotReady(problems=blocking)
