"""Who belongs into an audience with which item, as things stand now. For given customers alone; one or two statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from campaigns.audiences.queries.stock import list_products_in_stock
from campaigns.audiences.rules.reading import CARTED, VIEWED, Rule
from catalog.queries.recommending import list_related
from omnichannel.kernel.channels import Channel
from omnichannel.kernel.ids import uuid7_floor

#: One (customer, product); None for a rule that means the customer as such.
Pair = tuple[UUID, UUID | None]
EVENTS = {VIEWED: "Product Viewed", CARTED: "cart.line_added"}


@dataclass(frozen=True, slots=True)
class Target:
    """variant_id is what was looked at or bought, where known. `cause_at` opens the rule's window."""

    variant_id: UUID | None
    reason: str
    cause_at: datetime
    expires_at: datetime | None
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Owned:
    """The newest purchase that stands of a product: cancelled and returned units do not count."""

    number: str
    channel: str
    place: str
    at: datetime

    @property
    def words(self) -> str:
        where = f"at {self.place}" if self.place else _WHERE.get(self.channel, "")
        return f"bought {where}, order {self.number}" if where else f"bought, order {self.number}"


_WHERE: dict[str, str] = {
    Channel.WEB: "on the website",
    Channel.MOBILE: "in the app",
    Channel.TABLET: "in a store",
    Channel.POS: "in a store",
    Channel.SOCIAL: "from a social post",
    Channel.PHONE: "by phone",
    Channel.MARKETPLACE: "on a marketplace",
}

# The id of an event is the time it was recorded, never before it happened: the bound keeps to the newest partitions.
# What lies in an open cart counts too, whoever's cart it was when it was put there.
INTERESTS = """
WITH known AS (
    SELECT id AS identity_id, customer_id FROM customers_identity WHERE customer_id = ANY(%(customers)s::uuid[])
     UNION
    SELECT id, id FROM unnest(%(customers)s::uuid[]) AS own (id)
), seen AS (
    SELECT known.customer_id, event.name, event.occurred_at, event.channel,
           coalesce(event.data->>'om_product_id', event.data->>'product_id') AS product,
           coalesce(event.data->>'om_variant_id', event.data->>'variant_id') AS variant
      FROM known
      JOIN events_event AS event ON event.identity_id = known.identity_id
     WHERE event.name = ANY(%(names)s::text[]) AND event.kind <> 'echo'
       AND event.occurred_at > %(since)s AND event.id >= %(floor)s
     UNION ALL
    SELECT cart.customer_id, 'cart.line_added', line.added_at, line.added_channel,
           variant.product_id::text, variant.id::text
      FROM carts_cart AS cart
      JOIN carts_cartline AS line ON line.cart_id = cart.id
      JOIN catalog_variant AS variant ON variant.id = line.variant_id
     WHERE cart.customer_id = ANY(%(customers)s::uuid[]) AND cart.status = 'open'
       AND line.added_at > %(since)s AND 'cart.line_added' = ANY(%(names)s::text[])
), grouped AS (
    SELECT customer_id, product,
           (array_agg(variant ORDER BY occurred_at DESC) FILTER (WHERE variant IS NOT NULL))[1] AS variant,
           count(*) FILTER (WHERE name = 'Product Viewed') AS views,
           bool_or(name = 'cart.line_added') AS carted,
           max(occurred_at) AS newest,
           (array_agg(channel ORDER BY occurred_at DESC))[1] AS channel
      FROM seen
     WHERE product ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'
     GROUP BY customer_id, product
)
SELECT grouped.customer_id, product.id,
       (SELECT id FROM catalog_variant WHERE id::text = grouped.variant AND product_id = product.id),
       grouped.views, grouped.carted, grouped.newest, grouped.channel
  FROM grouped
  JOIN catalog_product AS product ON product.id = grouped.product::uuid AND product.status = 'active'
  LEFT JOIN catalog_category AS category ON category.id = product.category_id
 WHERE %(category)s = '' OR category.path = %(category)s OR starts_with(category.path, %(category)s || '/')
"""

OWNED = """
SELECT DISTINCT ON (orders.customer_id, variant.product_id)
       orders.customer_id, variant.product_id, orders.number, orders.channel, coalesce(store.name, ''),
       coalesce(orders.confirmed_at, orders.placed_at)
  FROM orders_order AS orders
  JOIN orders_orderline AS line ON line.order_id = orders.id
  JOIN catalog_variant AS variant ON variant.id = line.variant_id
  LEFT JOIN stores_store AS store ON store.id = orders.store_id
 WHERE orders.customer_id = ANY(%(customers)s::uuid[]) AND orders.status IN ('confirmed', 'completed')
   AND line.quantity > line.cancelled_quantity + line.returned_quantity
 ORDER BY orders.customer_id, variant.product_id, orders.placed_at DESC
"""

