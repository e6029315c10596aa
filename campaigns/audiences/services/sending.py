"""Conversions on their way out: written down before, sent outside any transaction, kept with the answer."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from campaigns.audiences.errors import NotRetryable
from campaigns.audiences.models import Conversion
from campaigns.audiences.ports import AdPlatform, Answer, Event, ad_platforms
from campaigns.audiences.rules.backoff import MOST_OLD, retry_after
from campaigns.audiences.services.calls import keep_call
from campaigns.audiences.states import CONVERSION_TRANSITIONS, CallKind, ConversionState
from customers.queries.permission import list_permissions

logger = logging.getLogger(__name__)

BATCH = 100
#: How long one sender has before another may take the same rows: more than a call takes.
LEASE = timedelta(seconds=60)


def send_due_conversions(*, at: datetime) -> int:
    """Send what is due, up to a batch for each platform; how many were taken on.

    Sent twice when a sender dies between the call and the answer: the platform counts an event id once.
    """
    taken = 0
    for name in ad_platforms.names():
        platform = ad_platforms.get(name)
        if platform.is_connected:
            rows = _claim(name, at=at)
            taken += len(rows)
            _send(platform, _still_allowed(rows, at=at), at=at)
    return taken


def retry_conversion(*, conversion_id: UUID, at: datetime) -> Conversion:
    """Send what was refused or given up once more. Raises NotRetryable."""
    with transaction.atomic():
        row = Conversion.objects.select_for_update(no_key=True).get(pk=conversion_id)
        if ConversionState.INTENDED not in CONVERSION_TRANSITIONS[ConversionState(row.state)]:
            raise NotRetryable()
        row.state, row.due_at, row.attempts, row.reason = ConversionState.INTENDED, at, 0, ""
        row.save(update_fields=["state", "due_at", "attempts", "reason"])
    return row


def _claim(platform: str, *, at: datetime) -> list[Conversion]:
    with transaction.atomic():
        rows = list(
            Conversion.objects.select_for_update(skip_locked=True, no_key=True)
            .filter(platform=platform, state=ConversionState.INTENDED, due_at__lte=at)
            .order_by("due_at", "id")[:BATCH]
        )
        Conversion.objects.filter(pk__in=[row.pk for row in rows]).update(due_at=at + LEASE)
    return rows


def _still_allowed(rows: Sequence[Conversion], *, at: datetime) -> list[Conversion]:
    """Who said no since, or was erased, is not told of; nor is what has grown too old for a platform."""
    ids = sorted({row.customer_id for row in rows if row.customer_id})
    found = list_permissions(ids, channel="ads", purpose="advertising", at=at)
    kept = []
    for row in rows:
        if row.customer_id is None or not found[row.customer_id].allowed:
            reason = found[row.customer_id].reason if row.customer_id else "The customer was erased."
            _settle([row], ConversionState.WITHDRAWN, reason)
        elif at - row.occurred_at > MOST_OLD:
            _settle([row], ConversionState.FAILED, "Older than the seven days that platforms take.")
        else:
            kept.append(row)
    return kept


def _send(platform: AdPlatform, rows: Sequence[Conversion], *, at: datetime) -> None:
    if not rows:
        return
    answer = platform.send_events([_event(row) for row in rows])
    keep_call(platform=rows[0].platform, kind=CallKind.EVENTS, rows=len(rows), answer=answer, at=at)
    if answer.is_ok:
        _settle(rows, ConversionState.SENT, "", at=at, trace=answer.trace)
    elif answer.is_final and len(rows) > 1:
        # One bad event makes Meta refuse all that came with it: halved until the bad one stands alone.
        middle = len(rows) // 2
        _send(platform, rows[:middle], at=at)
        _send(platform, rows[middle:], at=at)
    elif answer.is_final:
        _settle(rows, ConversionState.REFUSED, answer.error, trace=answer.trace)
    else:
        _postpone(rows, answer, at=at)


def _settle(
    rows: Sequence[Conversion], state: ConversionState, reason: str, *, at: datetime | None = None, trace: str = ""
) -> None:
    Conversion.objects.filter(pk__in=[row.pk for row in rows], state=ConversionState.INTENDED).update(
        state=state, reason=reason[:300], sent_at=at, trace=trace
    )


def _postpone(rows: Sequence[Conversion], answer: Answer, *, at: datetime) -> None:
    for row in rows:
        wait = retry_after(row.attempts + 1)
        Conversion.objects.filter(pk=row.pk, state=ConversionState.INTENDED).update(
            attempts=row.attempts + 1,
            reason=answer.error[:300],
            due_at=at + wait if wait else row.due_at,
            **({} if wait else {"state": ConversionState.FAILED}),
        )


def _event(row: Conversion) -> Event:
    return Event(
        name=row.name,
        event_id=row.event_id,
        occurred_at=row.occurred_at,
        action_source=row.action_source,
        page_url=row.page_url,
        user_data=row.user_data,
        custom_data=row.custom_data,
    )
