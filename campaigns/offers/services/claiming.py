"""Using offers and codes up, in the transaction that places the order."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from campaigns.offers.errors import CodeUsed, OfferUsedByPerson, OfferUsedUp
from campaigns.offers.facts import CodeRedeemed
from campaigns.offers.queries.evaluating import person_key
from campaigns.offers.queries.live import find_live_offers
from campaigns.offers.queries.spelling import lookup_of
from campaigns.offers.rules.evaluation import SOURCE
from carts.ports import Adjustment, CartSnapshot
from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from omnichannel.kernel.ids import uuid7

# Codes, then persons, then offers, each ascending: the one order of locks. A write runs when the answer first reads it,
# so the answer asks for them in that order. A guard stands in every write, so what was taken since the price was made is
# not taken twice; what a guard kept back is missing from the answer. Rows without a limit are not written at all: an
# offer for everybody is no queue.
_CLAIM = """
WITH given AS MATERIALIZED (
    SELECT g.id, g.version_id, g.lookup, g.amount, v.offer_id
      FROM json_to_recordset(%(given)s::json) AS g(id uuid, version_id uuid, lookup text, amount bigint)
      JOIN campaign_offers_offerversion v ON v.id = g.version_id
), sums AS MATERIALIZED (
    SELECT offer_id, sum(amount)::bigint AS amount, count(*)::int AS uses FROM given GROUP BY offer_id
), free_codes AS (
    SELECT c.id, c.lookup FROM campaign_offers_code c
     WHERE c.lookup IN (SELECT lookup FROM given) AND c.max_uses IS NULL
       AND c.revoked_at IS NULL AND (c.expires_at IS NULL OR c.expires_at > %(at)s)
), open_codes AS MATERIALIZED (
    SELECT c.id FROM campaign_offers_code c
     WHERE c.lookup IN (SELECT lookup FROM given) AND c.uses < c.max_uses
       AND c.revoked_at IS NULL AND (c.expires_at IS NULL OR c.expires_at > %(at)s)
     ORDER BY c.id FOR NO KEY UPDATE
), used_codes AS (
    UPDATE campaign_offers_code c SET uses = c.uses + 1 FROM open_codes o WHERE c.id = o.id AND c.uses < c.max_uses
    RETURNING c.id, c.lookup, c.uses = c.max_uses AS exhausted
), all_codes AS MATERIALIZED (
    SELECT id, lookup, exhausted FROM used_codes UNION ALL SELECT id, lookup, false FROM free_codes
), persons AS (
    INSERT INTO campaign_offers_personuse AS u (offer_id, person, uses)
    SELECT s.offer_id, %(person)s::text, s.uses
      FROM sums s JOIN campaign_offers_offer o ON o.id = s.offer_id
     WHERE o.per_customer IS NOT NULL AND %(person)s::text <> '' AND s.uses <= o.per_customer
     ORDER BY s.offer_id
    ON CONFLICT (offer_id, person) DO UPDATE SET uses = u.uses + EXCLUDED.uses
     WHERE u.uses + EXCLUDED.uses <= (SELECT per_customer FROM campaign_offers_offer WHERE id = EXCLUDED.offer_id)
    RETURNING u.offer_id
), open_offers AS MATERIALIZED (
    SELECT o.id FROM campaign_offers_offer o
     WHERE o.id IN (SELECT offer_id FROM sums) AND (o.budget_minor IS NOT NULL OR o.max_uses IS NOT NULL)
     ORDER BY o.id FOR NO KEY UPDATE
), used_offers AS (
    UPDATE campaign_offers_offer o SET used_minor = o.used_minor + s.amount, uses = o.uses + s.uses
      FROM open_offers l JOIN sums s ON s.offer_id = l.id
     WHERE o.id = l.id AND (o.budget_minor IS NULL OR o.used_minor + s.amount <= o.budget_minor)
       AND (o.max_uses IS NULL OR o.uses + s.uses <= o.max_uses)
    RETURNING o.id
), made AS (
    INSERT INTO campaign_offers_redemption (
        id, offer_id, version_id, code_id, order_id, customer_id, person, amount_minor, rolled_minor, currency, redeemed_at)
    SELECT g.id, g.offer_id, g.version_id, c.id, %(order)s, %(customer)s::uuid, %(person)s::text, g.amount, 0, %(currency)s::text, %(at)s
      FROM given g LEFT JOIN all_codes c ON c.lookup = g.lookup
), shared AS (
    INSERT INTO campaign_offers_redemptionline (
        redemption_id, position, quantity, rolled_quantity, amount_minor, rolled_minor)
    SELECT s.redemption, s.position, s.quantity, 0, s.amount, 0
      FROM json_to_recordset(%(shares)s::json) AS s(redemption uuid, position int, quantity int, amount bigint)
)
SELECT (SELECT json_agg(json_build_array(lookup, id, exhausted))::text FROM all_codes),
       (SELECT json_agg(o.id)::text FROM campaign_offers_offer o JOIN sums s ON s.offer_id = o.id
         WHERE o.per_customer IS NOT NULL AND %(person)s::text <> '' AND o.id NOT IN (SELECT offer_id FROM persons)),
       (SELECT json_agg(o.id)::text FROM campaign_offers_offer o JOIN sums s ON s.offer_id = o.id
         WHERE (o.budget_minor IS NOT NULL OR o.max_uses IS NOT NULL) AND o.id NOT IN (SELECT id FROM used_offers))
