"""Tenders of the store: taken by a person, so their answer is known at once."""

from collections.abc import Mapping

from orders.errors import SignatureInvalid
from orders.ports import Answer, Charge, Message, RefundAnswer
from orders.states import PaymentState, RefundState


class _Local:
    is_local = True
    needs_associate = True
    is_offered = True

    def capture(self, charge: Charge) -> Answer:
        return Answer(PaymentState.CAPTURED, captured_minor=charge.amount_minor)

    def void(self, charge: Charge) -> Answer:
        return Answer(PaymentState.VOIDED)

    def refund(self, charge: Charge, *, refund_key: str, amount_minor: int) -> RefundAnswer:
        return RefundAnswer(RefundState.DONE)

    def find(self, charge: Charge) -> Answer | None:
        return None

    def read_message(self, *, body: bytes, headers: Mapping[str, str]) -> Message:
        raise SignatureInvalid()


class Cash(_Local):
    """`method`: `tendered_minor`, what was put on the counter; the change is worked out here."""

    def authorise(self, charge: Charge) -> Answer:
        tendered = charge.method.get("tendered_minor", charge.amount_minor)
        if not isinstance(tendered, int) or isinstance(tendered, bool) or tendered < charge.amount_minor:
            return Answer(
                PaymentState.FAILED,
                failure_code="cash_too_little",
                failure_message="Less was given than is to be paid.",
            )
        return Answer(
            PaymentState.CAPTURED,
            captured_minor=charge.amount_minor,
            method={"tendered_minor": tendered, "change_minor": tendered - charge.amount_minor},
        )


class Terminal(_Local):
    """A card terminal that stands beside the till: the associate notes what its slip says."""

    def authorise(self, charge: Charge) -> Answer:
        slip = str(charge.method.get("reference", ""))
        shown = {name: charge.method[name] for name in ("brand", "last4", "reference") if name in charge.method}
        return Answer(PaymentState.CAPTURED, captured_minor=charge.amount_minor, reference=slip[:200], method=shown)


class Recorded(_Local):
    """Stands on orders that were paid elsewhere; a refund of one is paid elsewhere too."""

    needs_associate = False
    is_offered = False

    def authorise(self, charge: Charge) -> Answer:
        return Answer(PaymentState.CAPTURED, captured_minor=charge.amount_minor)
