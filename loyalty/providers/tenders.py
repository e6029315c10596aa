"""Points and store credit as ways to pay, on every channel: local tenders of orders' payment port."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from loyalty.queries.programmes import find_programme
from loyalty.rules.burning import Terms, points_back, refuse_burn
from loyalty.services.spending import give_back, spend
from loyalty.states.ledger import Unit, credit_unit
from omnichannel.kernel.clock import now
from orders.errors import SignatureInvalid
from orders.models import Payment
from orders.ports import Answer, Charge, Message, RefundAnswer
from orders.states import PaymentState, RefundState

# Who may spend what is a customer's: they themselves, somebody who serves them, a system with our key, staff.
_SERVING = ("associate:", "api_key:", "staff:", "system")


def _refused(code: str, message: str) -> Answer:
    return Answer(PaymentState.FAILED, failure_code=code, failure_message=message)


def _refuse_payer(charge: Charge, what: str) -> Answer | None:
    """Whoever holds a link to pay, or a cart handed over, does not hold the customer's points."""
    if charge.customer_id is None:
        return _refused("cart_needs_customer", f"{what} belongs to a customer: sign in, or say whose order this is.")
    if charge.by.customer_id == charge.customer_id or charge.by.associate_id is not None:
        return None
    if charge.by.customer_id is None and charge.by.actor.startswith(_SERVING):
        return None
    return _refused("not_yours_to_spend", f"{what} is spent by its owner, or by somebody who serves them.")


class _StoredValue:
    is_local = True
    needs_associate = False
    is_offered = True

    def capture(self, charge: Charge) -> Answer:
        return Answer(PaymentState.CAPTURED, captured_minor=charge.amount_minor)

    def void(self, charge: Charge) -> Answer:
        """All of it back, whatever came back before."""
        give_back(
            key=charge.key,
            refund_key=f"void:{charge.key}",
            total=self.units(charge),
            reason=f"Order {charge.number} was not paid".strip(),
            by=charge.by,
            at=charge.at or now(),
        )
        return Answer(PaymentState.VOIDED)

    def refund(self, charge: Charge, *, refund_key: str, amount_minor: int) -> RefundAnswer:
        """The very lots, in proportion to the money; all of them with the last cent."""
        before = Payment.objects.filter(key=charge.key).values_list("captured_minor", "refunded_minor").first()
        captured, refunded = before or (charge.amount_minor, 0)
        give_back(
            key=charge.key,
            refund_key=refund_key,
            total=points_back(self.units(charge), captured_minor=captured, refunded_minor=refunded + amount_minor),
            reason=f"Order {charge.number} went back".replace("  ", " "),
            by=charge.by,
            at=charge.at or now(),
        )
        return RefundAnswer(RefundState.DONE)

    def units(self, charge: Charge) -> int:
        """What the payment took in the unit of its account."""
        return charge.amount_minor

    def find(self, charge: Charge) -> Answer | None:
        return None

    def read_message(self, *, body: bytes, headers: Mapping[str, str]) -> Message:
        raise SignatureInvalid()


class Points(_StoredValue):
    """`method`: `points`, how many; or an amount, and as many as it takes."""

    def worth_of(self, method: Mapping[str, Any], *, currency: str, at: datetime) -> int | None:
        points = method.get("points")
        programme = find_programme(at)
        if not isinstance(points, int) or isinstance(points, bool) or programme is None:
            return None
        return Terms.of(programme).worth(points) if programme.currency == currency else None

    def authorise(self, charge: Charge) -> Answer:
        if refused := _refuse_payer(charge, "Points"):
            return refused
        at = charge.at or now()
        programme = find_programme(at)
        if programme is None or programme.currency != charge.currency:
            return _refused("points_not_offered", "Points cannot be spent here at present.")
        terms = Terms.of(programme)
        points = charge.method.get("points") or terms.points_for(charge.amount_minor)
        if terms.worth(points) != charge.amount_minor:
            return _refused("points_not_worth_this", "So many points are worth another amount than this.")
        refusal = refuse_burn(terms, points, amount_minor=charge.amount_minor, total_minor=charge.bill_minor)
        if refusal is not None:
            return _refused(refusal.code, refusal.title)
        assert charge.customer_id is not None  # looked at above
        journal = spend(
            customer_id=charge.customer_id,
            unit=Unit.POINTS,
            amount=points,
            key=charge.key,
            order_id=charge.order_id,
            cart_id=charge.cart_id,
            by=charge.by,
            at=at,
        )
        return Answer(
            PaymentState.CAPTURED,
            captured_minor=charge.amount_minor,
            reference=str(journal),
            method={"points": points},
        )

    def units(self, charge: Charge) -> int:
        points = charge.method.get("points")
        return points if isinstance(points, int) else 0


class StoreCredit(_StoredValue):
    """Credit in the currency of the order. Without an amount it takes what is left to pay."""

    def authorise(self, charge: Charge) -> Answer:
        if refused := _refuse_payer(charge, "Store credit"):
            return refused
        assert charge.customer_id is not None  # looked at above
        journal = spend(
            customer_id=charge.customer_id,
            unit=credit_unit(charge.currency),
            amount=charge.amount_minor,
            key=charge.key,
            order_id=charge.order_id,
            cart_id=charge.cart_id,
            by=charge.by,
            at=charge.at or now(),
        )
        return Answer(PaymentState.CAPTURED, captured_minor=charge.amount_minor, reference=str(journal))
