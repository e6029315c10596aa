"""Carts in memory for the pure rules."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from campaigns.offers.rules.gates import Facts, HeldCode, LiveOffer
from campaigns.offers.rules.reading import read_definition
from carts.ports import CartSnapshot, SnapshotLine

AT = datetime(2026, 5, 3, 10, 0, tzinfo=UTC)


def number(value: int) -> UUID:
    return UUID(int=value)


def line(place: int, price: int, quantity: int = 1, **fields: Any) -> SnapshotLine:
    """Line, variant and product share a number."""
    return SnapshotLine(
        **{
            "id": number(place), "variant_id": number(place), "product_id": number(place), "sku": f"S{place}",
            "quantity": quantity, "unit_price_minor": price, "list_price_minor": price, "price_seen_minor": price,
            "is_sellable": True, "available": None, "fulfilment_kind": "ship", "store_id": None, "destination": None,
            **fields,
        }
    )  # fmt: skip


def cart(*lines: SnapshotLine, **fields: Any) -> CartSnapshot:
    return CartSnapshot(
        **{"cart_id": number(1), "version": 1, "currency": "USD", "at": AT, "lines": tuple(lines), **fields}
    )


def offer(key: str, benefit: dict[str, Any], *, limits: dict[str, Any] | None = None, **definition: Any) -> LiveOffer:
    made, problems = read_definition({"label": key, "benefit": benefit, **definition})
    assert made is not None, problems
    place = sum(ord(letter) * 131**n for n, letter in enumerate(key))
    return LiveOffer(number(place), number(place + 1), key, made, **(limits or {}))


def code(text: str, of: LiveOffer, **fields: Any) -> HeldCode:
    return HeldCode(id=1, code=text, lookup=text, offer_id=of.id, **fields)


NOTHING_KNOWN = Facts()
