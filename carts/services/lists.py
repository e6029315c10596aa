"""Wish lists and what is saved for later. A customer's own; shared by a token that may only read."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from django.db import connection, transaction

from carts.errors import ItemUnavailable, ListItemMissing, ListMissing, SignInNeeded, TooManyLists, UnknownItem
from carts.facts import WishListItemAdded, WishListItemRemoved
from carts.models import WishList, WishListItem
from carts.queries.access import CartRef
from carts.rules.lines import LineWish, personalisation_key
from carts.services.lines import find_sellables, line_facts, require_cart_version
from carts.services.opening import Written, lock_or_open_cart
from carts.services.pricing import price_working_cart
from carts.services.working import lock_cart, mark_of, save_cart
from carts.states import ListKind
from catalog.queries import Sellable, list_sellables, match_code
from customers.queries import get_customer
from omnichannel.brand.queries import get_brand
from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from omnichannel.kernel.errors import Stale
from omnichannel.kernel.ids import new_token, uuid7

MAX_LISTS = 50
DEFAULT_NAME = "Wish list"
SAVED_NAME = "Saved for later"

# Pieces add up; the database keeps one row for each variant and personalisation.
_PUT = """
INSERT INTO carts_wishlistitem (
    id, wish_list_id, variant_id, personalisation, personalisation_key, quantity, note, price_seen_minor,
    channel, store_id, associate_id, added_at
) VALUES (%(id)s, %(list)s, %(variant)s, %(personalisation)s::jsonb, %(key)s, %(quantity)s, %(note)s, %(price)s,
          %(channel)s, %(store)s::uuid, %(associate)s::uuid, %(at)s)
ON CONFLICT (wish_list_id, variant_id, personalisation_key) DO UPDATE
   SET quantity = least(carts_wishlistitem.quantity + EXCLUDED.quantity, 9999),
       note = CASE WHEN EXCLUDED.note <> '' THEN EXCLUDED.note ELSE carts_wishlistitem.note END,
       price_seen_minor = EXCLUDED.price_seen_minor
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemWish:
    code: str
    quantity: int = 1
    personalisation: dict[str, str] | None = None
    note: str = ""


def create_list(*, customer_id: UUID, name: str) -> WishList:
    """One more list; the first is the default. Raises TooManyLists."""
    with transaction.atomic():
        _lock_customer(customer_id)
        mine = WishList.objects.filter(customer_id=customer_id, kind=ListKind.WISH)
        count = mine.count()
        if count >= MAX_LISTS:
            raise TooManyLists(maximum=MAX_LISTS)
        return WishList.objects.create(
            customer_id=customer_id, name=name, is_default=not mine.filter(is_default=True).exists()
        )


def rename_list(*, customer_id: UUID, list_id: UUID, name: str, expected_version: int | None = None) -> WishList:
    """Raises ListMissing, Stale."""
    with transaction.atomic():
        found = lock_list(customer_id, list_id, expected_version)
        found.name = name
        return _touch(found)


def delete_list(*, customer_id: UUID, list_id: UUID, expected_version: int | None = None) -> None:
    """The list and what is on it. Raises ListMissing, Stale."""
    with transaction.atomic():
        lock_list(customer_id, list_id, expected_version).delete()


def share_list(*, customer_id: UUID, list_id: UUID) -> str:
    """The token that lets others read the list; the same one until it is taken back. Raises ListMissing."""
    with transaction.atomic():
        found = lock_list(customer_id, list_id)
        if found.share_token is None:
            found.share_token = new_token()
            _touch(found)
        return found.share_token


def unshare_list(*, customer_id: UUID, list_id: UUID) -> None:
    """Raises ListMissing."""
    with transaction.atomic():
        found = lock_list(customer_id, list_id)
        found.share_token = None
        _touch(found)


def add_item(*, customer_id: UUID, list_id: UUID | None, wish: ItemWish, by: Context, at: datetime) -> WishList:
    """Put something on a list, the default one when none is named.

    Emits   WishListItemAdded.
    Raises  ListMissing, UnknownItem.
    """
    with transaction.atomic():
        found = _list(customer_id, list_id, ListKind.WISH)
        currency = list_currency(customer_id)
        sellables = list_sellables([], currency, at, codes=[wish.code])
        sold = match_code(wish.code, sellables.values())
        if sold is None:
            raise UnknownItem(pointer="/sku", code_given=wish.code)
        personalisation = wish.personalisation or {}
        _put(found, sold, sold.variant_id, wish.quantity, personalisation, wish.note, currency, by, at)
        return _touch(found)


def remove_item(*, customer_id: UUID, list_id: UUID, item_id: UUID, by: Context, at: datetime) -> WishList:
    """Emits WishListItemRemoved. Raises ListMissing, ListItemMissing."""
    with transaction.atomic():
        found = lock_list(customer_id, list_id)
        _take(found, item_id, by, at, to="")
        return _touch(found)


