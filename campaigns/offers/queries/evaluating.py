"""The offers in one cart: what is live, what the database knows of its codes and its customer, and the rules over it."""

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from campaigns.offers.queries.live import LiveOffers, find_live_offers
from campaigns.offers.queries.spelling import lookup_of
from campaigns.offers.rules.evaluation import Evaluation, evaluate
from campaigns.offers.rules.gates import Facts, HeldCode, LiveOffer, Use
from carts.ports import CartSnapshot

_FACTS = """
SELECT (SELECT json_agg(json_build_array(
                   c.id, c.code, c.lookup, c.offer_id, c.customer_id, lower(p.email), c.product_ids, c.variant_ids,
                   c.expires_at, c.max_uses, c.uses, c.revoked_at IS NOT NULL))::text
          FROM campaign_offers_code c LEFT JOIN customers_customer p ON p.id = c.customer_id
         WHERE c.lookup = ANY(%(lookups)s)),
       (SELECT json_agg(json_build_array(o.id, o.used_minor, o.uses, u.uses))::text
          FROM campaign_offers_offer o
          LEFT JOIN campaign_offers_personuse u ON u.offer_id = o.id AND u.person = %(person)s
         WHERE o.id = ANY(%(limited)s::uuid[])),
       (SELECT json_agg(json_build_array(l.kind, l.key, l.valid_until))::text
          FROM customers_label l
         WHERE l.customer_id = %(customer)s::uuid AND l.kind IN ('segment', 'tier')
           AND l.valid_from <= %(at)s AND (l.valid_until IS NULL OR l.valid_until > %(at)s)),
       (SELECT CASE
           WHEN %(customer)s::uuid IS NOT NULL THEN NOT EXISTS (
               SELECT 1 FROM orders_order WHERE customer_id = %(customer)s::uuid AND status <> 'cancelled')
           WHEN %(email)s <> '' THEN NOT EXISTS (
               SELECT 1 FROM orders_order WHERE email IN (%(email)s, lower(%(email)s)) AND status <> 'cancelled')
       END)
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`codes`: those of the cart that exist; `live`: the offers it was evaluated with."""

    evaluation: Evaluation
    codes: tuple[HeldCode, ...]
    live: LiveOffers


# A cart is asked for its discounts and then for its codes: one evaluation answers both.
_latest = threading.local()


def evaluate_cart(snapshot: CartSnapshot, *, typed: str = "") -> Outcome:
    """What the live offers come to in this cart. No statement where no code, person or limit is in play, else one.

    typed  a code to be looked at beside those in the cart.
    """
    kept: tuple[CartSnapshot, str, Outcome] | None = getattr(_latest, "outcome", None)
    if kept is not None and kept[0] is snapshot and kept[1] == typed:
        return kept[2]
    live = find_live_offers(snapshot.rates_version)
    lookups = [lookup_of(entry.code) for entry in snapshot.codes if entry.resolver == "offers"]
    if typed:
        lookups.append(lookup_of(typed))
    codes, facts = find_facts(snapshot, live.offers, list(dict.fromkeys(lookups)))
    outcome = Outcome(evaluate(snapshot, live.offers, codes, facts, zone=live.zone), codes, live)
    _latest.outcome = (snapshot, typed, outcome)
    return outcome


def person_key(customer_id: UUID | None, email: str) -> str:
    """Who a limit for each person counts: a customer, or a guest by email; empty for a stranger."""
    if customer_id is not None:
        return f"c:{customer_id}"
    return f"e:{hashlib.sha256(email.lower().encode()).hexdigest()[:40]}" if email else ""


def find_facts(
    snapshot: CartSnapshot, offers: Sequence[LiveOffer], lookups: Sequence[str]
) -> tuple[tuple[HeldCode, ...], Facts]:
    """Codes by their look-up, and what else these offers ask about the customer. One statement, or none."""
    looked_at = [offer for offer in offers if lookups or not offer.definition.by_code]
    asks = any(
        offer.is_limited or offer.definition.condition.asks_labels or offer.definition.condition.first_order
        for offer in looked_at
    )
    if not lookups and not asks:
        return (), Facts()
    with connection.cursor() as cursor:
        cursor.execute(
            _FACTS,
            {
                "lookups": list(lookups),
                "person": person_key(snapshot.customer_id, snapshot.email),
                "limited": [offer.id for offer in looked_at if offer.is_limited],
                "customer": snapshot.customer_id,
                "email": snapshot.email,
                "at": snapshot.at,
            },
        )
        codes, uses, labels, is_first = cursor.fetchone()
    return tuple(_code(row) for row in _rows(codes)), Facts(
        uses={UUID(row[0]): Use(row[1], row[2], row[3] or 0) for row in _rows(uses)},
        labels={(kind, key): _moment(until) for kind, key, until in _rows(labels)},
        is_first_order=is_first,
    )


def _code(row: list[Any]) -> HeldCode:
    code_id, code, lookup, offer_id, customer_id, email, products, variants, expires, max_uses, uses, revoked = row
    return HeldCode(
        id=code_id,
        code=code,
        lookup=lookup,
        offer_id=UUID(offer_id),
        customer_id=UUID(customer_id) if customer_id else None,
        owner_email=email or "",
        product_ids=frozenset(map(UUID, products)),
        variant_ids=frozenset(map(UUID, variants)),
        expires_at=_moment(expires),
        max_uses=max_uses,
        uses=uses,
        is_revoked=revoked,
    )


def _rows(text: str | None) -> list[list[Any]]:
    return orjson.loads(text) if text else []


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
