"""From an intention to the mail server: written down first, handed over outside any transaction."""

import logging
import smtplib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import formataddr
from uuid import UUID

from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from campaigns.messages.errors import TemplateNotFound
from campaigns.messages.facts import MessageFailed, MessageSent
from campaigns.messages.models import Message, Suppression
from campaigns.messages.queries.brand import brand_kit
from campaigns.messages.rules.backoff import retry_after
from campaigns.messages.rules.catalogue import SECRET_KEYS
from campaigns.messages.services.dispatch import send_soon
from campaigns.messages.services.templates import live_template, render
from campaigns.messages.states import MessageState
from omnichannel.events.services import record
from omnichannel.kernel.channels import Channel
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM, Context
from omnichannel.kernel.ids import uuid7

logger = logging.getLogger(__name__)

BATCH = 20
# Longer than a batch can take against a server that answers each mail at the last second of EMAIL_TIMEOUT.
LEASE = timedelta(minutes=5)


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
    """Write a message down, rendered, to be sent after commit; None when its dedup key is taken.

    Joins the caller's transaction: the message exists exactly when what it tells of does.

    Raises  TemplateProblem when the template cannot be filled.
    """
    if not intent.recipient:
        return None
    template = live_template(intent.template_key, locale=intent.locale)
    rendered = render(template, template.html, intent.data)
    suppressed = Suppression.objects.filter(address=intent.recipient.lower()).first()
    message = Message(
        id=uuid7(at),
        dedup_key=intent.dedup_key,
        template_key=template.key,
        template_version=template.version,
        purpose=template.purpose,
        customer_id=intent.customer_id,
        recipient=intent.recipient.lower(),
        subject=rendered.subject,
        html=rendered.html,
        text=rendered.text,
        holds_secret=intent.template_key in SECRET_KEYS,
        state=MessageState.SUPPRESSED if suppressed else MessageState.INTENDED,
        reason=f"{suppressed.reason}: {suppressed.detail}".strip(": ")[:200] if suppressed else "",
        order_id=intent.order_id,
        due_at=intent.due_at or at,
        created_at=at,
    )
    Message.objects.bulk_create([message], ignore_conflicts=True)
    if not Message.objects.filter(pk=message.pk).exists():
        return None
    if not suppressed and message.due_at <= at:
        transaction.on_commit(send_soon, robust=True)
    return message


def withdraw_message(*, dedup_key: str, reason: str) -> bool:
    """Take back a message that is not sent yet and no longer true. Locks it; False when it is gone or on its way."""
    changed = Message.objects.filter(dedup_key=dedup_key, state=MessageState.INTENDED, attempts=0).update(
        state=MessageState.WITHDRAWN, reason=reason[:200]
    )
    return changed == 1


def send_due(*, at: datetime) -> int:
    """Send what is due, at most a batch; returns how many were taken.

    A claim lends a message for LEASE and commits before anything is sent, so a sender that dies leaves it to
    the next one. A mail server that took a mail and could not say so gets it again under the same Message-ID.

    Locks   the claimed messages, with SKIP LOCKED.
    Emits   MessageSent, MessageFailed.
    """
    claimed = _claim(at)
    if not claimed:
        return 0
    kit = brand_kit()
    sender = formataddr((kit.sender_name or kit.name, kit.sender_email))
    connection = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        _put_back(claimed, str(error), at=now())
        return len(claimed)
    try:
        for position, message in enumerate(claimed):
            if not _hand_over(message, sender, kit.reply_to, connection):
                # The connection is gone, most likely: the others wait with this one.
                _put_back(claimed[position + 1 :], "waits for the mail server", at=now(), count=False)
                break
    finally:
        try:
            connection.close()
        except (OSError, smtplib.SMTPException):
            logger.info("the mail server hung up first")
    return len(claimed)


def retry_message(*, message_id: UUID, by: Context, at: datetime) -> Message:
    """Send a failed or suppressed message again. Locks it. Raises TemplateNotFound when it cannot be sent again."""
    with transaction.atomic():
        message = Message.objects.select_for_update().filter(pk=message_id).first()
        if message is None or message.state not in (MessageState.FAILED, MessageState.SUPPRESSED) or not message.text:
            raise TemplateNotFound(
                title="Only a message that failed or was suppressed, and still has its text, is sent again."
            )
        message.state, message.reason, message.attempts, message.due_at = MessageState.INTENDED, "", 0, at
        message.save(update_fields=["state", "reason", "attempts", "due_at"])
        transaction.on_commit(send_soon, robust=True)
    return message


