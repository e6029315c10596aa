"""Writing down what is to be said, rendered; sending comes after commit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from campaigns.messages.errors import TemplateNotFound
from campaigns.messages.models import Decision, Message
from campaigns.messages.rules.catalogue import SECRET_KEYS
from campaigns.messages.services.dispatch import send_soon
from campaigns.messages.services.templates import live_template, render
from campaigns.messages.states import MessageState, Outcome
from customers.queries.permission import may_send
from omnichannel.kernel.context import Context
from omnichannel.kernel.ids import uuid7


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """dedup_key  what makes it this one message (`order_confirmed:<order id>`); a second one of the key is dropped.
    data         what the template is filled with, beside the brand.
    due_at       not before; at once when None.
    """

    template_key: str
    dedup_key: str
    recipient: str
    data: dict[str, object]
    customer_id: UUID | None = None
    order_id: UUID | None = None
    locale: str = "en"
    due_at: datetime | None = None


def intend_message(*, intent: Intent, at: datetime) -> Message | None:
    """Write a transactional mail down, rendered, to be sent after commit; None when its dedup key is taken.

    Joins the caller's transaction: the message exists exactly when what it tells of does. Of the gate it minds
    suppression alone.

    Raises  TemplateProblem when the template cannot be filled.
    """
    if not intent.recipient:
        return None
    template = live_template(intent.template_key, locale=intent.locale)
    rendered = render(template, template.html, intent.data)
    recipient = intent.recipient.lower()
    permission = may_send(customer_id=None, channel="email", purpose="transactional", address=recipient, at=at)
    message = Message(
        id=uuid7(at),
        dedup_key=intent.dedup_key,
        template_key=template.key,
        template_version=template.version,
        blocks=rendered.blocks,
        purpose=template.purpose,
        customer_id=intent.customer_id,
        recipient=recipient,
        subject=rendered.subject,
        html=rendered.html,
        text=rendered.text,
        holds_secret=intent.template_key in SECRET_KEYS,
        state=MessageState.INTENDED if permission.allowed else MessageState.SUPPRESSED,
        reason="" if permission.allowed else permission.reason[:200],
        order_id=intent.order_id,
        due_at=intent.due_at or at,
        created_at=at,
    )
    if not write_messages([message]):
        return None
    if permission.allowed and message.due_at <= at:
        transaction.on_commit(send_soon, robust=True)
    return message


def write_messages(messages: Sequence[Message]) -> set[UUID]:
    """Insert them; the database leaves out those whose key or campaign address is taken. Returns the ids written."""
    Message.objects.bulk_create(messages, ignore_conflicts=True, batch_size=500)
    return set(Message.objects.filter(pk__in=[message.pk for message in messages]).values_list("pk", flat=True))


def withdraw_message(*, dedup_key: str, reason: str) -> bool:
    """Take back a message that is not sent yet and no longer true. Locks it; False when it is gone or on its way."""
    changed = Message.objects.filter(dedup_key=dedup_key, state=MessageState.INTENDED, attempts=0).update(
        state=MessageState.WITHDRAWN, reason=reason[:200]
    )
    return changed == 1


def retry_message(*, message_id: UUID, by: Context, at: datetime) -> Message:
    """Send a failed or suppressed message again. Locks it. Raises TemplateNotFound when it cannot be sent again."""
    with transaction.atomic():
        message = Message.objects.select_for_update(no_key=True).filter(pk=message_id).first()
        if message is None or message.state not in (MessageState.FAILED, MessageState.SUPPRESSED) or not message.text:
            raise TemplateNotFound(
                title="Only a message that failed or was suppressed, and still has its text, is sent again."
            )
        message.state, message.reason, message.attempts, message.due_at = MessageState.INTENDED, "", 0, at
        message.save(update_fields=["state", "reason", "attempts", "due_at"])
        Decision.objects.filter(message=message, outcome=Outcome.REFUSED).update(
            outcome=Outcome.SEND, code="sent", reason="Sent again once what stopped it was gone.", decided_at=at
        )
        transaction.on_commit(send_soon, robust=True)
    return message
