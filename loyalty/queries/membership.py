"""Who is a member, and what their card shows."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F, Q

from customers.models import Customer
from loyalty.models import Member
from loyalty.rules.codes import card_text, read_card
from omnichannel.kernel.lazily import lazily

segno = lazily("segno")


@dataclass(frozen=True, slots=True)
class Membership:
    """A member with what identifies them at a till."""

    member: Member
    number: str

    @property
    def card(self) -> str:
        return card_text(self.number)


def find_membership(customer_id: UUID) -> Membership | None:
    """The customer's membership; of a record that was merged away, that of the one it became part of."""
    member = (
        Member.objects.select_related("customer")
        .filter(Q(customer_id=customer_id) | Q(customer__merged=customer_id))
        .order_by(F("customer__merged_into").asc(nulls_first=True))
        .first()
    )
    return Membership(member, member.customer.number) if member is not None else None


def find_customer_by_card(scanned: str) -> Customer | None:
    """Whose card this is: the QR's text, or the number as it is printed below it. Merged records lead on."""
    number = read_card(scanned) or scanned.strip().upper().replace("-", "").replace(" ", "")
    if not number or len(number) > 16:
        return None
    found = Customer.objects.select_related("merged_into").filter(number=number).first()
    if found is None:
        return None
    return found.merged_into or found


def qr_svg(text: str) -> str:
    """A QR as inline SVG, drawn in one dark colour on white so that every reader reads it."""
    drawn: Any = segno.make(text, error="m", micro=False)
    return str(drawn.svg_inline(scale=4, border=2, dark="#1f1e1b", light="#ffffff"))
