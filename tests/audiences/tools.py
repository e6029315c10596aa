"""A shop whose visits are tracked, and the advertising stand-in as a real server."""

import base64
import threading
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from django.test import Client

from campaigns.audiences.management.ads_server import Platform, make_server
from campaigns.audiences.models import Audience, AudienceItem
from campaigns.audiences.providers import meta
from campaigns.audiences.services.audiences import save_audience
from campaigns.audiences.services.sending import send_due_conversions
from campaigns.audiences.services.syncing import sync_due_members
from catalog.models import ProductRelation, Variant
from customers.models import Customer
from customers.services.consent import give_consent, withdraw_consent
from customers.services.sources import create_source
from omnichannel.events.services import deliver_due
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM

TOKEN, PIXEL, ACCOUNT = "secret-token", "1234567890", "99"


class Visits:
    """A page of the shop that sends what people look at."""

    def __init__(self, channel: str = "web") -> None:
        _, self.key = create_source(name=f"Shop {uuid.uuid4()}", channel=channel, by=SYSTEM, at=now())

    def view(self, sku: str, *, who: str = "", user: Any = None, message_id: str = "", **more: Any) -> str:
        message_id = message_id or str(uuid.uuid4())
        message = {
            "type": "track",
            "event": "Product Viewed",
            "messageId": message_id,
            "properties": {"sku": sku},
            "context": {"userAgent": "Mozilla/5.0", "page": {"url": f"https://shop.example/{sku.lower()}"}},
            **({"anonymousId": who} if who else {}),
            **({"userId": str(user)} if user else {}),
            **more,
        }
        credential = base64.b64encode(f"{self.key}:".encode()).decode()
        answer = Client().post(
            "/v1/batch",
            orjson.dumps({"batch": [message]}),
            content_type="application/json",
            headers={"authorization": f"Basic {credential}"},
        )
        assert answer.status_code == 200, answer.content
        assert not answer.json().get("rejected"), answer.content
        return message_id


class Ads:
    """The stand-in on a port of its own."""

    def __init__(self) -> None:
        self.platform = Platform(token=TOKEN, pixel_id=PIXEL, hang_seconds=0.2)
        self.server = make_server(self.platform, 0)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def received(self) -> Any:
        with urllib.request.urlopen(f"{self.url}/received") as answer:
            return orjson.loads(answer.read())

    def events(self, name: str = "") -> list[dict[str, Any]]:
        return [each for each in self.received()["events"] if not name or each["event_name"] == name]

    def people(self) -> int:
        return sum(each["people"] for each in self.received()["lists"])

    def next(self, *modes: str) -> None:
        self.platform.orders.extend(modes)

    def close(self) -> None:
        self.platform.closing.set()
        self.server.shutdown()
        self.server.server_close()


@contextmanager
def ads_connected(settings: Any) -> Iterator[Ads]:
    ads = Ads()
    settings.META_API_BASE = f"{ads.url}/v23.0"
    settings.META_ACCESS_TOKEN, settings.META_PIXEL_ID, settings.META_AD_ACCOUNT_ID = TOKEN, PIXEL, ACCOUNT
    try:
        yield ads
    finally:
        meta._client(settings.META_API_BASE).close()
        meta._client.cache_clear()
        ads.close()


def audience(kind: str, *, platform: str = "meta", **rule: Any) -> Audience:
    return save_audience(
        audience_id=None,
        changes={
            "key": f"a-{uuid.uuid4().hex[:8]}",
            "name": kind.replace("_", " ").capitalize(),
            "rule": {"kind": kind, **rule},
            "destinations": [{"platform": platform}] if platform else [],
        },
        by=SYSTEM,
        at=now(),
    )


def say_yes(customer: Customer) -> None:
    give_consent(
        customer_id=customer.pk, channel="ads", purpose="advertising", wording="1", source="test", proof={}, by=SYSTEM,
        at=now(),
    )  # fmt: skip


def say_no(customer: Customer) -> None:
    withdraw_consent(customer_id=customer.pk, channel="ads", purpose="advertising", source="test", by=SYSTEM, at=now())


def relate(bought: Variant, *others: Variant, kind: str = "complementary") -> None:
    for place, other in enumerate(others):
        ProductRelation.objects.create(product=bought.product, related=other.product, kind=kind, position=place)


def deliver() -> None:
    """Everything that is due, and what comes of it."""
    for _ in range(6):
        deliver_due()


def send() -> None:
    """What the worker does every few seconds."""
    send_due_conversions(at=now())
    sync_due_members(at=now())


def inside(one: Audience, customer: Customer) -> set[str]:
    """Slugs of a customer's open items; the empty text stands for the customer as such."""
    rows = AudienceItem.objects.filter(audience=one, customer=customer, removed_at=None)
    return {slug or "" for slug in rows.values_list("product__slug", flat=True)}


def left(one: Audience, customer: Customer) -> dict[str, str]:
    """Why what left did, by slug."""
    rows = AudienceItem.objects.filter(audience=one, customer=customer, removed_at__isnull=False)
    return dict(rows.order_by("removed_at").values_list("product__slug", "removed_reason"))
