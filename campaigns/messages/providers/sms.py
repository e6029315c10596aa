"""Text messages through any provider that takes JSON over HTTP.

POST SMS_PROVIDER_URL {"to", "from", "text", "reference"} with `Authorization: Bearer` and `Idempotency-Key`. A
provider that keeps to the key sends each once, however often it is asked; 2xx is taken, 4xx refused for good
(408 and 429 excepted), anything else is asked again later.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from django.conf import settings

from campaigns.messages.ports import Carried, Fate, Outgoing
from campaigns.messages.queries.brand import brand_kit
from omnichannel.kernel.lazily import lazily

if TYPE_CHECKING:
    import httpx
else:
    httpx = lazily("httpx")  # several MiB a web process that never sends

logger = logging.getLogger(__name__)
CHUNK = 50
_AGAIN = frozenset({408, 425, 429})


class SmsCarrier:
    def carry(self, batch: Sequence[Outgoing]) -> Iterator[Sequence[Carried]]:
        if not settings.SMS_PROVIDER_URL:
            yield [Carried(each.message_id, Fate.REFUSED, "no provider of text messages is set up") for each in batch]
            return
        sender = settings.SMS_SENDER or brand_kit().name
        headers = {"Authorization": f"Bearer {settings.SMS_PROVIDER_TOKEN}"} if settings.SMS_PROVIDER_TOKEN else {}
        done: list[Carried] = []
        with httpx.Client(timeout=10, headers=headers) as client:
            for position, each in enumerate(batch):
                carried, alive = _post(client, each, sender)
                done.append(carried)
                if not alive:
                    done += [
                        Carried(rest.message_id, Fate.WAITS, "waits for the provider") for rest in batch[position + 1 :]
                    ]
                    break
                if len(done) >= CHUNK:
                    yield done
                    done = []
        if done:
            yield done


def _post(client: httpx.Client, each: Outgoing, sender: str) -> tuple[Carried, bool]:
    """What became of it, and whether the provider can still be reached."""
    try:
        answer = client.post(
            settings.SMS_PROVIDER_URL,
            json={"to": each.recipient, "from": sender, "text": each.text, "reference": str(each.message_id)},
            headers={"Idempotency-Key": str(each.message_id)},
        )
    except httpx.HTTPError as error:
        return Carried(each.message_id, Fate.LATER, (str(error) or type(error).__name__)[:200]), False
    if answer.is_success:
        return Carried(each.message_id, Fate.SENT), True
    reason = f"{answer.status_code} {answer.text[:150]}".strip()
    refused = answer.is_client_error and answer.status_code not in _AGAIN
    return Carried(each.message_id, Fate.REFUSED if refused else Fate.LATER, reason), True