SEGMENTED = """
SELECT customer_id, valid_from, reason FROM customers_label
 WHERE customer_id = ANY(%(customers)s::uuid[]) AND kind = 'segment' AND key = %(key)s AND valid_until IS NULL
"""


def list_owned(customer_ids: Sequence[UUID]) -> dict[Pair, Owned]:
    """What these customers own of us, by (customer, product). One statement."""
    with connection.cursor() as cursor:
        cursor.execute(OWNED, {"customers": list(customer_ids)})
        return {(row[0], row[1]): Owned(*row[2:]) for row in cursor.fetchall()}


def list_targets(
    rule: Rule, customer_ids: Sequence[UUID], *, owned: Mapping[Pair, Owned], at: datetime
) -> dict[Pair, Target]:
    """Everything the rule wants of these customers."""
    match rule.kind:
        case "viewed_or_carted_not_bought":
            return _interests(rule, customer_ids, owned, at)
        case "related_to_bought":
            return _related(rule, customer_ids, owned, at)
        case "segment":
            return _segmented(rule, customer_ids)
    return {}


def _interests(
    rule: Rule, customer_ids: Sequence[UUID], owned: Mapping[Pair, Owned], at: datetime
) -> dict[Pair, Target]:
    since = at - timedelta(days=rule.within_days)
    with connection.cursor() as cursor:
        cursor.execute(
            INTERESTS,
            {
                "customers": list(customer_ids),
                "names": [EVENTS[each] for each in rule.did],
                "since": since,
                "floor": uuid7_floor(since),
                "category": rule.category,
            },
        )
        rows = cursor.fetchall()
    return {
        (customer_id, product_id): Target(
            variant_id=variant_id,
            reason=_interest_words(views, carted, channel),
            cause_at=newest,
            expires_at=newest + timedelta(days=rule.within_days),
        )
        for customer_id, product_id, variant_id, views, carted, newest, channel in rows
        if (customer_id, product_id) not in owned
    }


def _interest_words(views: int, carted: bool, channel: str) -> str:
    times = "" if views < 2 else " twice" if views == 2 else f" {views} times"
    looked = f"looked at it{times}" if views else ""
    did = " and ".join(part for part in (looked, "put it in the cart" if carted else "") if part)
    where = {
        Channel.WEB: "on the website",
        Channel.MOBILE: "in the app",
        Channel.TABLET: "in a store",
        Channel.POS: "in a store",
        Channel.SOCIAL: "on social media",
    }.get(Channel(channel) if channel in Channel.values else Channel.SYSTEM, "")
    return f"{did} {where}".strip()


def _related(rule: Rule, customer_ids: Sequence[UUID], owned: Mapping[Pair, Owned], at: datetime) -> dict[Pair, Target]:
    since = at - timedelta(days=rule.within_days)
    recent: dict[UUID, dict[UUID, Owned]] = {}
    for (customer_id, product_id), purchase in owned.items():
        if purchase.at > since and product_id is not None:
            recent.setdefault(customer_id, {})[product_id] = purchase
    if not recent:
        return {}
    bought = {product_id for mine in recent.values() for product_id in mine}
    related = [
        each
        for each in list_related(sorted(bought), kinds=rule.relations, day=at.date())
        if not rule.category
        or each.category_path == rule.category
        or each.category_path.startswith(f"{rule.category}/")
    ]
    in_stock = list_products_in_stock({each.product_id for each in related}, at=at)
    found: dict[Pair, Target] = {}
    for customer_id, mine in recent.items():
        # Something that goes with several of the things bought comes first among equals.
        votes: dict[UUID, int] = {}
        for each in related:
            votes[each.product_id] = votes.get(each.product_id, 0) + (each.because_id in mine)
        rank = 0
        for each in sorted(
            (each for each in related if each.because_id in mine),
            key=lambda each: (-each.fit, -votes[each.product_id], each.position, str(each.product_id)),
        ):
            pair = (customer_id, each.product_id)
            if rank >= rule.most or pair in found or pair in owned or each.product_id not in in_stock:
                continue
            purchase = mine[each.because_id]
            found[pair] = Target(
                variant_id=None,
                reason=f"goes with {each.because_name}, {purchase.words}"[:200],
                cause_at=purchase.at,
                expires_at=purchase.at + timedelta(days=rule.within_days),
                rank=rank,
            )
            rank += 1
    return found


def _segmented(rule: Rule, customer_ids: Sequence[UUID]) -> dict[Pair, Target]:
    with connection.cursor() as cursor:
        cursor.execute(SEGMENTED, {"customers": list(customer_ids), "key": rule.segment})
        return {
            (customer_id, None): Target(
                variant_id=None, reason=reason or "is in the segment", cause_at=since, expires_at=None
            )
            for customer_id, since, reason in cursor.fetchall()
        }
