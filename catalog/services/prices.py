"""Prices: a change closes a row and opens another; what was charged is never overwritten."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from catalog.errors import PriceInPast
from catalog.facts import PriceChanged
from catalog.models import Price, Product, Variant
from catalog.rules.pricing import PriceChange, PriceSpan, plan_end, plan_none, plan_price
from catalog.services.copying import insert_prices
from catalog.services.data import PriceData
from catalog.services.documents import publish_products
from catalog.services.locking import lock_product
from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from omnichannel.kernel.errors import NotFound

CLOSE_PRICES = """
UPDATE catalog_price p SET valid_until = c.valid_until
  FROM unnest(%(ids)s::bigint[], %(untils)s::timestamptz[]) AS c (id, valid_until)
 WHERE p.id = c.id
"""


@dataclass(frozen=True, slots=True)
class VariantChange:
    """One price change of one variant, as it was planned."""

    variant: Variant
    currency: str
    is_sale: bool
    previous_minor: int | None
    change: PriceChange


def set_prices(
    *, variant_id: UUID, prices: Sequence[PriceData], expected_version: int | None = None, by: Context, at: datetime
) -> Product:
    """Set prices of one variant, now or later, in any currencies.

    Locks   the product.
    Emits   PriceChanged for each that changes something; none when all stand already.
    Raises  NotFound, Stale, PriceInPast.
    """
    with transaction.atomic():
        variant = find_variant(variant_id)
        product = lock_product(variant.product_id, expected_version)
        apply_prices(plan_prices([(variant, prices)], at), by=by, at=at)
    product.refresh_from_db(fields=["version"])
    return product


def end_price(
    *, variant_id: UUID, price_id: int, expected_version: int | None = None, by: Context, at: datetime
) -> Product:
    """End one price now; one that has not begun is withdrawn and never holds.

    Locks   the product.
    Emits   PriceChanged without an amount.
    Raises  NotFound, Stale.
    """
    with transaction.atomic():
        variant = find_variant(variant_id)
        product = lock_product(variant.product_id, expected_version)
        row = Price.objects.filter(pk=price_id, variant=variant, withdrawn_at=None).first()
        if row is None:
            raise NotFound()
        change = plan_end([_span(row)], price_id, at)
        if change:
            previous = row.amount_minor if row.valid_from <= at else None
            apply_prices([VariantChange(variant, row.currency, row.is_sale, previous, change)], by=by, at=at)
    product.refresh_from_db(fields=["version"])
    return product


def find_variant(variant_id: UUID) -> Variant:
    """Raises NotFound."""
    variant = Variant.objects.filter(pk=variant_id).first()
    if variant is None:
        raise NotFound()
    return variant


def plan_prices(wanted: Iterable[tuple[Variant, Sequence[PriceData]]], at: datetime) -> list[VariantChange]:
    """What setting these prices would change; nothing is written. One statement. The products are locked.

    Raises  PriceInPast.
    """
    wanted = [(variant, prices) for variant, prices in wanted if prices]
    for _, prices in wanted:
        for price in prices:
            check_span(price, at)
    standing: dict[tuple[UUID, str, bool], list[PriceSpan]] = defaultdict(list)
    known = [variant.pk for variant, _ in wanted]
    for row in Price.objects.filter(variant__in=known, withdrawn_at=None).exclude(valid_until__lte=at).order_by("id"):
        standing[row.variant_id, row.currency, row.is_sale].append(_span(row))
    changes = []
    for variant, prices in wanted:
        for price in prices:
            spans = standing[variant.pk, price.currency, price.is_sale]
            begins = price.valid_from or at
            if price.amount_minor is None:
                change = plan_none(spans, at)
            else:
                change = plan_price(spans, PriceSpan(price.amount_minor, begins, price.valid_until, price.is_sale))
            if change:
                previous = next((span.amount_minor for span in spans if span.holds(begins)), None)
                changes.append(VariantChange(variant, price.currency, price.is_sale, previous, change))
    return changes


def check_span(price: PriceData, at: datetime) -> None:
    """Raises PriceInPast when a price would begin before now, or end before it begins."""
    begins = price.valid_from or at
    if begins < at or (price.valid_until is not None and price.valid_until <= begins):
        raise PriceInPast()


def apply_prices(
    changes: Sequence[VariantChange],
    *,
    new: frozenset[UUID] = frozenset(),
    by: Context,
    at: datetime,
    publish: bool = True,
) -> None:
    """Write planned changes: close, withdraw, open, in that order, or the spans would overlap for a moment.

    new  variants added in the same write: their first price is no change, and no fact of its own.
    """
    if not changes:
        return
    closed = [pair for entry in changes for pair in entry.change.closed]
    withdrawn = [span.id for entry in changes for span in entry.change.withdrawn if span.id is not None]
    if closed:
        with connection.cursor() as cursor:
            cursor.execute(
                CLOSE_PRICES, {"ids": [span.id for span, _ in closed], "untils": [until for _, until in closed]}
            )
    if withdrawn:
        Price.objects.filter(pk__in=withdrawn).update(withdrawn_at=at)
    opened = [(entry.variant, entry.currency, span) for entry in changes for span in entry.change.opened]
    if opened:
        insert_prices(opened, by.actor, at)
    record(*(_fact(entry, at) for entry in changes if entry.variant.pk not in new), by=by, at=at)
    if publish:
        publish_products([entry.variant.product_id for entry in changes], at=at)


def _fact(entry: VariantChange, at: datetime) -> PriceChanged:
    opened = entry.change.opened[0] if entry.change.opened else None
    return PriceChanged(
        variant_id=entry.variant.pk,
        product_id=entry.variant.product_id,
        sku=entry.variant.sku,
        currency=entry.currency,
        is_sale=entry.is_sale,
        amount_minor=opened.amount_minor if opened else None,
        previous_minor=entry.previous_minor,
        valid_from=opened.valid_from if opened else at,
        valid_until=opened.valid_until if opened else None,
    )


def _span(row: Price) -> PriceSpan:
    return PriceSpan(row.amount_minor, row.valid_from, row.valid_until, row.is_sale, row.pk)
