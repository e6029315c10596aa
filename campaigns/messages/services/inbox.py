"""Messages that wait to be looked at: filled in when they are opened, so that a balance in them is the balance."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from campaigns.messages.errors import MessageNotFound
from campaigns.messages.facts import MessageOpened
from campaigns.messages.models import Message, Template
from campaigns.messages.queries.profile import data_for, names_in
from campaigns.messages.queries.standing import worded
from campaigns.messages.queries.templates import find_template_version
from campaigns.messages.rules.rendering import TemplateProblem
from campaigns.messages.services.links import click_url
from campaigns.messages.services.rendering import render_for, sources_of
from campaigns.messages.states import MessageState, Way
from customers.models import Customer
from customers.queries import find_customer
from omnichannel.events.services import record
from omnichannel.kernel.context import Context


@dataclass(frozen=True, slots=True)
class Shown:
    """One message as it reads now."""

    message: Message
    title: str
    body: str
    action: dict[str, str] | None


def list_waiting(customer_id: UUID, channel: str, *, at: datetime, unread_only: bool = False) -> QuerySet[Message]:
    """What waits for somebody on this channel, newest first by id; what came too late is gone."""
    # Those of records that became part of this one are theirs too.
    rows = Message.objects.filter(Q(customer_id=customer_id) | Q(customer__merged_into=customer_id))
    rows = rows.filter(Q(expires_at=None) | Q(expires_at__gt=at), channel=channel, state=MessageState.SENT)
    return rows.filter(opened_at=None) if unread_only else rows


def show_messages(messages: Sequence[Message], customer_id: UUID, *, at: datetime) -> list[Shown]:
    """Each filled in as of now; one that cannot be any more (the pop-up is over) reads as it did when it came."""
    person = find_customer(customer_id)
    if person is None or not messages:
        return []
    templates = {
        (message.template_key, message.template_version): find_template_version(
            message.template_key, message.template_version
        )
        for message in messages
    }
    wanted = names_in(*(source for template in _there(templates.values()) for source in sources_of(template)))
    profile = data_for(person.pk, at, wanted=wanted | {"customer"})
    return [
        _shown(message, templates[message.template_key, message.template_version], person, profile)
        for message in messages
    ]


def open_message(*, customer_id: UUID, message_id: UUID, channel: str, by: Context, at: datetime) -> Message:
    """Somebody looked at it. Repeating is harmless.

    Locks   the message.
    Emits   MessageOpened the first time.
    Raises  MessageNotFound, also for somebody else's.
    """
    with transaction.atomic():
        message = (
            Message.objects.select_for_update(no_key=True, of=("self",))
            .filter(Q(customer_id=customer_id) | Q(customer__merged_into=customer_id), pk=message_id, channel=channel)
            .first()
        )
        if message is None:
            raise MessageNotFound()
        if message.opened_at is None:
            message.opened_at = at
            message.save(update_fields=["opened_at"])
            fact = MessageOpened(
                message_id=message.pk, customer_id=customer_id, template=message.template_key, channel=message.channel,
                source=message.source, campaign=message.utm.get("utm_campaign", ""), campaign_id=message.campaign_id,
            )  # fmt: skip
            record(fact, by=by, at=at)
    return message


def _shown(message: Message, template: Template | None, person: Customer, profile: dict[str, object]) -> Shown:
    title, body = message.subject, message.text
    if template is not None:
        data = {**profile, **worded({k: v for k, v in message.data.items() if k != "action"}, person)}
        try:
            filled = render_for(
                template, message.channel, data,
                html="", purpose=message.purpose, message_id=message.pk, utm=message.utm,
            )  # fmt: skip
            title, body = filled.subject, filled.text
        except TemplateProblem:
            pass  # as it was when it came
    action = message.data.get("action")
    link = {"label": str(action["label"]), "url": click_url(message.pk, str(action["url"]))} if action else None
    return Shown(message, title if message.channel != Way.TABLET else "", body, link)


def _there(templates: Iterable[Template | None]) -> list[Template]:
    return [template for template in templates if template is not None]