_CLAIM = """
UPDATE campaign_messages_message SET attempts = attempts + 1, due_at = %s
 WHERE id IN (SELECT id FROM campaign_messages_message
               WHERE state = 'intended' AND due_at <= %s
               ORDER BY due_at, id LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING *
"""


def _claim(at: datetime) -> list[Message]:
    with transaction.atomic():
        claimed = sorted(
            Message.objects.raw(_CLAIM, [at + LEASE, at, BATCH]), key=lambda message: (message.created_at, message.pk)
        )
        refused = set(
            Suppression.objects.filter(address__in=[m.recipient for m in claimed]).values_list("address", flat=True)
        )
        if refused:
            Message.objects.filter(pk__in=[m.pk for m in claimed if m.recipient in refused]).update(
                state=MessageState.SUPPRESSED, reason="the address is on the suppression list"
            )
    return [message for message in claimed if message.recipient not in refused]


def _hand_over(message: Message, sender: str, reply_to: str, connection: BaseEmailBackend) -> bool:
    """False when the server cannot be talked to any more."""
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text,
        from_email=sender,
        to=[message.recipient],
        reply_to=[reply_to] if reply_to else None,
        connection=connection,
        headers={
            "Message-ID": f"<{message.pk}@{sender.rpartition('@')[2].rstrip('>')}>",
            "Auto-Submitted": "auto-generated",
            "X-Template": f"{message.template_key}/{message.template_version}",
        },
    )
    mail.attach_alternative(message.html, "text/html")
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        _failed(message, code, _words(words))
        return True
    except smtplib.SMTPResponseException as error:
        _failed(message, error.smtp_code, _words(error.smtp_error))
        return not isinstance(error, smtplib.SMTPConnectError)
    except (OSError, smtplib.SMTPException) as error:
        _put_back([message], str(error) or type(error).__name__, at=now())
        return False
    _sent(message)
    return True


def _sent(message: Message) -> None:
    at = now()
    with transaction.atomic():
        kept = {"html": "", "text": ""} if message.holds_secret else {}
        Message.objects.filter(pk=message.pk).update(state=MessageState.SENT, sent_at=at, reason="", **kept)
        record(
            MessageSent(
                message_id=message.pk, customer_id=message.customer_id, template=message.template_key,
                channel=Channel.EMAIL, order_id=message.order_id,
            ),
            by=SYSTEM, at=at,
        )  # fmt: skip


def _failed(message: Message, code: int, words: str) -> None:
    """A refusal: 5xx is for good (RFC 5321 §4.2.1), 4xx for now."""
    reason = f"{code} {words}"
    if code < 500:
        _put_back([message], reason, at=now())
    else:
        _give_up(message, reason)


def _put_back(messages: Sequence[Message], reason: str, *, at: datetime, count: bool = True) -> None:
    """Back to the queue: later by the number of attempts, or at once and uncounted for those never tried."""
    for message in messages:
        wait = retry_after(message.attempts) if count else timedelta(seconds=5)
        if wait is None:
            _give_up(message, reason)
            continue
        attempts = message.attempts if count else message.attempts - 1
        Message.objects.filter(pk=message.pk, state=MessageState.INTENDED).update(
            due_at=at + wait, attempts=attempts, reason=reason[:200]
        )


def _give_up(message: Message, reason: str) -> None:
    at = now()
    with transaction.atomic():
        Message.objects.filter(pk=message.pk).update(state=MessageState.FAILED, reason=reason[:200])
        record(
            MessageFailed(
                message_id=message.pk, customer_id=message.customer_id, template=message.template_key,
                channel=Channel.EMAIL, order_id=message.order_id, reason=reason[:200],
            ),
            by=SYSTEM, at=at,
        )  # fmt: skip
    logger.warning("a message was given up", extra={"message_id": str(message.pk), "reason": reason[:200]})


def _words(told: bytes | str) -> str:
    return told.decode(errors="replace") if isinstance(told, bytes) else told
