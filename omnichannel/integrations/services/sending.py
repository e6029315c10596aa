"""Sending due messages: claimed for a minute, sent outside any transaction, what came of it written down."""

import email.utils
import random
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import httpx
from django.db import connection, transaction

from omnichannel.events.queries import list_after
from omnichannel.integrations import rules
from omnichannel.integrations.models import WebhookAttempt, WebhookEndpoint, WebhookMessage
from omnichannel.integrations.queries import secrets_of
from omnichannel.integrations.services.endpoints import disable_endpoint, lock_endpoint
from omnichannel.integrations.services.telling import tell_again
from omnichannel.integrations.services.transport import post
from omnichannel.integrations.states import AttemptState
from omnichannel.kernel.clock import now

LEASE = timedelta(seconds=90)
#: One endpoint's share of a round, in messages and in time; well below the lease.
BATCH = 20
BATCH_SECONDS = 40.0
PARALLEL = 8
REPLAY_SLICE = 500

# A few for each endpoint, so that one with a long queue does not keep the others waiting.
CLAIM = """
WITH claimed AS (
    SELECT message.id
      FROM integrations_webhookendpoint AS endpoint
      CROSS JOIN LATERAL (
        SELECT id FROM integrations_webhookmessage
         WHERE endpoint_id = endpoint.id AND state = 'waiting' AND due_at <= %(at)s
         ORDER BY due_at, event_id
         LIMIT %(batch)s
           FOR UPDATE SKIP LOCKED
      ) AS message
     WHERE endpoint.state = 'active'
)
UPDATE integrations_webhookmessage AS message SET due_at = %(until)s
  FROM claimed
 WHERE message.id = claimed.id
RETURNING message.id, message.endpoint_id, message.event_id, message.attempts, message.body
"""


@dataclass(frozen=True, slots=True)
class _Due:
    id: UUID
    endpoint_id: UUID
    event_id: UUID
    attempts: int
    body: str


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What came of one try. `status` None: there was no answer."""

    due: _Due
    at: datetime
    status: int | None
    error: str
    response: str
    duration_ms: int
    retry_after: timedelta | None

    @property
    def delivered(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def endpoint_ails(self) -> bool:
        """The endpoint, not this message, is what fails: others need not be tried now."""
        return self.status is None or self.status == 429 or self.status >= 500


def send_due(*, at: datetime) -> int:
    """Send one round of what is due by `at`, endpoints in parallel; return how many tries that were."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(CLAIM, {"at": at, "until": at + LEASE, "batch": BATCH})
        claimed = sorted((_Due(*row) for row in cursor.fetchall()), key=lambda due: due.event_id)
    if not claimed:
        return 0
    batches: dict[UUID, list[_Due]] = {}
    for due in claimed:
        batches.setdefault(due.endpoint_id, []).append(due)
    endpoints = WebhookEndpoint.objects.in_bulk(list(batches))
    tries = 0
    with ThreadPoolExecutor(max_workers=PARALLEL) as threads:
        working = {
            threads.submit(_send_batch, endpoint.url, secrets_of(endpoint, at), batches[endpoint.id]): endpoint
            for endpoint in endpoints.values()
        }
        for done in as_completed(working):
            outcomes = done.result()
            tries += len(outcomes)
            _write_down(working[done], outcomes, batches[working[done].id], at)
    return tries


def continue_replays(*, at: datetime) -> int:
    """Make the messages of the next slice of every replay under way; return how many replays are left."""
    for endpoint_id in WebhookEndpoint.objects.exclude(replay_after=None).values_list("id", flat=True):
        with transaction.atomic(durable=True):
            endpoint = lock_endpoint(endpoint_id=endpoint_id)
            if endpoint.replay_after is None or endpoint.replay_until is None:
                continue
            events = list_after(endpoint.replay_after, endpoint.replay_until, REPLAY_SLICE)
            tell_again(endpoint=endpoint, events=events, at=at)
            whole = len(events) < REPLAY_SLICE
            endpoint.replay_after = None if whole else events[-1].id
            endpoint.replay_until = None if whole else endpoint.replay_until
            endpoint.save(update_fields=["replay_after", "replay_until"])
    return WebhookEndpoint.objects.exclude(replay_after=None).count()


