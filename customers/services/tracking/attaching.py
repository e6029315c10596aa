"""Whose messages are, and what they are about: two look-ups for a whole batch."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from customers.rules.joining import is_usable
from customers.rules.tracking import Message
from customers.states import IdentityKind
from omnichannel.events.ports import thing_finders
from omnichannel.kernel.ids import visitor_identity

KNOWN = """
SELECT kind, value, id, customer_id, blocked_at IS NOT NULL FROM customers_identity
 WHERE (kind = 'anonymous' AND value = ANY(%(anonymous)s))
    OR (kind IN ('customer', 'external') AND value = ANY(%(users)s))
 ORDER BY kind, value, customer_id
"""

# In order, so that two senders of the same new visitors do not wait for each other in a circle.
MAKE_VISITORS = """
INSERT INTO customers_identity (id, kind, value, created_at, joined_how)
SELECT v.id, 'anonymous', v.value, %(at)s, ''
  FROM unnest(%(ids)s::uuid[], %(values)s::text[]) AS v (id, value)
 ORDER BY v.id
    ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class KnownAs:
    """One identity: its id in the log, and the customer behind it."""

    identity_id: UUID
    customer_id: UUID | None
    is_blocked: bool = False


@dataclass(slots=True)
class People:
    """Who the ids of a batch are. Unknown user ids are absent from `users`."""

    visitors: dict[str, KnownAs] = field(default_factory=dict)
    users: dict[str, KnownAs] = field(default_factory=dict)

    def identity_of(self, message: Message) -> UUID | None:
        """The customer's when the user id is one; else the visitor's; nobody's for a browser that several use."""
        user = self.users.get(message.user_id)
        if user is not None:
            return user.identity_id
        visitor = self.visitors.get(message.anonymous_id)
        return None if visitor is None or visitor.is_blocked else visitor.identity_id


def find_people(*, messages: Sequence[Message], at: datetime) -> People:
    """Look everybody up, and make the visitors who are new. Two statements at most."""
    anonymous = {m.anonymous_id for m in messages if is_usable(m.anonymous_id)}
    # An alias speaks of a former name, which is a browser's as a rule.
    anonymous |= {m.previous_id for m in messages if is_usable(m.previous_id)}
    users = {m.user_id for m in messages if is_usable(m.user_id)}
    people = People()
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, {"anonymous": list(anonymous), "users": list(users)})
        for kind, value, identity_id, customer_id, is_blocked in cursor.fetchall():
            known = KnownAs(identity_id, customer_id, is_blocked)
            # `customer` comes before `external` in the order: our own id is the surer one.
            (people.visitors if kind == IdentityKind.ANONYMOUS else people.users).setdefault(value, known)
        new = {visitor_identity("anonymous", value): value for value in anonymous - set(people.visitors)}
        if new:
            ids = sorted(new)
            cursor.execute(MAKE_VISITORS, {"ids": ids, "values": [new[pk] for pk in ids], "at": at})
    for identity_id, value in new.items():
        people.visitors[value] = KnownAs(identity_id, None)
    return people


#: The names a product has in Segment's e-commerce vocabulary, the surest first.
PRODUCT_KEYS = ("variant_id", "sku", "product_id", "barcode", "slug")


def name_things(*, messages: Sequence[Message]) -> None:
    """Write our own ids of products and variants beside what the sender calls them (`om_product_id` …)."""
    held: list[tuple[dict[str, Any], list[str]]] = []
    for message in messages:
        if message.type == "track":
            held += [(thing, names) for thing in _things(message.data) if (names := _names(thing))]
    if not held:
        return
    wanted = sorted({name for _, names in held for name in names})
    known: dict[str, tuple[UUID, UUID | None]] = {}
    for finder in thing_finders:
        known |= finder.find(wanted)
    for thing, names in held:
        best = _best(names, known)
        if best is not None:
            product_id, variant_id = best
            thing["om_product_id"] = str(product_id)
            if variant_id is not None:
                thing["om_variant_id"] = str(variant_id)


def subject_of(message: Message) -> UUID | None:
    """What a message is about, where it is about one product: the product."""
    product = message.data.get("om_product_id")
    return UUID(product) if isinstance(product, str) and message.type == "track" else None


def _best(names: list[str], known: Mapping[str, tuple[UUID, UUID | None]]) -> tuple[UUID, UUID | None] | None:
    found = [entry for name in names if (entry := known.get(name)) is not None]
    return next((entry for entry in found if entry[1] is not None), found[0] if found else None)


def _things(data: dict[str, Any]) -> Iterable[dict[str, Any]]:
    # Nobody from outside names our ids.
    data.pop("om_product_id", None)
    data.pop("om_variant_id", None)
    yield data
    products = data.get("products")
    if isinstance(products, list):
        for position, product in enumerate(products[:100]):
            if isinstance(product, Mapping):
                products[position] = thing = dict(product)
                thing.pop("om_product_id", None)
                thing.pop("om_variant_id", None)
                yield thing


def _names(thing: Mapping[str, Any]) -> list[str]:
    return [
        str(value)
        for key in PRODUCT_KEYS
        if isinstance(value := thing.get(key), str | int) and not isinstance(value, bool) and 0 < len(str(value)) <= 200
    ]
