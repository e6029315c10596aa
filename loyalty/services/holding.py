"""Points an open cart keeps, so that no two carts are promised the same ones."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from loyalty.errors.ledger import PointsNotOffered, PointsNotPositive, PointsTermsNotMet
from loyalty.models import Hold
from loyalty.queries.programmes import find_programme
from loyalty.rules.burning import Terms, refuse_burn
from loyalty.rules.lots import choose_lots
from loyalty.services.ledger import hold_until, lock_accounts, open_ledger
from loyalty.services.motions import bring_up_to_date
from loyalty.services.posting import not_enough
from loyalty.states.ledger import HoldState, Unit
from omnichannel.kernel.context import Context


@dataclass(frozen=True, slots=True)
class HeldPoints:
    """What a cart keeps, what it pays and until when it is kept."""

    points: int
    worth_minor: int
    currency: str
    until: datetime


def hold_points(
    *, customer_id: UUID, cart_id: UUID, points: int, bill_minor: int, currency: str, by: Context, at: datetime
) -> HeldPoints:
    """Keep points for a cart: exactly so many, whatever it kept before. Nothing is spent yet.

    bill_minor  what the cart comes to, for the programme's largest share.
    Locks   the customer's ledger accounts.
    Raises  PointsNotOffered, PointsTermsNotMet, NotEnoughPoints.
    """
    if points <= 0:
        raise PointsNotPositive()
    with transaction.atomic():
        programme = find_programme(at)
        if programme is None or programme.currency != currency:
            raise PointsNotOffered()
        terms = Terms.of(programme)
        worth = terms.worth(points)
        if refusal := refuse_burn(terms, points, amount_minor=worth, total_minor=bill_minor):
            raise PointsTermsNotMet(refusal.code, refusal.title, limit=refusal.limit)
        ledger = open_ledger(wanted={customer_id: [Unit.POINTS]}, by=by, at=at)
        account = ledger.account(customer_id, Unit.POINTS)
        ledger.load_lots([account])
        for hold in ledger.holds_of(account):
            if hold.cart_id == cart_id:
                ledger.end_hold(hold, HoldState.RELEASED)
        bring_up_to_date(ledger)
        parts = choose_lots(ledger.lots_of(account), points)
        if parts is None:
            raise not_enough(ledger, Unit.POINTS, customer_id, points)
        until = hold_until(at, programme.hold_minutes, [lot for lot, _ in parts])
        ledger.hold(account, cart_id, parts, until)
        ledger.close()
    return HeldPoints(points, worth, terms.currency, until)


def release_hold(*, cart_id: UUID, by: Context, at: datetime) -> bool:
    """Let go of what a cart keeps; False when it keeps nothing.

    Locks   the customer's ledger accounts.
    """
    with transaction.atomic():
        owner = (
            Hold.objects.filter(cart_id=cart_id, state=HoldState.OPEN)
            .values_list("account__customer_id", flat=True)
            .first()
        )
        if owner is None:
            return False
        ledger = open_ledger(wanted={owner: [Unit.POINTS]}, by=by, at=at)
        account = ledger.account(owner, Unit.POINTS)
        ledger.load_lots([account])
        found = [hold for hold in ledger.holds_of(account) if hold.cart_id == cart_id]
        for hold in found:
            ledger.end_hold(hold, HoldState.RELEASED)
        ledger.close()
    return bool(found)


def release_holds(*, cart_ids: Iterable[UUID], by: Context, at: datetime) -> None:
    """Let go of what these carts keep.

    Locks   the ledger accounts of all whose points they keep, whoever the carts' customers were said to be: a merge may
            have come between. Together and first: one cart after the other would lock in the order of the carts.
    """
    with transaction.atomic():
        holds = Hold.objects.filter(cart_id__in=set(cart_ids), state=HoldState.OPEN)
        kept = list(holds.values_list("cart_id", "account__customer_id"))
        if not kept:
            return  # as nearly always: few carts are paid with points
        lock_accounts(owner for _, owner in kept)
        for cart_id in sorted({cart_id for cart_id, _ in kept}):
            release_hold(cart_id=cart_id, by=by, at=at)
