"""Meta: Conversions API and Custom Audiences, over its Graph API.

https://developers.facebook.com/docs/marketing-api/conversions-api
https://developers.facebook.com/docs/marketing-api/reference/custom-audience/users
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import orjson
from django.conf import settings

from campaigns.audiences.ports import Answer, Event, Person
from campaigns.audiences.rules.hashing import hashed, normal_email, normal_name, normal_phone
from omnichannel.kernel.lazily import lazily

if TYPE_CHECKING:
    import httpx
else:
    httpx = lazily("httpx")  # several MiB a web process that never sends

TIMEOUT_SECONDS = 10.0
#: The columns of a list's rows, in order.
SCHEMA = ["EMAIL", "PHONE", "EXTERN_ID"]


@lru_cache(maxsize=4)
def _client(base: str) -> httpx.Client:
    return httpx.Client(base_url=base, headers={"User-Agent": "omnichannel-audiences/1"})


class Meta:
    title = "Meta"

    @property
    def is_connected(self) -> bool:
        return not self.missing

    @property
    def missing(self) -> str:
        names = [
            name for name in ("META_API_BASE", "META_ACCESS_TOKEN", "META_PIXEL_ID") if not getattr(settings, name)
        ]
        return f"Set {' and '.join(names)}." if names else ""

    def identify(self, person: Person) -> list[str]:
        row = [hashed(normal_email(person.email)), hashed(normal_phone(person.phone))]
        return [*row, hashed(str(person.customer_id))] if any(row) else []

    def describe_person(self, person: Person, context: Mapping[str, Any], at: datetime) -> dict[str, Any]:
        data: dict[str, Any] = {
            name: [value]
            for name, value in {
                "em": hashed(normal_email(person.email)),
                "ph": hashed(normal_phone(person.phone)),
                "fn": hashed(normal_name(person.first_name)),
                "ln": hashed(normal_name(person.last_name)),
                "external_id": hashed(str(person.customer_id)),
            }.items()
            if value
        }
        # Not hashed, says Meta: the browser's own words and the click's id.
        if agent := str(context.get("userAgent") or context.get("user_agent") or "")[:500]:
            data["client_user_agent"] = agent
        campaign = context.get("campaign")
        click = str(context.get("fbclid") or (campaign.get("fbclid") if isinstance(campaign, Mapping) else "") or "")
        if click:
            data["fbc"] = f"fb.1.{int(at.timestamp() * 1000)}.{click[:300]}"
        return data

    def send_events(self, events: Sequence[Event]) -> Answer:
        data = [
            {
                "event_name": event.name,
                "event_time": int(event.occurred_at.timestamp()),
                "event_id": event.event_id,
                "action_source": event.action_source,
                **({"event_source_url": event.page_url} if event.page_url else {}),
                "user_data": dict(event.user_data),
                "custom_data": dict(event.custom_data),
            }
            for event in events
        ]
        return self._ask("POST", f"/{settings.META_PIXEL_ID}/events", {"data": data})

    def create_list(self, name: str) -> Answer:
        if not settings.META_AD_ACCOUNT_ID:
            return Answer(status=400, error="Set META_AD_ACCOUNT_ID, or type the id of an audience made there.")
        body = {
            "name": name,
            "subtype": "CUSTOM",
            "description": "Kept by Omnichannel",
            "customer_file_source": "USER_PROVIDED_ONLY",
        }
        return self._ask("POST", f"/act_{settings.META_AD_ACCOUNT_ID}/customaudiences", body)

    def add_people(self, remote_id: str, rows: Sequence[Sequence[str]]) -> Answer:
        return self._ask("POST", f"/{remote_id}/users", _payload(rows))

    def remove_people(self, remote_id: str, rows: Sequence[Sequence[str]]) -> Answer:
        return self._ask("DELETE", f"/{remote_id}/users", _payload(rows))

    def _ask(self, method: str, path: str, body: dict[str, Any]) -> Answer:
        """The token goes in a header, so that no log of addresses or bodies has it."""
        try:
            response = _client(settings.META_API_BASE).request(
                method,
                f"{settings.META_API_BASE.rstrip('/')}{path}",
                content=orjson.dumps(body),
                headers={
                    "Authorization": f"Bearer {settings.META_ACCESS_TOKEN}",
                    "Content-Type": "application/json",
                },
                timeout=TIMEOUT_SECONDS,
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return Answer(status=0, request=body, error=f"No answer: {type(error).__name__}.")
        try:
            said = response.json()
        except ValueError:
            said = {}
        said = said if isinstance(said, dict) else {}
        problem = said.get("error")
        problem = problem if isinstance(problem, dict) else {}
        text = str(problem.get("error_user_msg") or problem.get("message") or "")
        return Answer(
            status=response.status_code,
            body=said,
            request=body,
            trace=str(said.get("fbtrace_id") or problem.get("fbtrace_id") or "")[:120],
            error="" if response.is_success else (text or f"It answered {response.status_code}.")[:300],
            remote_id=str(said.get("id") or "")[:60],
        )


def _payload(rows: Sequence[Sequence[str]]) -> dict[str, Any]:
    return {"payload": {"schema": SCHEMA, "data": [list(row) for row in rows]}}
