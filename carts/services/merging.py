"""A guest's cart into a customer's, by a stated rule, reported line by line, and undone until the order is placed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from carts.errors import CartClosed, MergeMissing, MergeUndone, NoCart, TokenUnknown
from carts.facts import CartFact, CartMerged, CartMergeUndone
from carts.models import CartAccess, CartCode, CartMerge
from carts.ports import Mark, SnapshotCode
from carts.queries.access import CartRef, internally
from carts.queries.documents import find_stored_cart
from carts.rules.lines import Line, LineWish
from carts.rules.merging import MergedLine, Offer, plan_merge, show_merged_line, undone_quantity
from carts.services.lines import require_cart_version, write_lines
from carts.services.opening import Written, lock_or_open_cart
from carts.services.pricing import Sellables
from carts.services.working import WorkingCart, lock_cart, mark_of
from carts.states import CartStatus
from catalog.queries import list_sellables
from customers.queries import get_customer
from omnichannel.kernel.context import Context
from omnichannel.kernel.ids import token_hash, uuid7
from stores.queries import list_available_to_sell

_FIND_GUEST = """
SELECT c.id, c.customer_id FROM carts_cart c WHERE c.token_hash = %(hash)s
UNION ALL
SELECT c.id, c.customer_id FROM carts_cartaccess a JOIN carts_cart c ON c.id = a.cart_id
 WHERE a.token_hash = %(hash)s AND a.reason <> 'link' AND a.expires_at > %(at)s
"""
_MOVE_CODES = """
INSERT INTO carts_cartcode (cart_id, code, resolver, added_at)
SELECT %(target)s, code, resolver, %(at)s FROM carts_cartcode WHERE cart_id = %(source)s ORDER BY id
ON CONFLICT (cart_id, code) DO NOTHING
RETURNING code, resolver
"""


@dataclass(frozen=True, slots=True)
class Merged:
    merge_id: UUID
    strategy: str
    report: list[dict[str, Any]]
    written: Written


def merge_by_token(*, customer_id: UUID, token: str, by: Context, at: datetime, strategy: str | None = None) -> Merged:
    """Merge the guest cart this token opens into the customer's open cart. Raises TokenUnknown, CartClosed."""
    with connection.cursor() as cursor:
        cursor.execute(_FIND_GUEST, {"hash": token_hash(token), "at": at})
        found = cursor.fetchone()
    if found is None or found[1] is not None:
        raise TokenUnknown(pointer="/token")
    return merge_carts(source_id=found[0], customer_id=customer_id, by=by, at=at, strategy=strategy)


def attach_cart(*, ref: CartRef, customer_id: UUID, by: Context, at: datetime, strategy: str | None = None) -> Merged:
    """A cart of nobody, opened for a walk-in or handed over by a guest, goes into the cart of who stands there.

    ref     the cart as the caller may reach it.
    Raises  CustomerNotFound, NoCart when the cart is somebody's already, CartClosed.
    """
    customer = get_customer(customer_id)
    stored = find_stored_cart(ref, at=at)
    if stored is None or stored.customer_id is not None:
        raise NoCart()
    return merge_carts(source_id=stored.id, customer_id=customer.pk, by=by, at=at, strategy=strategy)


@dataclass(frozen=True, slots=True)
class CustomerMerge:
    """Two customers became one: the cart merged was another customer's."""

    merge_id: UUID
    from_id: UUID


