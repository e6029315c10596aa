"""Referral codes, the terms in force, and what became of each use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection
from django.db.models import Count, Q, QuerySet

from carts.services.links import storefront_link
from loyalty.errors.members import ReferralMissing
from loyalty.models import Member, ReferralProgramme, ReferralUse
from loyalty.rules.sameness import Traces, address_key, email_key, phone_key
from loyalty.states.members import REFERRAL_HOLDS, ProgrammeState, ReferralState

# Everything a code's verdict needs, for one friend: one statement. Orders that were cancelled, or never paid, do
# not make somebody an old customer; an imported record does.
_FIND_OFFER = """
SELECT m.id, m.referral_code, coalesce(o.merged_into_id, o.id), o.email,
       p.id, p.is_open, p.currency, p.member_minor, p.friend_minor, p.minimum_minor, p.qualifies, p.qualify_days,
       f.id, f.email,
       coalesce(f.source = 'import', false) OR EXISTS (
           SELECT 1 FROM orders_order x
            WHERE x.confirmed_at IS NOT NULL AND x.status <> 'cancelled'
              AND (x.customer_id = f.id OR (x.email = f.email AND f.email <> ''))),
       EXISTS (SELECT 1 FROM loyalty_referraluse u
                WHERE u.state = ANY(%(holds)s) AND (u.friend_id = f.id OR u.friend_key = %(key)s)),
       EXISTS (SELECT 1 FROM loyalty_referraluse u JOIN loyalty_member invited ON invited.id = u.member_id
                WHERE u.state = ANY(%(holds)s) AND invited.customer_id = f.id AND u.friend_id = o.id)
  FROM loyalty_member m
  JOIN customers_customer o ON o.id = m.customer_id
  LEFT JOIN customers_customer f ON f.id = %(friend)s
  LEFT JOIN LATERAL (
       SELECT * FROM loyalty_referralprogramme
        WHERE state = 'published' AND goes_live_at <= %(at)s
        ORDER BY goes_live_at DESC, version DESC LIMIT 1) p ON true
 WHERE m.referral_code = ANY(%(codes)s)
"""


@dataclass(frozen=True, slots=True)
class CodeOffer:
    """A member's code as one friend may find it. Without terms in force `programme_id` is None."""

    member_id: UUID
    code: str
    owner_id: UUID
    owner_email: str
    programme_id: UUID | None
    is_open: bool | None
    currency: str | None
    member_minor: int | None
    friend_minor: int | None
    minimum_minor: int | None
    qualifies: str | None
    qualify_days: int | None
    friend_id: UUID | None
    friend_email: str | None
    bought_before: bool
    used_before: bool
    invited_the_member: bool


def find_code_offers(
    codes: Sequence[str], *, friend_id: UUID | None, friend_key: str, at: datetime
) -> dict[str, CodeOffer]:
    """The codes that are members' codes, with all that decides whether this friend may use them. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            _FIND_OFFER,
            {"codes": list(codes), "friend": friend_id, "key": friend_key, "at": at, "holds": list(REFERRAL_HOLDS)},
        )
        return {row[1]: CodeOffer(*row) for row in cursor.fetchall()}


def code_of(customer_id: UUID) -> str:
    """The customer's own referral code for friends; empty when they are not a member, or no terms are in force."""
    found = (
        Member.objects.filter(Q(customer_id=customer_id) | Q(customer__merged=customer_id))
        .values_list("referral_code", flat=True)
        .first()
    )
    return found or ""


def link_of(code: str, **campaign: str) -> str:
    """The link a member shares: it opens the shop with the code ready for the cart."""
    return storefront_link(referral=code, **campaign) if code else ""


def find_terms(at: datetime) -> ReferralProgramme | None:
    """The terms in force, None while there are none."""
    return (
        ReferralProgramme.objects.filter(state=ProgrammeState.PUBLISHED, goes_live_at__lte=at)
        .order_by("-goes_live_at", "-version")
        .first()
    )


def count_referrals(member_id: UUID) -> dict[str, int]:
    """How many friends came: `rewarded`, and `pending` for those still to be paid, kept or looked at. One statement."""
    waiting = (ReferralState.CLAIMED, ReferralState.WAITING, ReferralState.FLAGGED)
    return ReferralUse.objects.filter(member_id=member_id).aggregate(
        rewarded=Count("id", filter=Q(state=ReferralState.REWARDED)),
        pending=Count("id", filter=Q(state__in=waiting)),
    )


def list_uses() -> QuerySet[ReferralUse]:
    return ReferralUse.objects.select_related("programme", "member__customer", "friend", "order")


def get_use(referral_id: UUID) -> ReferralUse:
    """Raises ReferralMissing."""
    use = list_uses().filter(pk=referral_id).first()
    if use is None:
        raise ReferralMissing()
    return use


# A browser belongs to the first who was known in it; a second person's orders, and the log-in that was refused it,
# tell that they were there too. One that staff found to be used by everybody says nothing.
_TRACES = """
SELECT c.email, c.phone,
       (SELECT json_agg(json_build_object('line1', a.line1, 'line2', a.line2, 'postal_code', a.postal_code, 'country', a.country))
          FROM customers_address a WHERE a.customer_id = c.id),
       (SELECT json_agg(o.ship_to) FROM (SELECT ship_to FROM orders_order
          WHERE customer_id = c.id AND ship_to <> '{}' ORDER BY placed_at DESC LIMIT 20) o),
       (SELECT array_agg(i.value) FROM customers_identity i WHERE i.customer_id = c.id AND i.kind = 'email'),
       (SELECT array_agg(seen.value) FROM (
            SELECT i.value FROM customers_identity i WHERE i.customer_id = c.id AND i.kind = 'anonymous'
             UNION
            SELECT e.context->>'anonymous_id'
              FROM (SELECT id FROM orders_order WHERE customer_id = c.id ORDER BY placed_at DESC LIMIT 20) o
              JOIN events_event e ON e.subject_id = o.id AND e.name = 'order.placed'
             UNION
            SELECT i.value FROM events_event e JOIN customers_identity i ON i.id = (e.data->>'identity_id')::uuid
             WHERE e.identity_id = c.id AND e.name = 'customer.join_refused') seen
         WHERE seen.value <> '' AND NOT EXISTS (
            SELECT 1 FROM customers_identity s WHERE s.kind = 'anonymous' AND s.value = seen.value
               AND s.customer_id IS NULL AND s.blocked_at IS NOT NULL)),
       (SELECT array_agg(DISTINCT p.method->>'fingerprint') FROM orders_payment p JOIN orders_order o ON o.id = p.order_id
         WHERE o.customer_id = c.id AND p.method ? 'fingerprint')
  FROM customers_customer c WHERE c.id = %s
"""


def find_traces(customer_id: UUID, *, email: str = "", phone: str = "") -> Traces:
    """What the customer is known by, as it compares. `email` and `phone` are those given with one order. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_TRACES, [customer_id])
        row = cursor.fetchone()
    own_email, own_phone, book, shipped, emails, devices, payments = row or ("", "", None, None, None, None, None)
    places: list[Mapping[str, Any]] = [*_parsed(book), *_parsed(shipped)]
    return Traces(
        emails=frozenset(email_key(each) for each in (own_email, email, *(emails or ())) if each),
        phones=frozenset(phone_key(each) for each in (own_phone, phone) if each),
        addresses=frozenset(address_key(place) for place in places) - {""},
        devices=frozenset(devices or ()),
        payments=frozenset(payments or ()),
    )


def _parsed(found: Any) -> list[Mapping[str, Any]]:
    return orjson.loads(found) if isinstance(found, str) else found or []
