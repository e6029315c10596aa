"""Where a story is played: inside the test, where the worker is called by hand, or on the running stack."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from email.message import EmailMessage
from typing import Any, Protocol, TypeVar
from uuid import UUID

import orjson
from django.core.cache import cache

from campaigns.audiences.services.sending import send_due_conversions
from campaigns.audiences.services.syncing import sync_due_members
from campaigns.journeys.services.advancing import advance_due
from campaigns.messages.models import Message
from campaigns.messages.services.proposing import release_held
from campaigns.messages.services.sending import send_due
from campaigns.segments.services import membership
from carts.models import Cart
from carts.tasks import record_abandoned_carts
from omnichannel.events.models import Delivery, Event
from omnichannel.events.ports import interested_in
from omnichannel.events.services import deliver_due
from omnichannel.events.states import DeliveryState, EventKind
from omnichannel.kernel.clock import now
from tests.fixtures.auth import ApiClient

Looked = TypeVar("Looked")
#: As a phone's browser calls itself: what looks like a machine's click does not count.
BROWSER = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148"


class Answer(Protocol):
    status_code: int
    content: bytes

    def json(self) -> Any: ...


class Client(Protocol):
    """One caller with a credential. Paths are below /api/v1 unless they begin with /_allauth, /m/ or /v1."""

    def call(self, method: str, path: str, body: Any = None, **headers: Any) -> Any: ...


class Stage(Protocol):
    cast: Mapping[str, Any]

    def client(self, headers: Mapping[str, str] | None = None, cookies: Mapping[str, str] | None = None) -> Client: ...
    def eventually(self, look: Callable[[], Looked]) -> Looked: ...
    def mails(self, to: str) -> list[EmailMessage]: ...
    def ads(self) -> Any: ...


def said(answer: Any, status: int = 200) -> Any:
    """The body of an answer that has this status."""
    assert answer.status_code == status, (answer.status_code, answer.content[:2000])
    return orjson.loads(answer.content) if answer.content else None


class _Here(ApiClient):
    """The test's own client, for the paths outside the API too."""

    def call(self, method: str, path: str, body: Any = None, **headers: Any) -> Any:
        if not path.startswith(("/v1/", "/m/")):
            return super().call(method, path, body, **headers)
        data = json.dumps(body) if body is not None else ""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.generic(method, path, data, content_type="application/json", headers=sent)


class StageHere:
    """In this process. Nothing runs by itself: `eventually` lets everything run that is due, then looks."""

    def __init__(self, cast: Mapping[str, Any], smtp: Any, received: Callable[[], Any]) -> None:
        self.cast, self._smtp, self.ads = cast, smtp, received
        self._told: UUID | None = Event.objects.order_by("pk").values_list("pk", flat=True).last()
        cache.clear()

    def client(self, headers: Mapping[str, str] | None = None, cookies: Mapping[str, str] | None = None) -> Client:
        client = _Here({"User-Agent": BROWSER, **(headers or {})})
        for name, value in (cookies or {}).items():
            client.cookies[name] = value
        return client

    def eventually(self, look: Callable[[], Looked]) -> Looked:
        self.settle()
        return look()

    def settle(self) -> None:
        """What relay, worker and beat do in the minutes to come."""
        for _ in range(6):
            self._deliver_twice()
            # Longer than a message waits for a more important one.
            soon = now() + timedelta(seconds=60)
            membership.tick(at=now())
            membership.build_due(at=now())
            advance_due(at=now())
            release_held(at=soon)
            send_due(at=soon)
            send_due_conversions(at=soon)
            sync_due_members(at=soon)
            if not Delivery.objects.filter(state=DeliveryState.DUE).exists():
                return
        raise AssertionError("the facts go round and round")

    def mails(self, to: str) -> list[EmailMessage]:
        return list(self._smtp.to(to))

    def rest_cart(self, cart_id: str) -> None:
        Cart.objects.filter(pk=cart_id).update(last_activity_at=now() - timedelta(hours=2))
        record_abandoned_carts()

    def mails_were_read(self) -> None:
        """Some time passes: a click within two seconds of the sending would be a machine's."""
        Message.objects.filter(sent_at__isnull=False).update(sent_at=now() - timedelta(hours=1))

    def _deliver_twice(self) -> None:
        """Everything that is due, then every fact since the last time once more: at least once means that."""
        deliver_due()
        fresh = (
            list(Event.objects.filter(pk__gt=self._told).order_by("pk")) if self._told else list(Event.objects.all())
        )
        self._told = max((event.pk for event in fresh), default=self._told)
        Delivery.objects.bulk_create(
            Delivery(handler=one.name, queue=one.queue, event_ids=[event.pk], due_at=now())
            for event in fresh
            if event.kind != EventKind.ECHO
            for one in interested_in(event.name)
        )  # fmt: skip
        deliver_due()


def basic(user: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:".encode()).decode()}


def wait_for(look: Callable[[], Looked], *, seconds: float = 90.0) -> Looked:
    """Look until it is as it should be; what was wrong at the end when it never is."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return look()
        except (AssertionError, LookupError, ValueError, OSError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)
