"""What comes back with cancelled and returned lines, at any age: money to budgets, uses to codes and people."""

from datetime import datetime
from uuid import UUID

from django.db import connection

from campaigns.offers.facts import CodeReleased
from omnichannel.events.services import record
from omnichannel.kernel.context import SYSTEM

# What should be back is worked out from the order as it stands, not from what just happened: telling it twice
# changes nothing. Earlier units take the odd cents, as in orders' shares; the last unit brings the whole back.
# The caller holds the order's lock, so no other roll-back of it is under way. Codes, then persons, then offers, as a
# claim takes them: writes that nothing reads run in no order of their own, so each kind waits for the one before it.
_ROLL_BACK = """
WITH uses AS MATERIALIZED (
    SELECT r.id, r.offer_id, r.code_id, r.person, r.customer_id, r.currency, r.version_id
      FROM campaign_offers_redemption r
     WHERE r.order_id = %(order)s AND r.released_at IS NULL
     ORDER BY r.id FOR NO KEY UPDATE
), gone AS MATERIALIZED (
    SELECT bool_and(quantity <= cancelled_quantity + returned_quantity) AS everything
      FROM orders_orderline WHERE order_id = %(order)s
), due AS MATERIALIZED (
    SELECT s.id, s.redemption_id, s.amount_minor, s.rolled_minor, s.quantity,
           CASE WHEN %(whole)s THEN s.quantity
                ELSE least(s.quantity, coalesce(l.cancelled_quantity + l.returned_quantity, 0)) END AS units,
           %(whole)s OR (s.position IS NULL AND (SELECT everything FROM gone)) AS all_of_it
      FROM campaign_offers_redemptionline s JOIN uses u ON u.id = s.redemption_id
      LEFT JOIN orders_orderline l ON l.order_id = %(order)s AND l.position = s.position
), target AS MATERIALIZED (
    SELECT id, redemption_id, amount_minor, rolled_minor, units,
           CASE WHEN all_of_it OR (quantity > 0 AND units = quantity) THEN amount_minor
                WHEN quantity = 0 THEN 0
                ELSE amount_minor / quantity * units + least(units, amount_minor %% quantity) END AS rolls
      FROM due
), lines AS (
    UPDATE campaign_offers_redemptionline s
       SET rolled_minor = greatest(s.rolled_minor, t.rolls), rolled_quantity = greatest(s.rolled_quantity, t.units)
      FROM target t WHERE s.id = t.id AND (s.rolled_minor < t.rolls OR s.rolled_quantity < t.units)
), sums AS MATERIALIZED (
    SELECT t.redemption_id, sum(greatest(t.rolls - t.rolled_minor, 0))::bigint AS back,
           bool_and(greatest(t.rolls, t.rolled_minor) = t.amount_minor) AS whole
      FROM target t GROUP BY t.redemption_id
), changed AS MATERIALIZED (
    SELECT u.*, s.back, s.whole FROM uses u JOIN sums s ON s.redemption_id = u.id WHERE s.back > 0 OR s.whole
), redemptions AS (
    UPDATE campaign_offers_redemption r
       SET rolled_minor = r.rolled_minor + c.back, released_at = CASE WHEN c.whole THEN %(at)s::timestamptz END
      FROM changed c WHERE r.id = c.id
), open_codes AS MATERIALIZED (
    SELECT k.id FROM campaign_offers_code k
     WHERE k.max_uses IS NOT NULL AND k.uses > 0 AND k.id IN (SELECT code_id FROM changed WHERE whole)
     ORDER BY k.id FOR NO KEY UPDATE
), codes AS (
    UPDATE campaign_offers_code k SET uses = k.uses - 1 FROM open_codes o WHERE k.id = o.id AND k.uses > 0
    RETURNING k.id
), open_persons AS MATERIALIZED (
    SELECT p.id FROM campaign_offers_personuse p
     WHERE (p.offer_id, p.person) IN (SELECT offer_id, person FROM changed WHERE whole)
       AND (SELECT count(*) FROM codes) >= 0
     ORDER BY p.offer_id, p.person FOR NO KEY UPDATE
), persons AS (
    UPDATE campaign_offers_personuse p SET uses = greatest(p.uses - c.uses, 0)
      FROM open_persons l,
           (SELECT offer_id, person, count(*)::int AS uses FROM changed WHERE whole GROUP BY offer_id, person) c
     WHERE p.id = l.id AND p.offer_id = c.offer_id AND p.person = c.person
    RETURNING p.id
), open_offers AS MATERIALIZED (
    SELECT o.id FROM campaign_offers_offer o
     WHERE o.id IN (SELECT offer_id FROM changed) AND (o.budget_minor IS NOT NULL OR o.max_uses IS NOT NULL)
       AND (SELECT count(*) FROM persons) >= 0
     ORDER BY o.id FOR NO KEY UPDATE
), offers AS (
    UPDATE campaign_offers_offer o SET used_minor = greatest(o.used_minor - c.back, 0), uses = greatest(o.uses - c.uses, 0)
      FROM open_offers l,
           (SELECT offer_id, sum(back)::bigint AS back, count(*) FILTER (WHERE whole)::int AS uses
              FROM changed GROUP BY offer_id) c
     WHERE o.id = l.id AND o.id = c.offer_id
)
SELECT c.offer_id, c.customer_id, c.code_id, o.key, coalesce(v.definition->>'label', o.name), c.back, c.currency, c.whole
  FROM changed c
  JOIN campaign_offers_offer o ON o.id = c.offer_id
  JOIN campaign_offers_offerversion v ON v.id = c.version_id
 ORDER BY c.id
"""


def roll_back_order(*, order_id: UUID, whole: bool = False, at: datetime) -> int:
    """Give back what offers took off the units of an order that are cancelled or returned by now.

    A use is free again when all its lines are back. Safe to repeat. Two statements; none of a locked order's own.

    whole   all of it, whatever the lines say: the order is off.
    Locks   redemptions, codes, uses of the person, then offers: in ascending order each. The caller holds the order.
    Emits   CodeReleased for each code of which something came back.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ROLL_BACK, {"order": order_id, "whole": whole, "at": at})
        rows = cursor.fetchall()
    record(
        *(
            CodeReleased(
                order_id=order_id,
                offer_id=offer_id,
                customer_id=customer_id,
                code_id=code_id,
                offer_key=key,
                label=label,
                amount_minor=back,
                currency=currency,
                whole=is_whole,
            )
            for offer_id, customer_id, code_id, key, label, back, currency, is_whole in rows
            if code_id is not None
        ),
        by=SYSTEM,
        at=at,
    )
    return len(rows)