"""


def claim_offers(*, snapshot: CartSnapshot, adjustments: Sequence[Adjustment], order_id: UUID, at: datetime) -> None:
    """Use up codes, budgets and uses for what the order's rows took off; keep what each line had of it.

    Two statements, none where no offer took anything. The order's own rows may follow in the same transaction.
    Locks   codes, then uses of the person, then offers that have a limit: in ascending order each.
    Emits   CodeRedeemed for each code; an offer that needs none tells nothing.
    Raises  CodeUsed, OfferUsedByPerson, OfferUsedUp: somebody was quicker. The caller's transaction goes with it.
    """
    uses = _sum_up(snapshot, adjustments)
    if not uses:
        return
    shares = [share for use in uses for share in use.pop("shares")]
    with connection.cursor() as cursor:
        cursor.execute(
            _CLAIM,
            {
                "given": orjson.dumps(uses).decode(),
                "shares": orjson.dumps(shares).decode(),
                "order": order_id,
                "customer": snapshot.customer_id,
                "person": person_key(snapshot.customer_id, snapshot.email),
                "currency": snapshot.currency,
                "at": at,
            },
        )
        codes, refused, spent = cursor.fetchone()
    claimed = {row[0]: row for row in (orjson.loads(codes) if codes else ())}
    if gone := [use["code"] for use in uses if use["lookup"] and use["lookup"] not in claimed]:
        raise CodeUsed(codes=gone)
    if refused:
        raise OfferUsedByPerson(offers=orjson.loads(refused))
    if spent:
        raise OfferUsedUp(offers=orjson.loads(spent))
    live = find_live_offers(snapshot.rates_version)
    facts = []
    for use in uses:
        offer = live.find(UUID(use["version_id"]))
        _, code_id, exhausted = claimed.get(use["lookup"], (None, None, False))
        # What an offer takes off by itself stands in the order's own rows: nobody used a code.
        if offer is None or code_id is None:
            continue
        facts.append(
            CodeRedeemed(
                order_id=order_id,
                offer_id=offer.id,
                customer_id=snapshot.customer_id,
                code_id=code_id,
                offer_key=offer.key,
                label=use["label"],
                amount_minor=use["amount"],
                currency=snapshot.currency,
                exhausted=exhausted,
            )
        )
    record(*facts, by=Context(channel=snapshot.channel, store_id=snapshot.store_id), at=at)


def _sum_up(snapshot: CartSnapshot, adjustments: Sequence[Adjustment]) -> list[dict[str, Any]]:
    """What each offer and code took off, whole and by the line's position in the order."""
    positions = {line.id: (position, line.quantity) for position, line in enumerate(snapshot.lines, start=1)}
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in adjustments:
        if row.source != SOURCE or row.amount_minor >= 0:
            continue
        use = found.setdefault(
            (row.reference, row.code),
            {
                "id": str(uuid7()), "version_id": row.reference, "lookup": lookup_of(row.code) or None,
                "code": row.code, "label": row.label, "amount": 0, "shares": [],
            },
        )  # fmt: skip
        use["amount"] -= row.amount_minor
        position, quantity = positions.get(row.line_id, (None, 0)) if row.line_id else (None, 0)
        share = {"redemption": use["id"], "position": position, "quantity": quantity, "amount": -row.amount_minor}
        use["shares"].append(share)
    return [found[name] for name in sorted(found)]
