"""A priced cart as the JSON that goes over the wire. Made when the cart is written, stored, and read as it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from carts.ports import Adjustment, Mark
from carts.rules.pricing import PricedCart, PricedLine, Problem


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds the price in a document."""

    status: str
    customer_id: UUID | None
    customer_name: str
    updated: Mark


def render_document(priced: PricedCart, frame: Frame, *, version: int) -> bytes:
    snapshot = priced.snapshot
    currency = snapshot.currency
    totals = priced.totals
    return orjson.dumps(
        {
            "id": snapshot.cart_id,
            "version": version,
            "status": frame.status,
            "currency": currency,
            "customer": {"id": frame.customer_id, "name": frame.customer_name} if frame.customer_id else None,
            "lines": [_line(line, currency) for line in priced.lines],
            "item_count": sum(line.line.quantity for line in priced.lines),
            "codes": [
                {"code": verdict.code, "applied": verdict.applied, "reason": verdict.reason, "label": verdict.label}
                for verdict in priced.codes
            ],
            "adjustments": [_adjustment(row, currency) for row in priced.adjustments],
            "totals": {
                "items": _money(totals.items, currency),
                "discount": _money(totals.discount, currency),
                "shipping": _money(totals.shipping, currency),
                "tax": _money(totals.tax, currency),
                "tax_included": _money(totals.tax_included, currency),
                "total": _money(totals.total, currency),
            },
            "fulfilment": _fulfilment(priced),
            "email": snapshot.email,
            "note": snapshot.note,
            "problems": [_problem(problem, currency) for problem in priced.problems],
            "needed": priced.needed,
            "priced_until": priced.priced_until,
            "updated_at": frame.updated.at,
            "updated": _mark(frame.updated),
        }
    )


def render_shipping_options(priced: PricedCart) -> list[dict[str, Any]]:
    """What may be chosen from, cheapest first."""
    return [
        {
            "code": option.code,
            "name": option.name,
            "amount": _money(option.amount_minor, priced.snapshot.currency),
            "min_days": option.min_days,
            "max_days": option.max_days,
            "chosen": priced.shipping is option or priced.shipping == option,
        }
        for option in priced.shipping_options
    ]


def _line(priced: PricedLine, currency: str) -> dict[str, Any]:
    line = priced.line
    return {
        "id": line.id,
        "sku": line.sku,
        "variant_id": line.variant_id,
        "product": {"id": line.product_id, "slug": line.slug, "name": line.product_name},
        "name": line.variant_name,
        "options": line.options,
        "image_url": line.image_url,
        "quantity": line.quantity,
        "unit_price": _money(line.unit_price_minor, currency),
        "list_price": _money(line.list_price_minor, currency),
        "line_total": _money(priced.total_minor, currency),
        "adjustments": [_adjustment(row, currency) for row in priced.adjustments],
        "personalisation": line.personalisation,
        "is_gift": line.is_gift,
        "note": line.note,
        "fulfilment": {"kind": line.fulfilment_kind, "store_id": line.store_id},
        "added": _mark(line.added),
        "changed": _mark(line.changed),
        "problems": [_problem(problem, currency) for problem in priced.problems],
    }


def _fulfilment(priced: PricedCart) -> dict[str, Any]:
    snapshot = priced.snapshot
    return {
        "kind": snapshot.fulfilment.get("kind", "ship"),
        "store_id": snapshot.fulfilment.get("store_id"),
        "places": list(snapshot.fulfilment.get("places", {}).values()),
        "ship_to": snapshot.ship_to or None,
        "shipping_method": snapshot.shipping_method or None,
    }


def _adjustment(row: Adjustment, currency: str) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "label": row.label,
        "code": row.code,
        "amount": _money(row.amount_minor, currency),
        "included": row.included,
        "line_id": row.line_id,
        "on": row.on,
    }


def _problem(problem: Problem, currency: str) -> dict[str, Any]:
    data = {
        name.removesuffix("_minor"): _money(value, currency) if name.endswith("_minor") else value
        for name, value in problem.data.items()
    }
    return {"code": problem.code, "title": problem.title, **data}


def _mark(mark: Mark | None) -> Mapping[str, Any] | None:
    if mark is None:
        return None
    return {
        "channel": mark.channel,
        "store_id": mark.store_id,
        "device_id": mark.device_id,
        "associate_id": mark.associate_id,
        "by_name": mark.by_name,
        "at": mark.at,
    }


def _money(amount_minor: int, currency: str) -> dict[str, Any]:
    return {"amount_minor": amount_minor, "currency": currency}


def moment(at: datetime) -> str:
    """RFC 3339 with all six digits, so that the same moment is always the same text."""
    return at.isoformat(timespec="microseconds")
