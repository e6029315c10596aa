"""What audiences do when something happened. Each runs as often as it likes: state is read, not counted."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from campaigns.audiences.models import Audience
from campaigns.audiences.ports import ad_platforms
from campaigns.audiences.queries.deeds import Goods, list_goods, list_sales
from campaigns.audiences.services.conversions import CART, PURCHASE, VIEW, Deed, Piece, intend_conversions
from campaigns.audiences.services.keeping import refresh_customers
from campaigns.audiences.services.nudging import nudge
from customers.queries.identities import identity_ids_of, owners_of
from omnichannel.brand.queries import get_brand
from omnichannel.events.ports import RecordedEvent
from omnichannel.events.queries import list_events, recorded
from omnichannel.kernel.clock import now

VIEWED = "Product Viewed"
#: What can bring somebody into an audience or out of one.
FACTS = (
    VIEWED,
    "cart.line_added",
    "cart.merged",
    "order.confirmed",
    "order.cancelled",
    "order.edited",
    "order.attached",
    "return.recorded",
    "customer.identified",
    "customer.updated",
    "customer.merged",
    "customer.merge_undone",
    "consent.given",
    "consent.withdrawn",
    "segment.entered",
    "segment.left",
)
#: What platforms hear of; a visitor's views once it is known who they are.
CONVERSIONS = (VIEWED, "cart.line_added", "order.confirmed", "order.attached", "customer.identified")
# What a visitor did before we knew them goes out too, as far back as platforms take it.
BACKFILL = timedelta(days=6)
MOST_BACKFILLED = 200


def keep_audiences(events: Sequence[RecordedEvent]) -> None:
    """Bring the audiences of everybody concerned up to date."""
    if not Audience.objects.exists():
        return
    people = set(_people(events).values())
    # Somebody merged away keeps what stays with the old record true as well.
    people |= {UUID(str(event.data["from_id"])) for event in events if event.name.startswith("customer.merge")}
    if people:
        refresh_customers(customer_ids=people, at=now())
        transaction.on_commit(nudge, robust=True)


def tell_platforms(events: Sequence[RecordedEvent]) -> None:
    """Write conversions down for the platforms that are connected."""
    if not any(platform.is_connected for platform in ad_platforms):
        return
    at = now()
    people = _people(events)
    seen = [event for event in events if event.name == VIEWED and event.id in people]
    owners = {event.id: people[event.id] for event in seen}
    for event in events:
        if event.name == "customer.identified" and event.id in people:
            for earlier in _views_of(people[event.id], since=at - BACKFILL):
                owners[earlier.id] = people[event.id]
                seen.append(earlier)
    deeds = [
        *_views({event.id: event for event in seen}.values(), owners, at),
        *(
            _carted(event, people[event.id])
            for event in events
            if event.name == "cart.line_added" and event.id in people
        ),
        *_purchases([event for event in events if event.name.startswith("order.")]),
    ]
    if intend_conversions(deeds=deeds, at=at):
        transaction.on_commit(nudge, robust=True)


def _people(events: Sequence[RecordedEvent]) -> dict[UUID, UUID]:
    """The customer behind each event; a visitor nobody knows yet is absent."""
    identities = {event.id: event.identity_id for event in events if event.identity_id}
    owners = owners_of(sorted(set(identities.values())))
    found = {}
    for event in events:
        told = event.data.get("customer_id")
        owner = owners.get(identities[event.id]) if event.id in identities else None
        if owner is None and told and event.identity_id == UUID(str(told)):
            owner = UUID(str(told))
        if owner is not None:
            found[event.id] = owner
    return found


def _views_of(customer_id: UUID, *, since: datetime) -> list[RecordedEvent]:
    rows = list_events(names=[VIEWED]).filter(identity_id__in=identity_ids_of(customer_id), occurred_at__gt=since)
    return [recorded(row) for row in rows.exclude(kind="echo").order_by("-occurred_at")[:MOST_BACKFILLED]]


def _views(events: Iterable[RecordedEvent], owners: dict[UUID, UUID], at: datetime) -> list[Deed]:
    told = list(events)
    products = [key for event in told if (key := _uuid(event.data.get("om_product_id")))]
    variants = [key for event in told if (key := _uuid(event.data.get("om_variant_id")))]
    if not products:
        return []
    currency = get_brand().default_currency
    goods = list_goods(products, variants, currency=currency, at=at)
    deeds = []
    for event in told:
        found: Goods | None = goods.get(_uuid(event.data.get("om_variant_id")) or UUID(int=0)) or goods.get(
            _uuid(event.data.get("om_product_id")) or UUID(int=0)
        )
        if found is not None:
            deeds.append(
                Deed(
                    name=VIEW,
                    event_id=message_id(event),
                    customer_id=owners[event.id],
                    occurred_at=event.occurred_at,
                    channel=event.channel,
                    pieces=[Piece(sku=found.sku, unit_price_minor=found.price_minor)],
                    currency=currency,
                    page_url=_page(event),
                    context=event.context,
                )
            )
    return deeds


def _carted(event: RecordedEvent, customer_id: UUID) -> Deed:
    data = event.data
    return Deed(
        name=CART,
        # Known to the client that put it there: the cart's id and the version the answer carried.
        event_id=f"{data['cart_id']}.{data['version']}",
        customer_id=customer_id,
        occurred_at=event.occurred_at,
        channel=event.channel,
        pieces=[
            Piece(
                sku=str(data["sku"]),
                quantity=max(1, int(data["quantity"]) - int(data["quantity_before"])),
                unit_price_minor=int(data["unit_price_minor"]),
            )
        ],
        currency=str(data["currency"]),
        context=event.context,
    )


def _purchases(events: Sequence[RecordedEvent]) -> list[Deed]:
    contexts = {UUID(str(event.data["order_id"])): event.context for event in events}
    return [
        Deed(
            name=PURCHASE,
            event_id=str(sale.order_id),
            customer_id=sale.customer_id,
            occurred_at=sale.placed_at,
            channel=sale.channel,
            pieces=[Piece(sku=sku, quantity=quantity, unit_price_minor=price) for sku, quantity, price in sale.lines],
            currency=sale.currency,
            value_minor=sale.total_minor,
            order_id=str(sale.order_id),
            context=contexts[sale.order_id],
        )
        for sale in (list_sales(sorted(contexts)) if contexts else [])
        if sale.customer_id is not None
    ]


def message_id(event: RecordedEvent) -> str:
    """The id under which the browser sent it, which its pixel uses as well; else our own."""
    return str(event.context.get("message_id") or event.context.get("messageId") or event.id)


def _page(event: RecordedEvent) -> str:
    page = event.context.get("page")
    found = (page.get("url") if isinstance(page, dict) else "") or event.data.get("url") or ""
    return str(found) if str(found).startswith(("http://", "https://")) else ""


def _uuid(value: Any) -> UUID | None:
    try:
        return UUID(str(value)) if value else None
    except ValueError:
        return None
