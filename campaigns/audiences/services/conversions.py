"""What customers did, written down for the platforms before anything is sent: once for each event id."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from campaigns.audiences.models import Conversion
from campaigns.audiences.ports import Person, ad_platforms
from campaigns.audiences.rules.backoff import MOST_OLD
from customers.models import Customer
from customers.queries.permission import list_permissions
from omnichannel.kernel.channels import Channel
from omnichannel.kernel.money import currency_exponent

VIEW, CART, PURCHASE = "ViewContent", "AddToCart", "Purchase"
ACTION_SOURCES: dict[str, str] = {
    Channel.WEB: "website",
    Channel.MOBILE: "app",
    Channel.TABLET: "physical_store",
    Channel.POS: "physical_store",
    Channel.EMAIL: "email",
    Channel.PHONE: "phone_call",
    Channel.SYSTEM: "system_generated",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Goods in a conversion."""

    sku: str
    quantity: int = 1
    unit_price_minor: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something a customer did, before it is put in a platform's words.

    event_id  what the pixel in the browser sends too: the tracked message's id, `<cart id>.<version>`, the order's id.
    """

    name: str
    event_id: str
    customer_id: UUID
    occurred_at: datetime
    channel: str
    pieces: Sequence[Piece]
    currency: str = ""
    value_minor: int | None = None
    page_url: str = ""
    order_id: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)


def intend_conversions(*, deeds: Sequence[Deed], at: datetime) -> int:
    """Write down what connected platforms may hear of; how many are new. Nobody without consent is in it.

    Asked as of when it was done and as of now: a yes does not reach back, a no does.
    """
    platforms = [name for name in ad_platforms.names() if ad_platforms.get(name).is_connected]
    deeds = [deed for deed in deeds if at - deed.occurred_at < MOST_OLD and deed.pieces]
    if not platforms or not deeds:
        return 0
    allowed = _allowed(deeds, at=at)
    people = {
        row.pk: Person(
            customer_id=row.pk,
            email=row.email,
            phone=row.phone,
            first_name=row.first_name,
            last_name=row.last_name,
        )
        for row in Customer.objects.filter(pk__in={deed.customer_id for deed in allowed})
    }
    rows = [
        Conversion(
            platform=name,
            name=deed.name,
            event_id=deed.event_id[:120],
            customer_id=deed.customer_id,
            occurred_at=min(deed.occurred_at, at),
            action_source=ACTION_SOURCES.get(deed.channel, "other"),
            page_url=deed.page_url[:500],
            user_data=ad_platforms.get(name).describe_person(people[deed.customer_id], deed.context, deed.occurred_at),
            custom_data=custom_data(deed),
            due_at=at,
        )
        for deed in allowed
        for name in platforms
        if deed.customer_id in people
    ]
    before = Conversion.objects.filter(event_id__in={row.event_id for row in rows}).count()
    Conversion.objects.bulk_create(rows, ignore_conflicts=True)
    return Conversion.objects.filter(event_id__in={row.event_id for row in rows}).count() - before


def _allowed(deeds: Sequence[Deed], *, at: datetime) -> list[Deed]:
    ids = sorted({deed.customer_id for deed in deeds})
    today = list_permissions(ids, channel="ads", purpose="advertising", at=at)
    found = []
    for deed in deeds:
        if not today[deed.customer_id].allowed:
            continue
        then = list_permissions([deed.customer_id], channel="ads", purpose="advertising", at=deed.occurred_at)
        if then[deed.customer_id].allowed:
            found.append(deed)
    return found


def custom_data(deed: Deed) -> dict[str, Any]:
    """Goods by SKU, as in the product feed; amounts in major units, as platforms want them."""
    contents = [
        {
            "id": piece.sku,
            "quantity": piece.quantity,
            **(
                {"item_price": _major(piece.unit_price_minor, deed.currency)}
                if piece.unit_price_minor is not None and deed.currency
                else {}
            ),
        }
        for piece in deed.pieces
    ]
    value = deed.value_minor
    if value is None and all(piece.unit_price_minor is not None for piece in deed.pieces):
        value = sum((piece.unit_price_minor or 0) * piece.quantity for piece in deed.pieces)
    return {
        "content_type": "product",
        "content_ids": [piece.sku for piece in deed.pieces],
        "contents": contents,
        **(
            {"value": _major(value, deed.currency), "currency": deed.currency}
            if value is not None and deed.currency
            else {}
        ),
        **({"order_id": deed.order_id} if deed.order_id else {}),
    }


def _major(amount_minor: int, currency: str) -> float:
    return float(Decimal(amount_minor).scaleb(-currency_exponent(currency)))