def move_line_to_list(
    *,
    ref: CartRef,
    line_id: UUID,
    kind: ListKind,
    list_id: UUID | None = None,
    by: Context,
    at: datetime,
    expected_version: int | None = None,
) -> Written:
    """Take a line out of the cart and onto a list of the cart's customer: saved for later, or a wish list.

    Locks   the cart, then the list.
    Emits   CartLineRemoved, WishListItemAdded.
    Raises  NoCart, CartClosed, Stale, LineMissing, ListMissing; SignInNeeded for a guest's cart.
    """
    with transaction.atomic():
        cart = lock_cart(ref, by=by, at=at)
        require_cart_version(cart, expected_version)
        if cart.customer_id is None:
            raise SignInNeeded()
        sellables = find_sellables(cart, at=at)
        line = cart.lines.remove(line_id)
        found = _list(cart.customer_id, list_id, kind)
        sold = sellables.get(line.variant_id)
        _put(found, sold, line.variant_id, line.quantity, dict(line.personalisation), line.note, cart.currency, by, at)
        _touch(found)
        facts = line_facts(cart, sellables, to={line.id: found.kind})
        version, document = save_cart(cart, price_working_cart(cart, sellables, at=at), facts=facts, by=by, at=at)
        return Written(cart.id, version, document)


def move_item_to_cart(*, customer_id: UUID, list_id: UUID, item_id: UUID, by: Context, at: datetime) -> Written:
    """Take something off a list and into the customer's cart.

    Locks   the cart, then the list.
    Emits   CartLineAdded, WishListItemRemoved, CartOpened.
    Raises  ListMissing, ListItemMissing, ItemUnavailable, QuantityTooLarge, TooManyLines.
    """
    with transaction.atomic():
        cart, opening = lock_or_open_cart(CartRef(customer_id=customer_id), by=by, at=at)
        found = lock_list(customer_id, list_id)
        item = _take(found, item_id, by, at, to="cart")
        _touch(found)
        sellables = list_sellables([item.variant_id, *(line.variant_id for line in cart.lines)], cart.currency, at)
        sold = sellables.get(item.variant_id)
        if sold is None or not sold.is_sellable or sold.price_minor is None:
            raise ItemUnavailable()
        cart.lines.add(
            LineWish(
                variant_id=item.variant_id, quantity=item.quantity, price_minor=sold.price_minor,
                personalisation=item.personalisation, note=item.note or None,
            ),
            line_id=uuid7(at), mark=mark_of(by, at, cart.by_name),
        )  # fmt: skip
        facts = (*opening, *line_facts(cart, sellables))
        version, document = save_cart(cart, price_working_cart(cart, sellables, at=at), facts=facts, by=by, at=at)
        return Written(cart.id, version, document)


def list_currency(customer_id: UUID) -> str:
    return get_customer(customer_id).currency or get_brand().default_currency


def lock_list(customer_id: UUID, list_id: UUID, expected_version: int | None = None) -> WishList:
    """Raises ListMissing, Stale."""
    found = WishList.objects.select_for_update(no_key=True).filter(pk=list_id, customer_id=customer_id).first()
    if found is None:
        raise ListMissing()
    if expected_version is not None and expected_version != found.version:
        raise Stale(version=found.version)
    return found


def _list(customer_id: UUID, list_id: UUID | None, kind: ListKind) -> WishList:
    """The named list, else the saved one or the default, made when there is none."""
    if list_id is not None:
        return lock_list(customer_id, list_id)
    wanted = {"kind": ListKind.SAVED} if kind == ListKind.SAVED else {"kind": ListKind.WISH, "is_default": True}
    mine = WishList.objects.select_for_update(no_key=True).filter(customer_id=customer_id, **wanted)
    found = mine.first()
    if found is None:
        # The unique constraint lets one of two first savers through; the other finds its list.
        name = SAVED_NAME if kind == ListKind.SAVED else DEFAULT_NAME
        WishList.objects.bulk_create([WishList(customer_id=customer_id, name=name, **wanted)], ignore_conflicts=True)
        found = mine.get()
    return found


def _put(
    found: WishList, sold: Sellable | None, variant_id: UUID, quantity: int, personalisation: dict[str, str], note: str,
    currency: str, by: Context, at: datetime,
) -> None:  # fmt: skip
    price = sold.price_minor if sold else None
    with connection.cursor() as cursor:
        cursor.execute(
            _PUT,
            {
                "id": uuid7(at), "list": found.pk, "variant": variant_id, "key": personalisation_key(personalisation),
                "personalisation": orjson.dumps(personalisation).decode(), "quantity": quantity, "note": note, "price": price,
                "channel": by.channel, "store": by.store_id, "associate": by.associate_id, "at": at,
            },
        )  # fmt: skip
    added = WishListItemAdded(
        list_id=found.pk, customer_id=found.customer_id, kind=found.kind, variant_id=variant_id, quantity=quantity,
        product_id=sold.product_id if sold else None, sku=sold.sku if sold else "", price_minor=price, currency=currency,
    )  # fmt: skip
    record(added, by=by, at=at)


def _take(found: WishList, item_id: UUID, by: Context, at: datetime, *, to: str) -> WishListItem:
    item = WishListItem.objects.select_related("variant").filter(pk=item_id, wish_list_id=found.pk).first()
    if item is None:
        raise ListItemMissing()
    item.delete()
    removed = WishListItemRemoved(
        list_id=found.pk, customer_id=found.customer_id, kind=found.kind, variant_id=item.variant_id,
        product_id=item.variant.product_id, sku=item.variant.sku, to=to,
    )  # fmt: skip
    record(removed, by=by, at=at)
    return item


def _touch(found: WishList) -> WishList:
    found.version += 1
    found.save(update_fields=["name", "share_token", "version"])
    return found


def _lock_customer(customer_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM customers_customer WHERE id = %s FOR NO KEY UPDATE", [customer_id])