def merge_carts(
    *,
    source_id: UUID,
    customer_id: UUID,
    by: Context,
    at: datetime,
    strategy: str | None = None,
    because: CustomerMerge | None = None,
) -> Merged:
    """Take a cart that belongs to nobody into the customer's; theirs is opened when there is none.

    strategy  `CART_MERGE_STRATEGY` when not given.
    because   for a merge of customers: the cart may be the other one's.
    Locks   both carts: the customer's, then the guest's. No other path locks two, and none of those waits for
            a customer's cart while it holds a guest's.
    Emits   CartMerged, the lines' own facts, CartOpened.
    Raises  CartClosed when the guest cart was merged or placed already; NoCart.
    """
    chosen = strategy or settings.CART_MERGE_STRATEGY
    with transaction.atomic():
        target, opening = lock_or_open_cart(CartRef(customer_id=customer_id), by=by, at=at)
        source = lock_cart(internally(source_id), by=by, at=at)
        if source.customer_id != (because.from_id if because else None):
            raise NoCart()
        sellables = list_sellables(
            list({line.variant_id for cart in (source, target) for line in cart.lines}), target.currency, at
        )
        before = [_kept(line) for line in target.lines]
        plan = plan_merge(chosen, list(source.lines), list(target.lines), _offers(source, sellables, at))
        mark = mark_of(by, at, target.by_name)
        for merged in plan:
            _apply(target, merged, mark, at)
        moved: dict[str, Any] = {
            "codes": _move_codes(target, source.id, at),
            "accesses": _move_accesses(source.id, target.id),
        }
        if not target.email:
            target.email = moved["email"] = source.email
        report = [_row(merged, sellables, target.currency) for merged in plan]
        merge = CartMerge.objects.create(
            source_id=source.id,
            target_id=target.id,
            strategy=chosen,
            report=report,
            merged_at=at,
            customer_merge_id=because.merge_id if because else None,
            before={"lines": before, "plan": _deltas(plan), **moved},
        )
        _set_status(source.id, CartStatus.MERGED, at)
        fact: CartFact = CartMerged(
            cart_id=target.id, customer_id=customer_id, version=target.version + 1, merge_id=merge.id,
            source_cart_id=source.id, strategy=chosen, report=report,
        )  # fmt: skip
        written = write_lines(target, sellables, before=opening, after=[fact], by=by, at=at)
    return Merged(merge.id, chosen, report, written)


def undo_merge(
    *, ref: CartRef, merge_id: UUID, by: Context, at: datetime, expected_version: int | None = None
) -> Written:
    """Take a merge back: the customer's lines as they were, what was done since kept; the guest's cart open again.

    Locks   the customer's cart, then the guest's.
    Emits   CartMergeUndone and the lines' own facts.
    Raises  MergeMissing, MergeUndone, CartClosed once an order was placed, NoCart, Stale.
    """
    with transaction.atomic():
        target = lock_cart(ref, by=by, at=at)
        require_cart_version(target, expected_version)
        merge = CartMerge.objects.filter(pk=merge_id, target_id=target.id).first()
        if merge is None:
            raise MergeMissing()
        if merge.undone_at is not None:
            raise MergeUndone()
        source = lock_cart(internally(merge.source_id), by=by, at=at, closed_too=True)
        if source.status != CartStatus.MERGED:
            raise CartClosed(status=source.status)
        variants = {line.variant_id for line in target.lines} | {
            UUID(entry["variant_id"]) for entry in merge.before["plan"]
        }
        sellables = list_sellables(list(variants), target.currency, at)
        kept = {(entry["variant_id"], entry["personalisation_key"]): entry for entry in merge.before["lines"]}
        mark = mark_of(by, at, target.by_name)
        for entry in merge.before["plan"]:
            _take_back(target, entry, kept.get((entry["variant_id"], entry["personalisation_key"])), mark)
        _give_back(target, source.id, merge.before)
        merge.undone_at = at
        merge.save(update_fields=["undone_at"])
        _set_status(source.id, CartStatus.OPEN, at)
        fact = CartMergeUndone(
            cart_id=target.id,
            customer_id=target.customer_id,
            version=target.version + 1,
            merge_id=merge.id,
            source_cart_id=source.id,
        )
        return write_lines(target, sellables, after=[fact], by=by, at=at)


def _apply(target: WorkingCart, merged: MergedLine, mark: Mark, at: datetime) -> None:
    if merged.after == merged.before:
        return
    guest = merged.guest
    if merged.target is None:
        target.lines.add(
            LineWish(
                variant_id=guest.variant_id, quantity=merged.after, price_minor=guest.price_seen_minor,
                personalisation=guest.personalisation, is_gift=guest.is_gift, note=guest.note,
                fulfilment_kind=guest.fulfilment_kind, fulfilment_store_id=guest.fulfilment_store_id,
            ),
            line_id=uuid7(at), mark=mark, added=guest.added,
        )  # fmt: skip
        return
    target.lines.change(merged.target.id, mark=mark, quantity=merged.after)


