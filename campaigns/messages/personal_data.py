"""What this app holds of a person: what we wrote to them, why, on paper too, and what they did with it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.storage import storages

from campaigns.messages.models import CampaignRecipient, Decision, Message, Print, Touch
from campaigns.messages.states import MessageState, Outcome
from omnichannel.kernel.personal_data import MoveReport


class SentMessages:
    def export(self, *, customer_id: UUID) -> Mapping[str, Any]:
        rows = Message.objects.filter(customer_id=customer_id).order_by("id")
        decisions = Decision.objects.filter(customer_id=customer_id).order_by("id")
        touches = Touch.objects.filter(message__customer_id=customer_id).order_by("id")
        return {
            "messages": [
                {
                    "template": row.template_key, "channel": row.channel, "recipient": row.recipient,
                    "subject": row.subject, "text": row.text, "state": row.state, "at": row.created_at.isoformat(),
                }
                for row in rows
            ],
            "decisions": [
                {
                    "template": row.template_key, "outcome": row.outcome, "reason": row.reason,
                    "at": row.decided_at.isoformat(),
                }
                for row in decisions
            ],
            "reactions": [
                {"kind": row.kind, "url": row.url, "user_agent": row.user_agent, "at": row.at.isoformat()}
                for row in touches
            ],
            "prints": [
                {"template": row.template_key, "words": row.words, "at": row.created_at.isoformat()}
                for row in Print.objects.filter(customer_id=customer_id).order_by("id")
            ],
        }  # fmt: skip

    def erase(self, *, customer_id: UUID, at: datetime) -> None:
        """Rows stay as proof that something was sent or not; who and what is gone. What was still to go does not."""
        mine = Message.objects.filter(customer_id=customer_id)
        Touch.objects.filter(message__in=mine).update(user_agent="", url="")
        mine.filter(state=MessageState.INTENDED).update(state=MessageState.WITHDRAWN, reason="the customer was erased")
        # Each keeps an address of its own: a campaign writes to an address once.
        for pk in mine.values_list("pk", flat=True).iterator():
            Message.objects.filter(pk=pk).update(
                recipient=f"{pk.hex}@erased.invalid", subject="", html="", text="", data={}, customer=None
            )
        held = Decision.objects.filter(customer_id=customer_id, outcome=Outcome.HELD)
        held.update(outcome=Outcome.REFUSED, code="erased", reason="The customer was erased.", due_at=None)
        Decision.objects.filter(customer_id=customer_id).update(candidate={}, customer=None)
        CampaignRecipient.objects.filter(customer_id=customer_id).delete()
        for made in Print.objects.filter(customer_id=customer_id):
            storages["private"].delete(made.file)
            made.words, made.customer, made.file = {}, None, ""
            made.save(update_fields=["words", "customer", "file"])

    def move(self, *, from_id: UUID, to_id: UUID, merge_id: UUID) -> MoveReport:
        """Messages stay with the record they were written to; look-ups follow `merged_into`."""
        return MoveReport(moved={})

    def restore(self, *, merge_id: UUID) -> MoveReport:
        return MoveReport(moved={})
