"""What this app holds of a person: what we wrote to them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from campaigns.messages.models import Message
from omnichannel.kernel.personal_data import MoveReport


class SentMessages:
    def export(self, *, customer_id: UUID) -> Mapping[str, Any]:
        rows = Message.objects.filter(customer_id=customer_id).order_by("id")
        return {
            "messages": [
                {
                    "template": row.template_key, "recipient": row.recipient, "subject": row.subject, "text": row.text,
                    "state": row.state, "at": row.created_at.isoformat(),
                }
                for row in rows
            ]
        }  # fmt: skip

    def erase(self, *, customer_id: UUID, at: datetime) -> None:
        """The row stays as proof that something was sent; who and what is gone."""
        Message.objects.filter(customer_id=customer_id).update(
            recipient="erased@example.invalid", subject="", html="", text="", customer=None
        )

    def move(self, *, from_id: UUID, to_id: UUID, merge_id: UUID) -> MoveReport:
        """Messages stay with the record they were written to; look-ups follow `merged_into`."""
        return MoveReport(moved={})

    def restore(self, *, merge_id: UUID) -> MoveReport:
        return MoveReport(moved={})
