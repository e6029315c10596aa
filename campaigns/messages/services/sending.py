"""From an intention to whoever carries it: claimed in batches, handed over outside any transaction, settled in bulk."""

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from campaigns.messages.facts import MessageFailed, MessageSent
from campaigns.messages.models import Decision, Message
from campaigns.messages.ports import Carried, Fate, Outgoing, carriers
from campaigns.messages.rules.backoff import retry_after
from campaigns.messages.services.intending import Intent, intend_message, retry_message, withdraw_message
from campaigns.messages.services.journal import Journal, abandoned
from campaigns.messages.services.links import unsubscribe_headers
from campaigns.messages.states import MessageState, Outcome, Purpose, Way
from customers.queries.permission import list_permissions, list_suppressed
from omnichannel.events.services import record
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM

__all__ = ["BATCH", "LEASE", "Intent", "intend_message", "retry_message", "send_due", "withdraw_message"]
logger = logging.getLogger(__name__)

# Large enough that claiming and settling cost little beside sending, small enough to hold in memory a few times over.
BATCH = 100
# Longer than a batch can take against a server that answers each mail at the last second of EMAIL_TIMEOUT.
LEASE = timedelta(minutes=20)


def send_due(*, at: datetime) -> int:
    """Send what is due, at most a batch; returns how many were taken.

    A claim lends a message for LEASE and commits before anything is sent. What a sender that died had begun, its
    journal says; what it had not, goes back to the queue (see `docs/algorithms/sending.md`).

    Locks   the claimed messages, with SKIP LOCKED.
    Emits   MessageSent, MessageFailed.
    """
    _recover()
    claimed, journal = _claim_with_journal(at)
    if journal is None:
        return 0
    by_channel: dict[str, list[Outgoing]] = defaultdict(list)
    for position, message in enumerate(claimed):
        by_channel[message.channel].append(_outgoing(message, partial(journal.mark, position)))
    for channel, batch in by_channel.items():
        for carried in carriers.get(channel).carry(batch):
            settle(carried=carried, at=now())
    journal.end()
    return len(claimed)


_CLAIM = """
UPDATE campaign_messages_message SET attempts = attempts + 1, due_at = %s
 WHERE id IN (SELECT id FROM campaign_messages_message
               WHERE state = 'intended' AND due_at <= %s
               ORDER BY due_at, id LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING *
"""


def _claim_with_journal(at: datetime) -> tuple[list[Message], Journal | None]:
    """The journal is there before the claim is: whenever the sender dies, the next one knows of the batch."""
    with transaction.atomic():
        claimed = _claim(at)
        journal = Journal(_folder(), [message.pk for message in claimed], at + LEASE) if claimed else None
    return claimed, journal


def _recover() -> None:
    """Finish what senders of this machine that died left behind; only what is still lent under their lease."""
    for handed, begun_not, lease in abandoned(_folder()):
        at = now()
        settle(
            carried=[
                Carried(message_id, Fate.SENT, "its sender ended before the other side's answer; not sent twice")
                for message_id in handed
            ],
            at=at,
        )
        Message.objects.filter(pk__in=begun_not, state=MessageState.INTENDED, due_at=lease, attempts__gt=0).update(
            due_at=at, attempts=F("attempts") - 1, reason="its sender ended; waits for the next"
        )


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "sending"


def _claim(at: datetime) -> list[Message]:
    with transaction.atomic():
        claimed = sorted(
            Message.objects.raw(_CLAIM, [at + LEASE, at, BATCH]), key=lambda message: (message.created_at, message.pk)
        )
        stopped = _stopped(claimed, at)
        for why in set(stopped.values()):
            gone = [pk for pk, stop in stopped.items() if stop == why]
            Message.objects.filter(pk__in=gone).update(state=why.state, reason=why.reason)
            # Whoever asks why they did not get it reads what stopped it, not what was decided before.
            Decision.objects.filter(message_id__in=gone).update(
                outcome=Outcome.REFUSED, code=why.code, reason=why.reason, decided_at=at
            )
    return [message for message in claimed if message.pk not in stopped]


@dataclass(frozen=True, slots=True)
class _Stop:
    state: MessageState
    code: str
    reason: str


def _stopped(claimed: Sequence[Message], at: datetime) -> dict[UUID, _Stop]:
    """What must not go any more, though it was to: the gate's first question is asked again at the last moment."""
    stopped = {
        message.pk: _Stop(MessageState.WITHDRAWN, "too_late", "it came too late to be worth sending")
        for message in claimed
        if message.expires_at is not None and message.expires_at <= at
    }
    for channel in {message.channel for message in claimed}:
        of_channel = [message for message in claimed if message.channel == channel]
        if channel in (Way.EMAIL, Way.SMS):
            refused = list_suppressed(channel=channel, addresses=[message.recipient for message in of_channel])
            stopped |= {
                message.pk: _Stop(
                    MessageState.SUPPRESSED,
                    "suppressed",
                    f"the address is on the suppression list: {refused[message.recipient]}"[:200],
                )
                for message in of_channel
                if message.recipient in refused
            }
        marketing = [message for message in of_channel if message.purpose == Purpose.MARKETING and message.customer_id]
        people = sorted({message.customer_id for message in marketing if message.customer_id})
        allowed = list_permissions(people, channel=channel, purpose=Purpose.MARKETING, at=at) if people else {}
        stopped |= {
            message.pk: _Stop(MessageState.WITHDRAWN, permission.code, permission.reason[:200])
            for message in marketing
            if message.pk not in stopped
            and message.customer_id is not None
            and not (permission := allowed[message.customer_id]).allowed
        }
    return stopped


