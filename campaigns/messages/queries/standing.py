"""What the gate needs to know of many people at once: a fixed number of statements."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from campaigns.messages.models import Decision, Message
from campaigns.messages.queries.brand import brand_kit
from campaigns.messages.queries.words import Words, zone_of
from campaigns.messages.rules.gate import Candidate, Reach, Seat, Verdict
from campaigns.messages.states import PUSHED, MessageState, Purpose
from customers.models import Customer
from customers.queries.permission import list_permissions
from omnichannel.kernel.locks import lock_rows

COUNTED = frozenset(PUSHED)


def list_decided(keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Verdict]:
    """Verdicts there are, by (dedup key, source)."""
    wanted = set(keys)
    rows = Decision.objects.filter(dedup_key__in={key for key, _ in wanted})
    return {
        (row.dedup_key, row.source): Verdict(
            outcome=row.outcome, code=row.code, reason=row.reason, channel=row.channel, decision_id=row.pk,
            message_id=row.message_id, until=row.due_at,
        )
        for row in rows
        if (row.dedup_key, row.source) in wanted
    }  # fmt: skip


def lock_people(customer_ids: Collection[UUID]) -> dict[UUID, Customer]:
    """The customers by the id asked for, locked; one that was merged away answers with the one it became."""
    found = {person.pk: person for person in lock_rows(Customer.objects.filter(pk__in=customer_ids))}
    while away := {person.merged_into_id for person in found.values() if person.merged_into_id} - set(found):
        found |= {person.pk: person for person in lock_rows(Customer.objects.filter(pk__in=away))}
    people: dict[UUID, Customer] = {}
    for customer_id in customer_ids:
        person = found.get(customer_id)
        while person is not None and person.merged_into_id is not None:
            person = found.get(person.merged_into_id)
        if person is not None:
            people[customer_id] = person
    return people


def list_ways(
    candidates: Sequence[Candidate], people: Mapping[UUID, Customer], *, at: datetime
) -> dict[tuple[str, UUID, tuple[str, ...]], list[Reach]]:
    """(purpose, customer, channels) → each channel with its permission. One or two statements a channel and purpose."""
    wanted: dict[tuple[str, str], set[UUID]] = defaultdict(set)
    for each in candidates:
        if each.customer_id in people:
            for channel in each.channels:
                wanted[channel, each.purpose].add(people[each.customer_id].pk)
    permissions = {
        (channel, purpose): list_permissions(sorted(ids), channel=channel, purpose=purpose, at=at)
        for (channel, purpose), ids in wanted.items()
    }
    ways: dict[tuple[str, UUID, tuple[str, ...]], list[Reach]] = {}
    for each in candidates:
        if each.customer_id not in people:
            continue
        person = people[each.customer_id].pk
        ways[each.purpose, person, each.channels] = [
            Reach(channel, allowed.allowed, allowed.code, allowed.reason)
            for channel in each.channels
            if (allowed := permissions[channel, each.purpose][person])
        ]
    return ways


def list_seats(customer_ids: Sequence[UUID], *, at: datetime) -> dict[UUID, list[Seat]]:
    """What counts under the cap: marketing that interrupted them in the last week, or is about to. One statement."""
    rows = Message.objects.filter(
        customer_id__in=customer_ids,
        purpose=Purpose.MARKETING,
        channel__in=COUNTED,
        state__in=[MessageState.INTENDED, MessageState.SENT],
        created_at__gt=at - timedelta(days=7),
    ).values_list("customer_id", "pk", "priority", "created_at", "state", "attempts")
    seats: dict[UUID, list[Seat]] = {customer_id: [] for customer_id in customer_ids}
    for customer_id, pk, priority, created_at, state, attempts in rows:
        seats[customer_id].append(Seat(pk, priority, created_at, state == MessageState.INTENDED and attempts == 0))
    return seats


def list_taken(dedup_keys: Sequence[str]) -> set[str]:
    return set(Message.objects.filter(dedup_key__in=dedup_keys).values_list("dedup_key", flat=True))


def list_written_to(campaign_ids: Collection[UUID], addresses: Sequence[str]) -> set[tuple[UUID, str, str]]:
    """(campaign, channel, address) that have their message."""
    if not campaign_ids:
        return set()
    wanted = {address.lower() for address in addresses if address}
    rows = Message.objects.filter(campaign_id__in=campaign_ids, recipient__in=wanted)
    return {
        (campaign_id, channel, recipient)
        for campaign_id, channel, recipient in rows.values_list("campaign_id", "channel", "recipient")
        if campaign_id is not None
    }


def clock_of(person: Customer, house: str) -> ZoneInfo:
    """Where their clock hangs; `house`, the brand's zone, where we do not know."""
    return zone_of(person.time_zone, house)


def worded(data: Mapping[str, Any], person: Customer) -> dict[str, Any]:
    """What a sender added, its moments as people read them: `expires_at` of a code gets `expires`, to the second."""
    shown = dict(data)
    # What may be there or not reads as empty, so that a template can ask for it.
    shown.setdefault("code", {"code": ""})
    code = shown["code"]
    if isinstance(code, Mapping):
        expires = ""
        if code.get("expires_at"):
            expires = Words(person, brand_kit()).second(datetime.fromisoformat(str(code["expires_at"])))
        shown["code"] = {"label": "", "expires": expires, **code}
    return shown
