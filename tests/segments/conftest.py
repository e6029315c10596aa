"""A shop of jackets and dresses, and people to find in it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.cache import cache

from campaigns.segments.models import Segment
from campaigns.segments.services import saving
from catalog.models import Category, Product
from customers.models import Customer
from loyalty.models import Account
from omnichannel.events.models import Delivery, Event
from omnichannel.events.ports import interested_in
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from omnichannel.kernel.ids import uuid7
from orders.models import Order, OrderLine
from tests.catalog.factories import CategoryFactory, ProductFactory, VariantFactory
from tests.customers.factories import CustomerFactory

JACKETS = "women/jackets"


@pytest.fixture(autouse=True)
def fresh_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@dataclass
class Shop:
    jackets: Category
    jacket: Product
    dress: Product
    at: datetime
    variants: dict[UUID, Any] = field(default_factory=dict)

    def person(self, name: str = "Suzie Lindqvist", **profile: Any) -> Customer:
        first, _, last = name.partition(" ")
        return CustomerFactory(first_name=first, last_name=last, **profile)

    def view(self, customer: Customer, product: Product | None = None, *, ago: timedelta = timedelta(0)) -> Event:
        """A tracked event as the tracking endpoint writes it, with its deliveries."""
        return self.track(
            customer.pk, "Product Viewed", ago=ago, om_product_id=str((product or self.jacket).pk), price=120
        )

    def track(self, identity: UUID, name: str, *, ago: timedelta = timedelta(0), **data: Any) -> Event:
        event = Event.objects.create(
            id=uuid7(), name=name, kind="tracked", occurred_at=now() - ago, identity_id=identity, channel="web",
            actor="write_key:test", request_id="", data=data,
        )  # fmt: skip
        for entry in interested_in(name):
            Delivery.objects.create(handler=entry.name, queue=entry.queue, event_ids=[event.pk])
        return event

    def buy(self, customer: Customer, product: Product, *, ago: timedelta = timedelta(0), minor: int = 5_000) -> Order:
        order = Order.objects.create(
            number=str(uuid7())[-12:], customer=customer, status="confirmed", currency="USD", items_minor=minor,
            total_minor=minor, current_total_minor=minor, channel="web", placed_at=now() - ago,
        )  # fmt: skip
        OrderLine.objects.create(
            order=order, position=1, variant=self.variants[product.pk], sku="x", name="x", quantity=1,
            unit_price_minor=minor, total_minor=minor, channel="web",
        )  # fmt: skip
        return order

    def owns(self, customer: Customer, points: int) -> None:
        Account.objects.create(customer=customer, unit="points", balance=points, created_at=self.at, updated_at=self.at)

    def live(self, tree: Any, name: str = "Jacket lovers") -> Segment:
        segment = saving.create_segment(new=saving.NewSegment(name=name, tree=tree), by=SYSTEM, at=now())
        return saving.publish_segment(segment_id=segment.pk, by=SYSTEM, at=now())


@pytest.fixture
def shop(db: None) -> Shop:
    return make_shop()


def make_shop() -> Shop:
    women = CategoryFactory(name="Women", slug="women", path="women")
    jackets = CategoryFactory(name="Jackets", slug="jackets", path=JACKETS, parent=women)
    dresses = CategoryFactory(name="Dresses", slug="dresses", path="women/dresses", parent=women)
    jacket = ProductFactory(name="Quay jacket", category=jackets)
    dress = ProductFactory(name="Linen wrap dress", category=dresses)
    shop = Shop(jackets, jacket, dress, now())
    for product in (jacket, dress):
        shop.variants[product.pk] = VariantFactory(product=product)
    return shop


VIEWED_TWICE = {
    "kind": "event",
    "name": "Product Viewed",
    "count": {"op": ">=", "value": 2},
    "window": {"last_days": 7},
    "where": [{"field": "category", "op": "is", "goods": {"categories": [JACKETS]}}],
}
NEWCOMERS_RULE = {
    "all": [
        VIEWED_TWICE,
        {"kind": "order", "did": False, "goods": {"categories": [JACKETS]}, "window": {"last_days": 60}},
        {"kind": "points", "unit": "points", "amount": {"op": ">=", "value": 1}},
    ]
}
