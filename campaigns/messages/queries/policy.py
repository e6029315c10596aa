"""The house rules of writing to people."""

from datetime import time, timedelta

from campaigns.messages.models import SendingPolicy
from campaigns.messages.rules.gate import Policy
from campaigns.messages.states import PUSHED


def sending_policy() -> Policy:
    row = SendingPolicy.objects.first()
    if row is None:
        return Policy(capped_channels=frozenset(PUSHED))
    return Policy(
        per_day=row.per_day,
        per_week=row.per_week,
        quiet_from=_clock(row.quiet_from),
        quiet_until=_clock(row.quiet_until),
        quiet_channels=frozenset(row.quiet_channels),
        capped_channels=frozenset(PUSHED),
        holdout_pct=row.holdout_pct,
        settle=timedelta(seconds=row.settle_seconds),
    )


def _clock(value: time | str) -> time:
    return time.fromisoformat(value) if isinstance(value, str) else value