def _outgoing(message: Message, going: Callable[[], None]) -> Outgoing:
    headers = {
        "Auto-Submitted": "auto-generated",
        "X-Template": f"{message.template_key}/{message.template_version}",
    }
    if message.purpose == Purpose.MARKETING:
        headers |= unsubscribe_headers(message.pk)
    return Outgoing(
        message_id=message.pk,
        template=f"{message.template_key}/{message.template_version}",
        recipient=message.recipient,
        subject=message.subject,
        html=message.html,
        text=message.text,
        headers=headers,
        going=going,
    )


_SENT = """
UPDATE campaign_messages_message
   SET state = 'sent', sent_at = %(at)s, reason = t.reason,
       html = CASE WHEN holds_secret THEN '' ELSE html END, text = CASE WHEN holds_secret THEN '' ELSE text END
  FROM unnest(%(ids)s::uuid[], %(reasons)s::text[]) AS t (id, reason)
 WHERE campaign_messages_message.id = t.id AND state = 'intended'
RETURNING campaign_messages_message.id, customer_id, template_key, channel, order_id, source,
          coalesce(utm->>'utm_campaign', ''), campaign_id, purpose
"""
_FAILED = """
UPDATE campaign_messages_message SET state = 'failed', reason = t.reason
  FROM unnest(%(ids)s::uuid[], %(reasons)s::text[]) AS t (id, reason)
 WHERE campaign_messages_message.id = t.id AND state = 'intended'
RETURNING campaign_messages_message.id, customer_id, template_key, channel, order_id, t.reason
"""


def settle(*, carried: Sequence[Carried], at: datetime) -> None:
    """Write down what became of messages that were handed over: a fixed number of statements.

    Safe to repeat: what is settled already stays.
    Emits   MessageSent, MessageFailed.
    """
    by_fate: dict[Fate, list[Carried]] = defaultdict(list)
    for each in carried:
        by_fate[each.fate].append(each)
    with transaction.atomic():
        failed = list(by_fate[Fate.REFUSED])
        failed += _put_back([*by_fate[Fate.LATER], *by_fate[Fate.WAITS]], at=at)
        facts: list[MessageSent | MessageFailed] = []
        if by_fate[Fate.SENT]:
            facts += [
                MessageSent(
                    message_id=row[0], customer_id=row[1], template=row[2], channel=row[3], order_id=row[4],
                    source=row[5], campaign=row[6], campaign_id=row[7], purpose=row[8],
                )
                for row in _update(_SENT, by_fate[Fate.SENT], at)
            ]  # fmt: skip
        if failed:
            for row in _update(_FAILED, failed, at):
                facts.append(
                    MessageFailed(
                        message_id=row[0], customer_id=row[1], template=row[2], channel=row[3], order_id=row[4],
                        reason=row[5],
                    )
                )  # fmt: skip
                logger.warning("a message was given up", extra={"message_id": str(row[0]), "reason": row[5]})
        record(*facts, by=SYSTEM, at=at)


def _update(statement: str, carried: Sequence[Carried], at: datetime) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {
                "ids": [each.message_id for each in carried],
                "reasons": [each.reason[:200] for each in carried],
                "at": at,
            },
        )
        return list(cursor.fetchall())


def _put_back(carried: Sequence[Carried], *, at: datetime) -> list[Carried]:
    """Back to the queue: later by the number of attempts, or soon and uncounted for those never tried.

    Returns those that were tried too often.
    """
    if not carried:
        return []
    tried = dict(
        Message.objects.filter(pk__in=[each.message_id for each in carried], state=MessageState.INTENDED).values_list(
            "pk", "attempts"
        )
    )
    given_up: list[Carried] = []
    groups: Mapping[tuple[datetime, int, str], list[UUID]] = defaultdict(list)
    for each in carried:
        attempts = tried.get(each.message_id)
        if attempts is None:
            continue
        counted = each.fate is Fate.LATER
        wait = retry_after(attempts) if counted else timedelta(seconds=5)
        if wait is None:
            given_up.append(each)
            continue
        groups[at + wait, attempts if counted else max(0, attempts - 1), each.reason[:200]].append(each.message_id)
    for (due_at, attempts, reason), ids in groups.items():
        Message.objects.filter(pk__in=ids, state=MessageState.INTENDED).update(
            due_at=due_at, attempts=attempts, reason=reason
        )
    return given_up
