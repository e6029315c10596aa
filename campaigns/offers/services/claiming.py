"""Using offers and codes up, in the transaction that places the order."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from campaigns.offers.errors import CodeUsed, OfferUsedByPerson, OfferUsedUp
from campaigns.offers.facts import CodeRedeemed
from campaigns.offers.queries.live import find_live_offers
from campaigns.offers.queries.spelling import lookup_of
from campaigns.offers.rules.evaluation import SOURCE
from carts.ports import Adjustment, CartSnapshot
from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from omnichannel.kernel.ids import uuid7

# Codes, then persons, then offers, each ascending: the one order of locks. A guard stands in every write, so what
# was taken since the price was made is not taken twice; what a guard kept back is missing from the answer. Rows
# without a limit are not written at all: an offer for everybody is no queue.
_CLAIM = """
WITH given AS MATERIALIZED (
    SELECT g.id, g.version_id, g.lookup, g.amount, v.offer_id
      FROM json_to_recordset(%(given)s::json) AS g(id uuid, version_id uuid, lookup text, amount bigint)
      JOIN campaign_offers_offerversion v ON v.id = g.version_id
), placed AS MATERIALIZED (
    SELECT o.id, o.customer_id, o.currency, o.channel, o.store_id, o.device_id, o.associate_id,
           CASE WHEN o.customer_id IS NOT NULL THEN 'c:' || o.customer_id
                WHEN o.email <> '' THEN 'e:' || left(encode(sha256(convert_to(lower(o.email), 'UTF8')), 'hex'), 40)
                ELSE '' END AS person
      FROM orders_order o WHERE o.id = %(order)s
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
    SELECT s.offer_id, p.person, s.uses
      FROM sums s JOIN campaign_offers_offer o ON o.id = s.offer_id CROSS JOIN placed p
     WHERE o.per_customer IS NOT NULL AND p.person <> '' AND s.uses <= o.per_customer
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
    SELECT g.id, g.offer_id, g.version_id, c.id, p.id, p.customer_id, p.person, g.amount, 0, p.currency, %(at)s
      FROM given g CROSS JOIN placed p LEFT JOIN all_codes c ON c.lookup = g.lookup
), shared AS (
    INSERT INTO campaign_offers_redemptionline (
        redemption_id, line_id, quantity, rolled_quantity, amount_minor, rolled_minor)
    SELECT s.redemption, l.id, coalesce(l.quantity, 0), 0, s.amount, 0
      FROM json_to_recordset(%(shares)s::json) AS s(redemption uuid, position int, amount bigint)
      LEFT JOIN orders_orderline l ON l.order_id = %(order)s AND l.position = s.position
)
SELECT (SELECT json_agg(json_build_array(lookup, id, exhausted))::text FROM all_codes),
       (SELECT json_agg(o.id)::text FROM campaign_offers_offer o JOIN sums s ON s.offer_id = o.id
         WHERE (o.budget_minor IS NOT NULL OR o.max_uses IS NOT NULL) AND o.id NOT IN (SELECT id FROM used_offers)),
       (SELECT json_agg(o.id)::text FROM campaign_offers_offer o JOIN sums s ON s.offer_id = o.id CROSS JOIN placed p
         WHERE o.per_customer IS NOT NULL AND p.person <> '' AND o.id NOT IN (SELECT offer_id FROM persons)),
       p.customer_id, p.currency, p.channel, p.store_id, p.device_id, p.associate_id
  FROM placed p
"""


def claim_offers(*, snapshot: CartSnapshot, adjustments: Sequence[Adjustment], order_id: UUID, at: datetime) -> None:
    """Use up codes, budgets and uses for what the order's rows took off; keep what each line had of it.

    Two statements, none where no offer took anything.
    Locks   codes, then uses of the person, then offers that have a limit: in ascending order each.
    Emits   CodeRedeemed for each offer.
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
                "at": at,
            },
        )
        codes, spent, refused, customer_id, currency, channel, store_id, device_id, associate_id = cursor.fetchone()
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
        if offer is None:
            continue
        facts.append(
            CodeRedeemed(
                order_id=order_id,
                offer_id=offer.id,
                customer_id=customer_id,
                code_id=code_id,
                offer_key=offer.key,
                label=use["label"],
                amount_minor=use["amount"],
                currency=currency,
                exhausted=exhausted,
            )
        )
    by = Context(channel=channel, store_id=store_id, device_id=device_id, associate_id=associate_id)
    record(*facts, by=by, at=at)


def _sum_up(snapshot: CartSnapshot, adjustments: Sequence[Adjustment]) -> list[dict[str, Any]]:
    """What each offer and code took off, whole and by the line's position in the order."""
    positions = {line.id: position for position, line in enumerate(snapshot.lines, start=1)}
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
        position = positions.get(row.line_id) if row.line_id else None
        use["shares"].append({"redemption": use["id"], "position": position, "amount": -row.amount_minor})
    return [found[name] for name in sorted(found)]
