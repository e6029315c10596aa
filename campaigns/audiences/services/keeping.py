"""Keeping audiences true: what the rules want of some customers is compared with what stands, and put right.

Run as often as one likes, in any order: what comes out depends on the state of things alone.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from campaigns.audiences.facts import AudienceItemAdded, AudienceItemRemoved
from campaigns.audiences.models import Audience, AudienceItem
from campaigns.audiences.queries.stock import list_products_in_stock
from campaigns.audiences.queries.targets import Owned, Pair, Target, list_owned, list_targets
from campaigns.audiences.rules.reading import INTEREST, JOURNEY, RELATED, SEGMENT, read_rule
from campaigns.audiences.services.members import plan_members
from campaigns.audiences.states import ItemSource
from catalog.models import Product
from customers.models import Customer
from customers.queries.permission import Permission, list_permissions
from omnichannel.events.facts import Fact
from omnichannel.events.services import record
from omnichannel.kernel.context import SYSTEM, Context

ADS, ADVERTISING = "ads", "advertising"
#: Customers worked on together; each audience costs a few statements for all of them.
TOGETHER = 200
BOUGHT_PREFIX = "bought"

# Two handlers of one customer would both see the old items; in key order, so that no two wait for each other.
LOCK = """
SELECT pg_advisory_xact_lock(hashtextextended('audiences:' || id::text, 0))
  FROM (SELECT id FROM unnest(%s::uuid[]) AS wanted (id) ORDER BY id) AS ordered