def _take_back(target: WorkingCart, entry: Mapping[str, Any], kept: Mapping[str, Any] | None, mark: Mark) -> None:
    key = UUID(entry["variant_id"]), entry["personalisation_key"]
    line = target.lines.find(*key)
    current = line.quantity if line else 0
    quantity = undone_quantity(current, entry["before"], entry["after"])
    if line is None or quantity == current:
        return
    untouched = current == entry["after"] and kept is not None
    if untouched and kept is not None:
        target.lines.restore(_restored(line, kept))
    else:
        target.lines.change(line.id, mark=mark, quantity=quantity)


def _offers(source: WorkingCart, sellables: Sellables, at: datetime) -> dict[UUID, Offer]:
    tracked = [
        line.variant_id
        for line in source.lines
        if (sold := sellables.get(line.variant_id)) and sold.stock_policy == "tracked"
    ]
    left = list_available_to_sell(tracked, None, at=at) if tracked else {}
    return {
        variant_id: Offer(
            sold.price_minor if sold.is_sellable else None,
            left.get(variant_id, 0) if sold.stock_policy == "tracked" else None,
        )
        for variant_id, sold in sellables.items()
    }


def _row(merged: MergedLine, sellables: Sellables, currency: str) -> dict[str, Any]:
    sold = sellables.get(merged.guest.variant_id)
    name = " ".join(filter(None, (sold.product_name, sold.variant_name))) if sold else ""
    return show_merged_line(merged, sku=sold.sku if sold else "", name=name, currency=currency)


def _deltas(plan: list[MergedLine]) -> list[dict[str, Any]]:
    return [
        {
            "variant_id": str(merged.guest.variant_id),
            "personalisation_key": merged.guest.personalisation_key,
            "before": merged.before,
            "after": merged.after,
        }
        for merged in plan
    ]


def _kept(line: Line) -> dict[str, Any]:
    """A line as it must be put back when a merge is undone and nobody touched it since."""
    mark = line.changed
    return {
        "variant_id": str(line.variant_id),
        "personalisation_key": line.personalisation_key,
        "quantity": line.quantity,
        "price_seen_minor": line.price_seen_minor,
        "changed": {
            name: str(value) if isinstance(value, UUID) else value
            for name in Mark.__slots__
            if (value := getattr(mark, name)) is not None
        },
    }


def _restored(line: Line, kept: Mapping[str, Any]) -> Line:
    marks = kept["changed"]
    ids = {name: UUID(marks[name]) if name in marks else None for name in ("store_id", "device_id", "associate_id")}
    changed = Mark(channel=marks["channel"], by_name=marks.get("by_name", ""), at=marks["at"], **ids)
    return replace(line, quantity=kept["quantity"], price_seen_minor=kept["price_seen_minor"], changed=changed)


def _move_codes(target: WorkingCart, source_id: UUID, at: datetime) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_MOVE_CODES, {"target": target.id, "source": source_id, "at": at})
        moved = [SnapshotCode(*row) for row in cursor.fetchall()]
    target.codes.extend(moved)
    return [entry.code for entry in moved]


def _move_accesses(source_id: UUID, target_id: UUID) -> list[str]:
    """Devices that had the guest's cart in hand go on with the customer's."""
    ids = [
        str(pk)
        for pk in CartAccess.objects.filter(cart_id=source_id, device_id__isnull=False).values_list("pk", flat=True)
    ]
    CartAccess.objects.filter(pk__in=ids).update(cart_id=target_id)
    return ids


def _give_back(target: WorkingCart, source_id: UUID, before: Mapping[str, Any]) -> None:
    codes = before.get("codes", [])
    CartCode.objects.filter(cart_id=target.id, code__in=codes).delete()
    target.codes = [entry for entry in target.codes if entry.code not in codes]
    CartAccess.objects.filter(pk__in=before.get("accesses", [])).update(cart_id=source_id)
    if target.email and target.email == before.get("email"):
        target.email = ""


def _set_status(cart_id: UUID, status: CartStatus, at: datetime) -> None:
    closed_at = at if status == CartStatus.MERGED else None
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE carts_cart SET status = %s, closed_at = %s, version = version + 1, last_activity_at = %s WHERE id = %s",
            [status, closed_at, at, cart_id],
        )
