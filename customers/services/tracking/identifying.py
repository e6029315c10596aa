"""What `identify` and `alias` say about who somebody is, taken with as much salt as their sender deserves."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from customers.models import Customer, Source
from customers.rules.contact import normalize_email, normalize_phone
from customers.rules.joining import is_usable, judge_alias
from customers.rules.tracking import Message
from customers.services.creating import NewCustomer, create_customer
from customers.services.joining import join_identity
from customers.services.profiles import update_customer
from customers.services.tracking.attaching import KnownAs, People
from customers.states import CustomerSource, IdentityKind
from omnichannel.kernel.context import Context

#: More than this many people on one browser, or browsers of one person, in a single batch is a storm: no person does so.
PAIRS_A_BATCH = 3


def make_known(*, messages: Sequence[Message], people: People, source: Source, by: Context, at: datetime) -> None:
    """Customers for whom our own server names for the first time. Nobody else's word makes one."""
    if not source.is_trusted:
        return
    for message in messages:
        if message.type != "identify" or not is_usable(message.user_id) or message.user_id in people.users:
            continue
        first, last = _name(message.data)
        email = normalize_email(str(message.data.get("email") or "")) or ""
        customer = create_customer(
            new=NewCustomer(
                source=CustomerSource.TRACKED,
                first_name=first,
                last_name=last,
                email=email,
                phone=normalize_phone(str(message.data.get("phone") or "")) or "",
                external_id=message.user_id[:120],
            ),
            by=by,
            at=at,
        )
        people.users[message.user_id] = KnownAs(customer.pk, customer.pk)


def join_people(
    *, messages: Sequence[Message], people: People, source: Source, by: Context, at: datetime
) -> list[tuple[int, str]]:
    """Join visitors to the customers they are identified as; the refusals by index, for who watches the source.

    Visitors go in order, so that two batches do not wait for each other in a circle.
    """
    refused: list[tuple[int, str]] = []
    pairs: dict[tuple[str, str], tuple[Message, str]] = {}
    for message in messages:
        if message.type == "identify" and message.anonymous_id and message.user_id:
            pairs.setdefault((message.anonymous_id, message.user_id), (message, "identify"))
        elif message.type == "alias":
            if code := judge_alias(message.previous_id, message.user_id):
                refused.append((message.index, code))
            elif message.previous_id in people.users and message.user_id in people.users:
                # Two people we know: no page may make them one. Staff may, in the admin.
                one, other = people.users[message.previous_id], people.users[message.user_id]
                refused.append((message.index, "already" if one.customer_id == other.customer_id else "two_customers"))
            else:
                pairs.setdefault((message.previous_id, message.user_id), (message, "alias"))
    asked: dict[str, int] = {}
    with transaction.atomic():
        for (value, user_id), (message, how) in sorted(pairs.items(), key=lambda pair: pair[0]):
            user = people.users.get(user_id)
            if user is None or user.customer_id is None:
                refused.append((message.index, "unknown_user"))
                continue
            visitor = people.visitors.get(value)
            if visitor is not None and visitor.customer_id == user.customer_id:
                continue
            asked[value] = asked.get(value, 0) + 1
            asked[user_id] = asked.get(user_id, 0) + 1
            if asked[value] > PAIRS_A_BATCH or asked[user_id] > PAIRS_A_BATCH * 10:
                refused.append((message.index, "storm"))
                continue
            verdict = join_identity(
                customer_id=user.customer_id,
                kind=IdentityKind.ANONYMOUS,
                value=value,
                how=how,
                claimed_email=str(message.data.get("email") or "")[:254],
                is_shared=source.is_shared,
                by=by,
                at=at,
            )
            if not verdict.joins and verdict.code != "already":
                refused.append((message.index, verdict.code))
    return refused


def keep_traits(*, messages: Sequence[Message], people: People, source: Source, by: Context, at: datetime) -> None:
    """Fill what a profile lacks with what our own server tells. What the customer said themself stands."""
    if not source.is_trusted:
        return
    for message in messages:
        user = people.users.get(message.user_id)
        if message.type != "identify" or user is None or user.customer_id is None:
            continue
        customer = Customer.objects.filter(pk=user.customer_id, merged_into=None).first()
        if customer is None:
            continue
        first, last = _name(message.data)
        told = {
            "first_name": first,
            "last_name": last,
            "phone": normalize_phone(str(message.data.get("phone") or "")) or "",
        }
        gaps = {name: value for name, value in told.items() if value and not getattr(customer, name)}
        if gaps:
            update_customer(customer_id=customer.pk, changes=gaps, by=by, at=at)


def _name(traits: Mapping[str, Any]) -> tuple[str, str]:
    first = str(traits.get("firstName") or traits.get("first_name") or "")[:100]
    last = str(traits.get("lastName") or traits.get("last_name") or "")[:100]
    if not first and not last and isinstance(traits.get("name"), str):
        first, _, last = traits["name"].strip()[:200].partition(" ")
    return first[:100], last[:100]
