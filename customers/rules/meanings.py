"""What tracked events mean, in a sentence: Segment's vocabulary of shops, pages and mails. Pure."""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from omnichannel.events.ports import Describe, RecordedEvent
from omnichannel.kernel.money import format_money, minor_from_decimal

_WHERE: dict[str, str] = {
    "web": "on the website",
    "mobile": "in the app",
    "tablet": "on a store tablet",
    "pos": "at the till",
    "social": "on social media",
    "email": "in a mail",
}
_DEVICES = {"ios": "on the phone", "android": "on the phone", "mobile": "on the phone"}


def _said(template: str) -> Callable[[RecordedEvent], str]:
    """{thing} is the product or page, {where} the channel, {any other} the property of that name."""

    def sentence(event: RecordedEvent) -> str:
        words = template.format_map(_Words(event)) + _origin(event)
        return " ".join(words.split())

    return sentence


class _Words(dict[str, str]):
    def __init__(self, event: RecordedEvent) -> None:
        super().__init__(where=_where(event), thing=_thing(event.data))
        self._data = event.data

    def __missing__(self, key: str) -> str:
        value = self._data.get(key)
        return str(value)[:120] if isinstance(value, str | int | float) else ""


def _where(event: RecordedEvent) -> str:
    device = str(event.context.get("device") or "").lower()
    return _DEVICES.get(device) or _WHERE.get(event.channel, "")


def _thing(data: Mapping[str, Any]) -> str:
    for key in ("name", "title", "product_name", "sku", "product_id", "path", "url"):
        if isinstance(value := data.get(key), str | int) and str(value):
            return str(value)[:120]
    products = data.get("products")
    if isinstance(products, list) and products:
        first = products[0]
        name = _thing(first) if isinstance(first, Mapping) else ""
        rest = len(products) - 1
        return f"{name} and {rest} more" if rest and name else name or f"{len(products)} products"
    return "something"


def _origin(event: RecordedEvent) -> str:
    campaign, source = event.context.get("utm_campaign"), event.context.get("utm_source")
    if campaign:
        return f", from “{campaign}”" + (f" ({source})" if source else "")
    if event.context.get("gclid"):
        return ", from a Google ad"
    if event.context.get("fbclid"):
        return ", from Facebook or Instagram"
    return f", from {source}" if source else ""


def _page(event: RecordedEvent) -> str:
    page = event.context.get("page")
    shown = page if isinstance(page, Mapping) else {}
    title = event.data.get("name") or event.data.get("title") or shown.get("title") or event.data.get("path")
    title = title or shown.get("path") or "a page"
    return " ".join(f"Looked at {str(title)[:120]} {_where(event)}".split()) + _origin(event)


def _search(event: RecordedEvent) -> str:
    query = event.data.get("query") or event.data.get("search_term") or ""
    return " ".join(f"Searched for “{str(query)[:80]}” {_where(event)}".split()) + _origin(event)


def _order(verb: str) -> Callable[[RecordedEvent], str]:
    def sentence(event: RecordedEvent) -> str:
        number = event.data.get("order_id") or event.data.get("checkout_id") or ""
        total, currency = event.data.get("total", event.data.get("revenue")), event.data.get("currency")
        amount = ""
        if isinstance(total, int | float) and not isinstance(total, bool) and isinstance(currency, str):
            amount = f"for {_money(total, currency)}"
        return " ".join(f"{verb} {str(number)[:40]} {amount} {_where(event)}".split())

    return sentence


def _money(total: float, currency: str) -> str:
    try:
        return format_money(minor_from_decimal(Decimal(str(total)), currency), currency)
    except (InvalidOperation, ValueError, KeyError, OverflowError):
        return f"{total} {currency}"[:40]


#: The vocabulary; a name nobody knows reads as it stands (`tracked_sentence`).
MEANINGS: dict[str, Describe] = {
    "page": _page,
    "screen": _page,
    "identify": _said("Told {where} who they are"),
    "group": _said("Was named a member of {group_id}"),
    "alias": _said("Is known by another name {where}"),
    "Products Searched": _search,
    "Product List Viewed": _said("Looked through {category} {where}"),
    "Product List Filtered": _said("Narrowed a list down {where}"),
    "Product Clicked": _said("Opened {thing} {where}"),
    "Product Viewed": _said("Viewed {thing} {where}"),
    "Product Added": _said("Put {thing} into the cart {where}"),
    "Product Removed": _said("Took {thing} out of the cart {where}"),
    "Cart Viewed": _said("Looked at the cart {where}"),
    "Checkout Started": _said("Began to check out {where}"),
    "Checkout Step Viewed": _said("Came to step {step} of the checkout {where}"),
    "Checkout Step Completed": _said("Finished step {step} of the checkout {where}"),
    "Payment Info Entered": _said("Gave a means of payment {where}"),
    "Order Completed": _order("Completed order"),
    "Order Updated": _order("Changed order"),
    "Order Refunded": _order("Was refunded order"),
    "Order Cancelled": _order("Cancelled order"),
    "Promotion Viewed": _said("Saw the promotion {thing} {where}"),
    "Promotion Clicked": _said("Clicked the promotion {thing} {where}"),
    "Coupon Entered": _said("Entered the code {coupon_id} {where}"),
    "Coupon Applied": _said("Used the code {coupon_name} {where}"),
    "Coupon Denied": _said("A code was refused: {reason}"),
    "Coupon Removed": _said("Took a code off {where}"),
    "Product Added to Wishlist": _said("Put {thing} on a wish list {where}"),
    "Product Removed from Wishlist": _said("Took {thing} off a wish list {where}"),
    "Wishlist Product Added to Cart": _said("Moved {thing} from a wish list to the cart {where}"),
    "Product Shared": _said("Shared {thing} {where}"),
    "Cart Shared": _said("Shared the cart {where}"),
    "Product Reviewed": _said("Reviewed {thing}"),
    "Signed Up": _said("Signed up {where}"),
    "Signed In": _said("Logged in {where}"),
    "Signed Out": _said("Logged out {where}"),
    "Email Opened": _said("Opened the mail {subject}"),
    "Email Link Clicked": _said("Clicked a link in a mail"),
    "Application Opened": _said("Opened the app"),
    "Application Installed": _said("Installed the app"),
    "Install Attributed": _said("Installed the app"),
    "Push Notification Tapped": _said("Tapped a push message"),
}
