"""What an open cart keeps of its customer's points, and what it could take."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from loyalty.errors.ledger import PointsNotOffered
from loyalty.models import Hold
from loyalty.queries.balances import find_balance
from loyalty.queries.programmes import find_programme
from loyalty.rules.burning import Terms, most_points
from loyalty.states.ledger import HoldState


@dataclass(frozen=True, slots=True)
class CartPoints:
    """`points` kept until `until`; `available` to this cart; `usable` the most its bill may take of them."""

    cart_id: UUID
    customer_id: UUID
    bill_minor: int
    currency: str
    terms: Terms
    points: int
    until: datetime | None
    available: int

    @property
    def usable(self) -> int:
        return most_points(self.terms, self.available, total_minor=self.bill_minor)


def find_cart_points(*, cart_id: UUID, customer_id: UUID, bill_minor: int, currency: str, at: datetime) -> CartPoints:
    """Raises PointsNotOffered where there is no programme in the cart's currency."""
    programme = find_programme(at)
    if programme is None or programme.currency != currency:
        raise PointsNotOffered()
    hold = Hold.objects.filter(
        account__customer_id=customer_id, cart_id=cart_id, state=HoldState.OPEN, until__gt=at
    ).first()
    kept = hold.amount if hold else 0
    return CartPoints(
        cart_id=cart_id,
        customer_id=customer_id,
        bill_minor=bill_minor,
        currency=currency,
        terms=Terms.of(programme),
        points=kept,
        until=hold.until if hold else None,
        available=find_balance(customer_id, at).points_available + kept,
    )
