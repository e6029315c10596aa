"""Orders in the words of a message: money, dates and places as people read them."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_date, format_datetime
from django.conf import settings

from campaigns.messages.queries.brand import brand_kit
from omnichannel.kernel.money import format_money
from orders.queries.links import order_status_token, payment_link_url
from orders.queries.messages import (
    get_change_for_message,
    get_fulfilment_for_message,
    get_order_for_message,
    get_payment_link_for_message,
    get_refund_for_message,
    get_return_for_message,
    list_latest_for_messages,
)


class _Words:
    """How one order's reader reads numbers and dates."""

    def __init__(self, order: dict[str, Any]) -> None:
        kit = brand_kit()
        self.locale = (order["locale"] or kit.locale or "en_US").replace("-", "_")
        self.currency = order["currency"]
        self.zone = _zone(kit.time_zone)

    def money(self, minor: int) -> str:
        return format_money(minor, self.currency, locale=self.locale)

    def day(self, at: datetime | None, zone: ZoneInfo | None = None) -> str:
        return format_date(at.astimezone(zone or self.zone), format="long", locale=self.locale) if at else ""

    def moment(self, at: datetime | None, zone: ZoneInfo | None = None) -> str:
        if at is None:
            return ""
        local = at.astimezone(zone or self.zone)
        return f"{format_date(local, format='long', locale=self.locale)} at {format_datetime(local, 'HH:mm', locale=self.locale)}"


def order_data(order_id: UUID) -> tuple[dict[str, Any], dict[str, Any]]:
    """(what the order is, what a template is filled with). Raises OrderNotFound."""
    order = get_order_for_message(order_id)
    words = _Words(order)
    sums = [{"label": "Items", "amount": words.money(order["items_minor"])}]
    for label, name in (("Discount", "discount_minor"), ("Shipping", "shipping_minor"), ("Tax", "tax_minor")):
        if order[name]:
            sums.append({"label": label, "amount": words.money(order[name])})
    if order["tax_included_minor"]:
        sums.append({"label": "Tax included", "amount": words.money(order["tax_included_minor"])})
    return order, {
        "number": order["number"],
        "first_name": order["first_name"],
        "placed_on": words.day(order["placed_at"]),
        "pay_until": words.moment(order["pay_until"]),
        "total": words.money(order["total_minor"]),
        "open": words.money(max(0, order["current_total_minor"] - order["paid_minor"] + order["refunded_minor"])),
        "lines": [
            {
                "name": line["name"],
                "options": _options(line["options"]),
                "quantity": line["quantity"],
                "total": words.money(line["total_minor"]),
            }
            for line in order["lines"]
        ],
        "sums": sums,
        "parts": [{"kind": part["kind"], "sentence": _part_sentence(part, words)} for part in order["fulfilments"]],
        "url": settings.ORDER_STATUS_PAGE.format(token=order_status_token(order_id)),
    }


def part_data(fulfilment_id: UUID, order: dict[str, Any], *, at: datetime) -> dict[str, Any]:
    part = get_fulfilment_for_message(fulfilment_id)
    words = _Words(order)
    store = part["store"] or {"name": "", "time_zone": "UTC", "opening_hours": {}, "phone": ""}
    zone = _zone(store["time_zone"])
    return {
        "kind": part["kind"],
        "store": {
            "name": store["name"],
            "address": _address(store),
            "phone": store["phone"],
            "hours_today": _hours_today(store["opening_hours"], at.astimezone(zone)),
        },
        "code": part["code"],
        "collect_until": words.day(part["collect_until"], zone),
        "lines": [_plain_line(line) for line in part["lines"]],
        "carrier": part["carrier"],
        "tracking_number": part["tracking_number"],
        "tracking_url": part["tracking_url"],
    }


def cancelled_data(
    change_id: UUID, order: dict[str, Any], *, whole: bool, refund_minor: int, lines: dict[str, int]
) -> dict[str, Any]:
    words = _Words(order)
    units = {str(line_id): count for line_id, count in lines.items()}
    shown = [
        _plain_line(line | {"quantity": units.get(str(line["id"]), line["quantity"])})
        for line in order["lines"]
        if whole or str(line["id"]) in units
    ]
    return {
        "whole": whole,
        "reason": get_change_for_message(change_id)["reason"],
        "refund": words.money(refund_minor) if refund_minor else "",
        "lines": shown,
    }


def refund_data(refund_id: UUID, order: dict[str, Any]) -> dict[str, Any]:
    refund = get_refund_for_message(refund_id)
    last4 = refund["method"].get("last4") or refund["method"].get("last_four")
    if refund["provider"] == "cash":
        method = "you in cash"
    else:
        method = f"your card ending in {last4}" if last4 else "the way you paid"
    return {"amount": _Words(order).money(refund["amount_minor"]), "method": method}


def return_data(return_id: UUID, order: dict[str, Any]) -> dict[str, Any]:
    row = get_return_for_message(return_id)
    return {
        "number": row["number"],
        "store": row["store"]["name"] if row["store"] else "",
        "refund": _Words(order).money(row["refund_minor"]) if row["refund_minor"] else "",
        "lines": [_plain_line(line) for line in row["lines"]],
    }


def link_data(payment_link_id: UUID, order: dict[str, Any]) -> dict[str, Any] | None:
    """None when it was paid or revoked in the meantime."""
    link = get_payment_link_for_message(payment_link_id)
    if not link["is_open"]:
        return None
    words = _Words(order)
    return {
        "amount": words.money(link["amount_minor"]),
        "expires_at": words.moment(link["expires_at"]),
        "url": payment_link_url(payment_link_id),
    }


def _plain_line(line: dict[str, Any]) -> dict[str, Any]:
    return {"name": line["name"], "options": _options(line["options"]), "quantity": line["quantity"], "total": ""}


def _options(options: dict[str, Any]) -> str:
    return ", ".join(str(value) for value in options.values())


def _part_sentence(part: dict[str, Any], words: _Words) -> str:
    if part["kind"] == "pickup" and part["store"]:
        ready = words.moment(part["promised_at"], _zone(part["store"]["time_zone"]))
        return f"To be collected at {part['store']['name']}" + (f", from {ready}." if ready else ".")
    if part["kind"] == "ship":
        return f"Sent to {part['ship_to'].get('line1', 'you')}, {part['ship_to'].get('city', '')}".rstrip(", ") + "."
    return f"Taken home from {part['store']['name']}." if part["store"] else "Taken home."


def _address(store: dict[str, Any]) -> str:
    town = " ".join(part for part in (store.get("region", ""), store.get("postal_code", "")) if part)
    return ", ".join(part for part in (store.get("line1", ""), store.get("city", ""), town) if part)


def _hours_today(hours: dict[str, Any], local: datetime) -> str:
    spans = hours.get(local.date().isoformat(), hours.get(str(local.isoweekday())))
    if spans is None:
        return ""
    return "Open today " + " and ".join(f"{start} to {end}" for start, end in spans) if spans else "Closed today"


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def list_latest_orders(limit: int) -> list[tuple[UUID, str]]:
    """Orders to try a template with: (id, what to call it)."""
    return list_latest_for_messages(limit)