"""


@dataclass(slots=True)
class Changes:
    """What a run put right."""

    added: int = 0
    removed: int = 0
    facts: list[Fact] = field(default_factory=list)


def refresh_customers(
    *, customer_ids: Collection[UUID], at: datetime, only: Collection[UUID] = (), by: Context = SYSTEM
) -> Changes:
    """Bring the audiences (`only` these, else all that are live) up to date for these customers.

    Locks  the customers' audience items.
    Emits  AudienceItemAdded, AudienceItemRemoved.
    """
    wanted = sorted(set(customer_ids))
    changes = Changes()
    audiences = Audience.objects.filter(is_live=True).prefetch_related("destinations").order_by("pk")
    found = list(audiences.filter(pk__in=only) if only else audiences)
    for start in range(0, len(wanted), TOGETHER):
        _refresh(found, wanted[start : start + TOGETHER], changes, at=at, by=by)
    return changes


def _refresh(
    audiences: Sequence[Audience], ids: Sequence[UUID], changes: Changes, *, at: datetime, by: Context
) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(LOCK, [list(ids)])
        kinds = {audience.rule.get("kind") for audience in audiences}
        owned = list_owned(ids) if kinds & {INTEREST, RELATED} else {}
        permissions = list_permissions(ids, channel=ADS, purpose=ADVERTISING, at=at)
        open_items: dict[UUID, dict[Pair, AudienceItem]] = {}
        rows = AudienceItem.objects.filter(audience__in=audiences, customer__in=ids, removed_at=None)
        for item in rows.select_related("product"):
            open_items.setdefault(item.audience_id, {})[(item.customer_id, item.product_id)] = item
        # A record that became part of another has a past of its own, and nobody behind it.
        merged = set(Customer.objects.filter(pk__in=ids, merged_into__isnull=False).values_list("pk", flat=True))
        facts: list[Fact] = []
        for audience in audiences:
            facts += _settle(audience, ids, owned, permissions, merged, open_items.get(audience.pk, {}), at=at)
        if facts:
            record(*facts, by=by, at=at)
        changes.facts += facts
        changes.added += sum(isinstance(fact, AudienceItemAdded) for fact in facts)
        changes.removed += sum(isinstance(fact, AudienceItemRemoved) for fact in facts)
        plan_members(customer_ids=ids, permissions=permissions, at=at)


def _settle(
    audience: Audience,
    ids: Sequence[UUID],
    owned: Mapping[Pair, Owned],
    permissions: Mapping[UUID, Permission],
    merged: Collection[UUID],
    standing: Mapping[Pair, AudienceItem],
    *,
    at: datetime,
) -> list[Fact]:
    rule = read_rule(audience.rule)
    by_rule = {pair: item for pair, item in standing.items() if item.source == ItemSource.RULE}
    targets = list_targets(rule, ids, owned=owned, at=at) if rule.kind != JOURNEY else {}
    # Who said no to advertising is in no audience that is for advertising, whoever put them there.
    refused = {
        customer_id
        for customer_id in ids
        if permissions[customer_id].code == "withdrawn" and any(each.is_on for each in audience.destinations.all())
    }
    targets = {pair: target for pair, target in targets.items() if pair[0] not in refused and pair[0] not in merged}
    gone = [item for pair, item in by_rule.items() if pair not in targets]
    gone += [item for pair, item in standing.items() if pair not in by_rule and pair[0] in refused]
    fresh = {pair: target for pair, target in targets.items() if pair not in standing}
    _move_on(by_rule, targets)
    removed = _remove(audience, rule.kind, gone, owned, permissions, refused, at=at)
    return removed + _add(audience, fresh, at=at)


def _move_on(standing: Mapping[Pair, AudienceItem], targets: Mapping[Pair, Target]) -> None:
    """A newer view keeps an item longer; no fact, and no new row."""
    moved = []
    for pair, item in standing.items():
        target = targets.get(pair)
        if target is None or (item.cause_at, item.expires_at, item.rank) == (
            target.cause_at,
            target.expires_at,
            target.rank,
        ):
            continue
        item.cause_at, item.expires_at, item.rank = target.cause_at, target.expires_at, target.rank
        item.reason, item.variant_id = target.reason[:200], target.variant_id or item.variant_id
        moved.append(item)
    if moved:
        AudienceItem.objects.bulk_update(moved, ["cause_at", "expires_at", "rank", "reason", "variant"])


def _add(audience: Audience, fresh: Mapping[Pair, Target], *, at: datetime) -> list[Fact]:
    if not fresh:
        return []
    names = dict(Product.objects.filter(pk__in={pair[1] for pair in fresh if pair[1]}).values_list("pk", "name"))
    back = _given_back(audience, fresh)
    made = [
        AudienceItem(
            audience=audience,
            customer_id=customer_id,
            product_id=product_id,
            variant_id=target.variant_id,
            rank=target.rank,
            reason=("given back, and " if (customer_id, product_id) in back else "") + target.reason[:180],
            cause_at=target.cause_at,
            expires_at=target.expires_at,
            added_at=at,
        )
        for (customer_id, product_id), target in fresh.items()
    ]
    AudienceItem.objects.bulk_create(made, ignore_conflicts=True)
    return [added(audience, item, names.get(item.product_id) if item.product_id else None) for item in made]


def _given_back(audience: Audience, fresh: Mapping[Pair, Target]) -> set[Pair]:
    """Pairs that last left because they were bought, and are here again: the purchase does not stand any more."""
    wanted = Q(pk__in=[])
    for customer_id in {pair[0] for pair in fresh}:
        wanted |= Q(customer_id=customer_id, product__in=[pair[1] for pair in fresh if pair[0] == customer_id])
    last = (
        AudienceItem.objects.filter(wanted, audience=audience, removed_at__isnull=False)
        .order_by("customer_id", "product_id", "-removed_at")
        .distinct("customer_id", "product_id")
        .values_list("customer_id", "product_id", "removed_reason")
    )
    return {(customer, product) for customer, product, reason in last if reason.startswith(BOUGHT_PREFIX)}


def _remove(
    audience: Audience,
    kind: str,
    gone: Sequence[AudienceItem],
    owned: Mapping[Pair, Owned],
    permissions: Mapping[UUID, Permission],
    refused: Collection[UUID],
    *,
    at: datetime,
) -> list[Fact]:
    if not gone:
        return []
    in_stock = (
        list_products_in_stock({item.product_id for item in gone if item.product_id}, at=at)
        if kind == RELATED
        else set()
    )
    for item in gone:
        item.removed_at = at
        item.removed_reason = _why_gone(item, kind, owned, permissions, refused, in_stock, at=at)[:200]
    AudienceItem.objects.bulk_update(gone, ["removed_at", "removed_reason"])
    return [removed(audience, item) for item in gone]


def _why_gone(
    item: AudienceItem,
    kind: str,
    owned: Mapping[Pair, Owned],
    permissions: Mapping[UUID, Permission],
    refused: Collection[UUID],
    in_stock: Collection[UUID],
    *,
    at: datetime,
) -> str:
    if item.customer_id in refused:
        return permissions[item.customer_id].reason.rstrip(".")
    if purchase := owned.get((item.customer_id, item.product_id)):
        return purchase.words
    if item.expires_at is not None and item.expires_at <= at:
        return "too long ago"
    if kind == SEGMENT:
        return "left the segment"
    if item.product is not None and item.product.status != "active":
        return "not on sale any more"
    if kind == RELATED:
        return "sold out" if item.product_id not in in_stock else "what it goes with is not theirs any more"
    return "the rule does not want it any more"


def added(audience: Audience, item: AudienceItem, name: str | None) -> AudienceItemAdded:
    return AudienceItemAdded(**_about(audience, item, name), reason=item.reason)


def removed(audience: Audience, item: AudienceItem) -> AudienceItemRemoved:
    return AudienceItemRemoved(
        **_about(audience, item, item.product.name if item.product else None), reason=item.removed_reason
    )


def _about(audience: Audience, item: AudienceItem, name: str | None) -> dict[str, Any]:
    return {
        "audience_id": audience.pk,
        "audience_key": audience.key,
        "audience": audience.name,
        "customer_id": item.customer_id,
        "product_id": item.product_id,
        "item": name or "The customer",
    }


def customers_of(audience_id: UUID, *, at: datetime) -> Iterable[UUID]:
    """Everybody with an open item in an audience."""
    rows = AudienceItem.objects.filter(audience_id=audience_id, removed_at=None)
    return rows.values_list("customer_id", flat=True).distinct()