def _send_batch(url: str, secrets: Sequence[str], batch: Sequence[_Due]) -> list[_Outcome]:
    """Send in order, until the endpoint fails or its time is over. Runs in a thread: no database here."""
    outcomes: list[_Outcome] = []
    until = time.monotonic() + BATCH_SECONDS
    for due in batch:
        outcomes.append(_send_one(url, secrets, due))
        if outcomes[-1].endpoint_ails or time.monotonic() > until:
            break
    return outcomes


def _send_one(url: str, secrets: Sequence[str], due: _Due) -> _Outcome:
    # Each try is signed anew: receivers refuse timestamps that are not recent.
    at = now()
    headers = {
        "content-type": "application/json",
        "webhook-id": str(due.id),
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": rules.sign(secrets=secrets, message_id=str(due.id), at=at, body=due.body),
    }
    started = time.monotonic()
    status, error, response, retry_after = None, "", "", ""
    try:
        status, response, retry_after = post(url=url, headers=headers, body=due.body)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as failure:
        error = f"{type(failure).__name__}: {failure}"[:500].replace("\x00", "")
    if status is not None and not 200 <= status < 300:
        error = f"answered {status}"
    return _Outcome(
        due, at, status, error, response, int((time.monotonic() - started) * 1000), _seconds(retry_after, at)
    )


def _seconds(header: str, at: datetime) -> timedelta | None:
    """Retry-After as seconds or as a date."""
    if header.isascii() and header.isdigit():
        return timedelta(seconds=min(int(header[:9]), 86_400))
    try:
        return max(timedelta(), email.utils.parsedate_to_datetime(header) - at)
    except (TypeError, ValueError):
        return None


def _write_down(endpoint: WebhookEndpoint, outcomes: Sequence[_Outcome], batch: Sequence[_Due], at: datetime) -> None:
    with transaction.atomic(durable=True):
        WebhookAttempt.objects.bulk_create(list(_log(outcomes)))
        resume_at = at
        for outcome in outcomes:
            changes = _after(outcome)
            WebhookMessage.objects.filter(pk=outcome.due.id).update(**changes)
            if outcome.endpoint_ails:
                due_at = changes.get("due_at")
                resume_at = due_at if isinstance(due_at, datetime) else at + timedelta(seconds=rules.RETRY_WAITS[1])
        # What was claimed and not tried waits for the endpoint, at no cost of its own tries.
        untried = [due.id for due in batch[len(outcomes) :]]
        WebhookMessage.objects.filter(pk__in=untried, state=AttemptState.WAITING).update(due_at=resume_at)
        _judge(endpoint, outcomes, at)


def _log(outcomes: Sequence[_Outcome]) -> Iterator[WebhookAttempt]:
    for outcome in outcomes:
        yield WebhookAttempt(
            message_id=outcome.due.id,
            at=outcome.at,
            status=outcome.status,
            error=outcome.error,
            duration_ms=outcome.duration_ms,
            response=outcome.response,
        )


def _after(outcome: _Outcome) -> dict[str, object]:
    """What a try changes about its message."""
    attempts = outcome.due.attempts + 1
    changes: dict[str, object] = {"attempts": attempts, "last_status": outcome.status, "last_error": outcome.error}
    if outcome.delivered:
        return changes | {"state": AttemptState.DELIVERED, "delivered_at": outcome.at}
    wait = rules.retry_wait(attempts, random.random(), outcome.retry_after)
    return changes | ({"state": AttemptState.FAILED} if wait is None else {"due_at": outcome.at + wait})


def _judge(endpoint: WebhookEndpoint, outcomes: Sequence[_Outcome], at: datetime) -> None:
    """Keep since when the endpoint fails; disable it after days, or at once when it says that it is gone."""
    last = outcomes[-1]
    if last.delivered:
        if endpoint.failing_since is not None:
            WebhookEndpoint.objects.filter(pk=endpoint.pk).update(failing_since=None)
        return
    endpoint = lock_endpoint(endpoint_id=endpoint.id)
    endpoint.failing_since = endpoint.failing_since or at
    if last.status == 410:
        disable_endpoint(endpoint=endpoint, reason="It answered 410 Gone.", at=at)
    elif at - endpoint.failing_since >= rules.DISABLE_AFTER:
        disable_endpoint(
            endpoint=endpoint, reason=f"It has failed since {endpoint.failing_since:%Y-%m-%d}: {last.error}", at=at
        )
    else:
        endpoint.save(update_fields=["failing_since"])
