"""What a mail service tells through django-anymail, in our words."""

from typing import Any
from uuid import UUID

from django.db import transaction

from campaigns.messages.services.touching import record_return
from omnichannel.kernel.clock import now

_KINDS = {"delivered": "delivered", "bounced": "bounced", "rejected": "bounced", "complained": "complained",
          "unsubscribed": "unsubscribed", "deferred": "soft_bounced"}  # fmt: skip


def hear(sender: Any, event: Any, esp_name: str, **_: Any) -> None:
    """Receiver of anymail's `tracking` signal. Its opens and clicks are ours already, counted with care."""
    kind = _KINDS.get(event.event_type)
    if kind is None:
        return
    # A full mailbox or a server that is away is no reason to give somebody up.
    if kind == "bounced" and event.reject_reason in ("timed_out", "other") and event.event_type == "bounced":
        kind = "soft_bounced" if event.reject_reason == "timed_out" else "bounced"
    with transaction.atomic(durable=True):
        record_return(
            kind=kind, message_id=_message_id(event), recipient=str(event.recipient or "").strip().lower(),
            reason=f"{esp_name}: {event.description or event.reject_reason or ''}".strip(": "), at=now(),
        )  # fmt: skip


def _message_id(event: Any) -> UUID | None:
    try:
        return UUID(str((event.metadata or {}).get("message_id", "")))
    except ValueError:
        return None
