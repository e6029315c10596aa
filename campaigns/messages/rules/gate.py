"""The one gate every candidate passes: consent and suppression → holdout → frequency cap by priority → quiet hours.

Duplicates and content come after, in the same order for everybody (`services.proposing`). Pure: what is known of the
person comes in, a check with its reason in words goes out.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

TRANSACTIONAL = "transactional"
#: Nothing beats it, so it waits for nothing that might.
TOP_PRIORITY = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody who may get a message.

    channels    in the order of preference: the first that is allowed is taken.
    priority    0 to 100; the higher one gets the place under the cap.
    dedup_key   what makes it this one message (`journey:<enrolment>:<visit>`).
    source      who proposes (`journey:<id>:<step>`, `campaign:<id>`).
    data        what the template is filled with beside the profile.
    utm         campaign fields on its links.
    expires_at  when a message that waits is no longer worth sending.
    """

    template_key: str
    customer_id: UUID
    dedup_key: str
    channels: tuple[str, ...] = ("email",)
    purpose: str = "marketing"
    priority: int = 50
    source: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    utm: Mapping[str, str] = field(default_factory=dict)
    campaign_id: UUID | None = None
    order_id: UUID | None = None
    holdout_pct: int = 0
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """outcome     `send`, `held` or `refused`; code and reason say why, the reason for people.
    message_id  of what was intended; None unless it is sent.
    until       when a held one is judged again.
    """

    outcome: str
    code: str
    reason: str
    channel: str = ""
    decision_id: UUID | None = None
    message_id: UUID | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Check:
    gate: str
    passed: bool
    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Reach:
    """One channel as a way to one person."""

    channel: str
    allowed: bool
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Seat:
    """A message that takes a place under the cap; `waits` while it can still be taken back."""

    message_id: UUID
    priority: int
    at: datetime
    waits: bool


@dataclass(frozen=True, slots=True)
class Policy:
    per_day: int = 3
    per_week: int = 10
    quiet_from: time = time(21)
    quiet_until: time = time(8)
    quiet_channels: frozenset[str] = frozenset({"sms"})
    capped_channels: frozenset[str] = frozenset({"email", "sms"})
    holdout_pct: int = 0
    settle: timedelta = timedelta(seconds=10)


def choose_channel(ways: Sequence[Reach]) -> tuple[str, Check]:
    """The first way that is open; the reasons of those before it are told too."""
    for position, way in enumerate(ways):
        if way.allowed:
            before = " ".join(f"Not by {other.channel}: {other.reason}" for other in ways[:position])
            return way.channel, Check("consent", True, way.code, f"{way.reason} {before}".strip())
    if not ways:
        return "", Check("consent", False, "no_channel", "No channel was asked for.")
    return "", Check("consent", False, ways[0].code, " ".join(dict.fromkeys(way.reason for way in ways)))


def check_holdout(customer_id: UUID, *, house_pct: int, own_pct: int, own_key: str) -> Check:
    """The same people stay out of the same thing for ever: a hash decides, not chance."""
    if house_pct and _bucket(customer_id, "house") < house_pct:
        return Check(
            "holdout", False, "holdout", f"They are in the {house_pct} % who get no marketing, to compare with."
        )
    if own_pct and _bucket(customer_id, own_key) < own_pct:
        return Check("holdout", False, "holdout", f"They are in the {own_pct} % held out of this, to compare with.")
    return Check("holdout", True, "not_held_out", "Not held out.")


def check_cap(
    channel: str, priority: int, seats: Sequence[Seat], policy: Policy, *, at: datetime
) -> tuple[Check, tuple[UUID, ...]]:
    """Whether there is a place, and which waiting messages of lower priority give theirs up for it."""
    if channel not in policy.capped_channels:
        return Check("cap", True, "uncapped", "It waits until it is looked at, so it is not counted."), ()
    taken = list(seats)
    given_up: list[UUID] = []
    for limit, days, words in ((policy.per_day, 1, "in a day"), (policy.per_week, 7, "in a week")):
        counted = [seat for seat in taken if seat.at > at - timedelta(days=days)]
        while len(counted) >= limit:
            beaten = [seat for seat in counted if seat.waits and seat.priority < priority]
            if not beaten:
                higher = sum(seat.priority >= priority for seat in counted)
                reason = (
                    f"They already have {len(counted)} of at most {limit} {words}, {higher} of them no less urgent."
                )
                return Check("cap", False, "cap", reason), ()
            # The least urgent, the newest of those, gives way.
            loser = min(beaten, key=lambda seat: (seat.priority, -seat.at.timestamp(), seat.message_id))
            given_up.append(loser.message_id)
            counted.remove(loser)
            taken.remove(loser)
    words = f"{len(taken)} of {policy.per_week} this week."
    if given_up:
        words += f" Took the place of {len(given_up)} less urgent."
    return Check("cap", True, "within_cap", words), tuple(given_up)


def check_quiet(channel: str, policy: Policy, zone: ZoneInfo, *, at: datetime) -> tuple[Check, datetime | None]:
    """Outside quiet hours, or until when it waits: by the clock on the customer's wall."""
    if channel not in policy.quiet_channels or policy.quiet_from == policy.quiet_until:
        return Check("quiet", True, "any_hour", "May be sent at any hour."), None
    local = at.astimezone(zone)
    start, end, clock = policy.quiet_from, policy.quiet_until, local.time().replace(tzinfo=None)
    quiet = start <= clock < end if start < end else clock >= start or clock < end
    if not quiet:
        return Check("quiet", True, "awake", f"It is {local:%H:%M} where they are."), None
    day = local.date() + timedelta(days=1 if clock >= end else 0)
    until = datetime.combine(day, end, tzinfo=zone).astimezone(at.tzinfo)
    return Check(
        "quiet", False, "quiet_hours", f"It is {local:%H:%M} where they are; it waits until {end:%H:%M}."
    ), until


def settle_until(channel: str, priority: int, policy: Policy, *, at: datetime) -> datetime:
    """When to send at the earliest: what a more urgent one may still displace waits a moment for it."""
    waits = channel in policy.capped_channels and priority < TOP_PRIORITY
    return at + policy.settle if waits else at


def _bucket(customer_id: UUID, key: str) -> int:
    """0 to 99, evenly."""
    return int.from_bytes(hashlib.sha256(f"{key}:{customer_id}".encode()).digest()[:8], "big") % 100
