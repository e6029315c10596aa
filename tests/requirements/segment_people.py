"""Staff who build segments and a tracker that sends what people do, both through the public API."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from campaigns.segments.services.membership import build_due
from customers.models import Customer
from customers.services.sources import create_source
from omnichannel.events.services import deliver_due
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from tests.fixtures.auth import ApiClient

FOLLOW = "segments.follow"


@dataclass
class Marketer:
    staff: ApiClient
    key: str

    def send(self, customer: Customer, name: str, *, ago: timedelta = timedelta(0), **properties: Any) -> None:
        """One tracked event over Segment's own HTTP API."""
        message = {
            "type": "track", "userId": str(customer.pk), "event": name, "properties": properties,
            "messageId": str(uuid4()), "timestamp": (now() - ago).isoformat(),
        }  # fmt: skip
        answer = Client().post("/v1/batch", {"batch": [message], "writeKey": self.key}, content_type="application/json")
        assert answer.status_code == 200 and not answer.json().get("rejected"), answer.content

    def live(self, name: str, tree: Any) -> str:
        made = self.staff.post_json("/segments", {"name": name, "tree": tree, "live": True})
        assert made.status_code == 201, made.content
        build_due(at=now())
        return str(made.json()["id"])

    def members(self, segment: str, at: Any = None) -> list[dict[str, Any]]:
        query = f"?at={at.isoformat().replace('+', '%2B')}" if at is not None else ""
        answer = self.staff.get_json(f"/segments/{segment}/members{query}")
        assert answer.status_code == 200, answer.content
        return answer.json()["items"]  # type: ignore[no-any-return]

    def names(self, segment: str, at: Any = None) -> list[str]:
        return sorted(row["name"] for row in self.members(segment, at))

    def settle(self) -> None:
        """What relay and worker do within seconds."""
        deliver_due(handler=FOLLOW)


@pytest.fixture
def marketer(staff_web: ApiClient) -> Marketer:
    _, key = create_source(name="Website", channel="web", is_trusted=True, by=SYSTEM, at=now())
    return Marketer(staff_web, key)
