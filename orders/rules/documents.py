"""An order as its readers see it, from the rows of its tables: one shape whether read back or just placed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OrderRows:
    """The rows of one order, as dictionaries by column."""

    order: Row
    lines: Sequence[Row]
    adjustments: Sequence[Row] = ()
    payments: Sequence[Row] = ()
    refunds: Sequence[Row] = ()
    fulfilments: Sequence[Row] = ()
    fulfilment_lines: Sequence[Row] = ()
    history: Sequence[Row] = ()
    changes: Sequence[Row] = ()
    returns: Sequence[Row] = ()
    return_lines: Sequence[Row] = ()
    pickup_codes: Mapping[str, str] = field(default_factory=dict)


def render_order(rows: OrderRows) -> dict[str, Any]:
    """The document for the buyer and for those who serve them. Pickup codes are there only when `pickup_codes` is."""
    order = rows.order
    currency = order["currency"]

    def money(amount: int) -> dict[str, Any]:
        return {"amount_minor": amount, "currency": currency}

    def money_or_none(amount: int | None) -> dict[str, Any] | None:
        return None if amount is None else money(amount)

    open_minor = max(0, order["current_total_minor"] - order["paid_minor"] + order["refunded_minor"])
    return {
        "id": str(order["id"]),
        "number": order["number"],
        "status": order["status"],
        "payment_status": order["payment_status"],
        "source": order["source"],
        "external_id": order["external_id"],
        "channel": order["channel"],
        "store_id": _text(order["store_id"]),
        "customer_id": _text(order["customer_id"]),
        "cart_id": _text(order["cart_id"]),
        "email": order["email"],
        "currency": currency,
        "totals": {
            "items": money(order["items_minor"]),
            "discount": money(order["discount_minor"]),
            "shipping": money(order["shipping_minor"]),
            "tax": money(order["tax_minor"]),
            "tax_included": money(order["tax_included_minor"]),
            "total": money(order["total_minor"]),
            "current_total": money(order["current_total_minor"]),
            "paid": money(order["paid_minor"]),
            "refunded": money(order["refunded_minor"]),
            "open": money(0 if order["status"] == "cancelled" else open_minor),
        },
        "lines": [
            {
                "id": str(line["id"]),
                "position": line["position"],
                "sku": line["sku"],
                "variant_id": _text(line["variant_id"]),
                "name": line["name"],
                "options": line["options"],
                "personalisation": line["personalisation"],
                "is_gift": line["is_gift"],
                "note": line["note"],
                "quantity": line["quantity"],
                "cancelled_quantity": line["cancelled_quantity"],
                "returned_quantity": line["returned_quantity"],
                "unit_price": money(line["unit_price_minor"]),
                "list_price": money_or_none(line["list_price_minor"]),
                "discount": money(line["discount_minor"]),
                "tax": money(line["tax_minor"]),
                "tax_included": money(line["tax_included_minor"]),
                "total": money(line["total_minor"]),
                "added": {
                    "channel": line["channel"],
                    "store_id": _text(line["store_id"]),
                    "device_id": _text(line["device_id"]),
                    "associate_id": _text(line["associate_id"]),
                },
            }
            for line in rows.lines
        ],
        "adjustments": [
            {
                "kind": row["kind"],
                "label": row["label"],
                "code": row["code"],
                "amount": money(row["amount_minor"]),
                "included": row["included"],
                "line_id": _text(row["line_id"]),
            }
            for row in rows.adjustments
        ],
        "payments": [render_payment(row) for row in rows.payments],
        "refunds": [
            {
                "id": str(row["id"]),
                "payment_id": str(row["payment_id"]),
                "cause": row["cause"],
                "amount": money(row["amount_minor"]),
                "state": row["state"],
            }
            for row in rows.refunds
        ],
        "fulfilments": [_fulfilment(row, rows) for row in sorted(rows.fulfilments, key=lambda part: str(part["id"]))],
        "changes": [
            {
                "id": str(row["id"]),
                "kind": row["kind"],
                "reason": row["reason"],
                "data": row["data"],
                "money_delta": money(row["money_delta_minor"]),
                "channel": row["channel"],
                "at": _moment(row["at"]),
            }
            for row in rows.changes
        ],
        "returns": [
            {
                "id": str(row["id"]),
                "number": row["number"],
                "refund": money(row["refund_minor"]),
                "channel": row["channel"],
                "store_id": _text(row["store_id"]),
                "at": _moment(row["at"]),
                "lines": [
                    {
                        "line_id": str(line["line_id"]),
                        "quantity": line["quantity"],
                        "reason": line["reason"],
                        "condition": line["condition"],
                        "refund": money(line["refund_minor"]),
                    }
                    for line in rows.return_lines
                    if str(line["return_record_id"]) == str(row["id"])
                ],
            }
            for row in rows.returns
        ],
        "ship_to": order["ship_to"],
        "note": order["note"],
        "version": order["version"],
        "placed_at": _moment(order["placed_at"]),
        "confirmed_at": _moment(order["confirmed_at"]),
        "cancelled_at": _moment(order["cancelled_at"]),
        "completed_at": _moment(order["completed_at"]),
        "pay_until": _moment(order["pay_until"]),
    }


def render_payment(row: Row) -> dict[str, Any]:
    return {
        "id": str(row["id"]),
        "provider": row["provider"],
        "state": row["state"],
        "amount": {"amount_minor": row["amount_minor"], "currency": row["currency"]},
        "captured": {"amount_minor": row["captured_minor"], "currency": row["currency"]},
        "refunded": {"amount_minor": row["refunded_minor"], "currency": row["currency"]},
        "method": {name: value for name, value in row["method"].items() if name not in ("token", "fingerprint")},
        "client_secret": row["client_secret"] or None,
        "action_url": row["action_url"] or None,
        "failure_code": row["failure_code"] or None,
        "failure_message": row["failure_message"] or None,
    }


def render_status(rows: OrderRows) -> dict[str, Any]:
    """What a guest who knows number and email may see: how far it is, not who pays or where it goes."""
    whole = render_order(rows)
    kept = (
        "number",
        "status",
        "payment_status",
        "currency",
        "totals",
        "placed_at",
        "confirmed_at",
        "cancelled_at",
        "completed_at",
    )
    shown: dict[str, Any] = {name: whole[name] for name in kept}
    shown["lines"] = [
        {
            name: line[name]
            for name in ("id", "sku", "name", "options", "quantity", "cancelled_quantity", "returned_quantity", "total")
        }
        for line in whole["lines"]
    ]
    hidden = ("ship_to", "history", "version", "hold_id")
    shown["fulfilments"] = [
        {name: value for name, value in row.items() if name not in hidden} for row in whole["fulfilments"]
    ]
    return shown


def _fulfilment(row: Row, rows: OrderRows) -> dict[str, Any]:
    own = str(row["id"])
    return {
        "id": own,
        "kind": row["kind"],
        "status": row["status"],
        "store_id": _text(row["store_id"]),
        "lines": [
            {
                "line_id": str(line["line_id"]),
                "quantity": line["quantity"],
                "cancelled_quantity": line["cancelled_quantity"],
            }
            for line in rows.fulfilment_lines
            if str(line["fulfilment_id"]) == own
        ],
        "promised_at": _moment(row["promised_at"]),
        "collect_until": _moment(row["collect_until"]),
        "pickup_code": rows.pickup_codes.get(own),
        "carrier": row["carrier"],
        "tracking_number": row["tracking_number"],
        "tracking_url": row["tracking_url"],
        "ship_to": row["ship_to"],
        "shipping_method": row["shipping_method"],
        "version": row["version"],
        "history": [
            {"from": step["from_status"], "to": step["to_status"], "reason": step["reason"], "at": _moment(step["at"])}
            for step in rows.history
            if str(step["fulfilment_id"]) == own
        ],
    }


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _moment(value: Any) -> Any:
    """PostgreSQL's JSON gives text, a fresh row a datetime; both leave as RFC 3339 in UTC."""
    if value is None or isinstance(value, str):
        return value
    return value.isoformat()
