"""What comes back of a message: opened, clicked, unsubscribed, bounced, called spam."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from campaigns.messages.facts import (
    MessageBounced,
    MessageClicked,
    MessageComplained,
    MessageOpened,
    MessageUnsubscribed,
)
from campaigns.messages.models import Message, Touch
from campaigns.messages.queries.standing import lock_people
from campaigns.messages.rules.scanners import BURST_WITHIN, machine_reason
from campaigns.messages.states import TouchKind, Way
from customers.services.consent import suppress_address, withdraw_consent
from omnichannel.events.services import record
from omnichannel.kernel.channels import Channel
from omnichannel.kernel.context import Context

# The same link followed again within this time is one click, told once.
SAME_CLICK = timedelta(seconds=10)
_CHANNELS = {Way.EMAIL: Channel.EMAIL, Way.SMS: Channel.SMS, Way.MAIL: Channel.MAIL, Way.INBOX: Channel.MOBILE}


def record_touch(
    *, message_id: UUID, kind: str, url: str = "", method: str, headers: Mapping[str, str], at: datetime
) -> bool:
    """Keep an open or a click; True when it is a person's and new.

    Locks   the message.
    Emits   MessageOpened the first time, MessageClicked for each click that counts (a click is an open as well).
    """
    with transaction.atomic():
        message = Message.objects.select_for_update(no_key=True).filter(pk=message_id).first()
        if message is None:
            return False
        just_now = Touch.objects.filter(message=message, kind=TouchKind.CLICKED, at__gt=at - BURST_WITHIN)
        others = just_now.exclude(url=url).values("url").distinct().count() if kind == TouchKind.CLICKED else 0
        since_sent = at - message.sent_at if message.sent_at else None
        reason = machine_reason(method=method, headers=headers, since_sent=since_sent, others_just_now=others)
        counted = not reason
        again = kind == TouchKind.CLICKED and counted and _clicked_just_now(message, url, at)
        Touch.objects.create(
            message=message, kind=kind, url=url[:1000], counted=counted and not again, at=at,
            reason=reason or ("the same click again" if again else ""), user_agent=headers.get("User-Agent", "")[:200],
        )  # fmt: skip
        if not counted or again:
            return False
        facts: list[MessageOpened | MessageClicked] = []
        if message.opened_at is None:
            message.opened_at = at
            facts.append(MessageOpened(**_about(message)))
        if kind == TouchKind.CLICKED:
            message.clicked_at = message.clicked_at or at
            facts.append(MessageClicked(**_about(message), url=url[:500]))
        message.save(update_fields=["opened_at", "clicked_at"])
        record(*facts, by=_by(message), at=at)
    return True


def unsubscribe(*, message_id: UUID, how: str, at: datetime) -> Message | None:
    """No more of the kind, on the channel it came by. Repeating is harmless; None for a message there is not.

    how     `one_click` for a mail program's own button (RFC 8058), `page` for the button on our page.
    Locks   the customer, then the message.
    Emits   MessageUnsubscribed once, and what `withdraw_consent` emits.
    """
    with transaction.atomic():
        whose = Message.objects.filter(pk=message_id).values_list("customer_id", flat=True).first()
        if whose is not None:
            lock_people({whose})
        message = Message.objects.select_for_update(no_key=True).filter(pk=message_id).first()
        if message is None:
            return None
        by = _by(message)
        if message.customer_id is not None:
            withdraw_consent(
                customer_id=message.customer_id, channel=message.channel, purpose="marketing", source="unsubscribe",
                proof={"message_id": str(message.pk), "how": how}, by=by, at=at,
            )  # fmt: skip
        else:
            suppress_address(channel=message.channel, address=message.recipient, reason="unsubscribed", by=by, at=at)
        if message.unsubscribed_at is None:
            message.unsubscribed_at = at
            message.save(update_fields=["unsubscribed_at"])
            Touch.objects.create(message=message, kind=TouchKind.UNSUBSCRIBED, counted=True, reason=how, at=at)
            record(MessageUnsubscribed(**_about(message)), by=by, at=at)
    return message


def record_return(
    *, kind: str, message_id: UUID | None, recipient: str, reason: str, at: datetime, channel: str = Way.EMAIL
) -> None:
    """What a mail service tells: `delivered`, `bounced`, `soft_bounced`, `complained` or `unsubscribed`.

    Bounces for good and complaints put the address on the suppression list, whether or not we know the message.
    Emits   MessageBounced, MessageComplained, MessageUnsubscribed, and what `suppress_address` emits.
    """
    with transaction.atomic():
        rows = Message.objects.filter(pk=message_id) if message_id else Message.objects.none()
        if kind != "unsubscribed":  # which locks the customer first
            rows = rows.select_for_update(no_key=True)
        message = rows.first()
        by = _by(message) if message else Context(channel=Channel.EMAIL, actor="system:mail_service")
        # The service may tell of whom it wrote to alone; what it says of a message of somebody else is not believed.
        if message is not None and recipient and message.recipient != recipient.lower():
            message = None
        address = message.recipient if message else recipient
        if kind == "unsubscribed" and message is not None:
            unsubscribe(message_id=message.pk, how="mail service", at=at)
        elif kind == "delivered" and message is not None:
            Message.objects.filter(pk=message.pk, delivered_at=None).update(delivered_at=at)
        elif kind in ("bounced", "complained") and address:
            suppress_address(channel=channel, address=address, reason=kind, detail=reason[:300], by=by, at=at)
        if message is None or kind not in ("bounced", "soft_bounced", "complained"):
            return
        if kind == "complained":
            record(MessageComplained(**_about(message)), by=by, at=at)
        elif message.bounced_at is None:
            Message.objects.filter(pk=message.pk).update(bounced_at=at)
            soft = kind == "soft_bounced"
            record(MessageBounced(**_about(message), is_soft=soft, reason=reason[:200]), by=by, at=at)


def _clicked_just_now(message: Message, url: str, at: datetime) -> bool:
    return Touch.objects.filter(
        message=message, kind=TouchKind.CLICKED, url=url[:1000], counted=True, at__gt=at - SAME_CLICK
    ).exists()


def _about(message: Message) -> dict[str, Any]:
    return {
        "message_id": message.pk, "customer_id": message.customer_id, "template": message.template_key,
        "channel": message.channel, "source": message.source, "campaign": message.utm.get("utm_campaign", ""),
        "campaign_id": message.campaign_id,
    }  # fmt: skip


def _by(message: Message) -> Context:
    """They did it themselves, led here by this message."""
    actor = f"customer:{message.customer_id}" if message.customer_id else "system:messages"
    return Context(
        channel=_CHANNELS.get(Way(message.channel), Channel.SYSTEM), customer_id=message.customer_id, actor=actor,
        campaign=dict(message.utm),
    )  # fmt: skip
