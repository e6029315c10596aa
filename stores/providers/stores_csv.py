"""Stores as CSV: one row a store, known by its external id, else by its code. Columns left out stay as they are."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import orjson
from django.utils.text import slugify

from omnichannel.kernel.context import Context
from omnichannel.transfer.ports import Applied, Batch, Column, Export, Row, RowRefused
from stores.models import Store
from stores.rules.opening import HoursInvalid, check_hours, check_zone
from stores.states import StoreKind

_TEXTS = {
    "name": 120,
    "line1": 200,
    "line2": 200,
    "city": 100,
    "region": 100,
    "postal_code": 20,
    "country": 2,
    "phone": 20,
}
_FLAGS = ("pickup_enabled", "ships", "is_active")
_NUMBERS = {"pickup_lead_minutes": 100_000, "pickup_hold_days": 365, "shipping_priority": 10_000}
_DEGREES = {"latitude": 90, "longitude": 180}


class StoreImporter:
    kind, title = "stores", "Stores with address, place, opening hours and pickup"
    columns: Sequence[Column] = (
        Column("external_id", aliases=("store_id",)),
        Column("code"),
        *(Column(name) for name in ("kind", *_TEXTS, *_DEGREES, "time_zone", "opening_hours", "opens_on", "closes_on")),
        *(Column(name) for name in (*_FLAGS, *_NUMBERS)),
    )
    batch_rows = 500
    group_by = ""
    ignore_unknown = False

    def apply(self, batch: Batch, *, by: Context, at: datetime) -> Applied:
        created = updated = unchanged = 0
        for row in batch.rows():
            try:
                made, changed = _apply(row)
            except RowRefused as refusal:
                batch.refuse(row.number, refusal.code, refusal.title, refusal.column)
                continue
            created, updated, unchanged = created + made, updated + changed, unchanged + (not made and not changed)
        return Applied(created, updated, unchanged)


def _apply(row: Row) -> tuple[bool, bool]:
    external_id = row.text("external_id", longest=120) or None
    code = row.text("code", longest=40)
    if not external_id and not code:
        raise RowRefused("value_missing", "code or external_id must be given.", "code")
    if code and slugify(code) != code.lower():
        raise RowRefused("code_invalid", "code has letters, digits and dashes only.", "code")
    store = (
        (external_id and Store.objects.filter(external_id=external_id).first())
        or (code and Store.objects.filter(code=code, external_id=None).first())
        or None
    )
    fields = _fields(row)
    if external_id:
        fields["external_id"] = external_id
    if store is None:
        name = fields.get("name") or f"Store {external_id or code}"
        Store.objects.create(**{**fields, "code": code or _free_code(external_id or ""), "name": name})
        return True, False
    if code:
        fields["code"] = code
    changed = [name for name, value in fields.items() if getattr(store, name) != value]
    for name in changed:
        setattr(store, name, fields[name])
    if changed:
        store.save(update_fields=changed)
    return False, bool(changed)


def _fields(row: Row) -> dict[str, Any]:
    """What the row says, by field; columns it does not have say nothing."""
    fields = {
        column.name: _read(row, column.name)
        for column in StoreImporter.columns
        if column.name not in ("external_id", "code") and (row.cells.get(column.name) or "").strip()
    }
    if (fields.get("latitude") is None) != (fields.get("longitude") is None):
        raise RowRefused("coordinates_incomplete", "Give both coordinates, or neither.", "longitude")
    return fields


def _read(row: Row, name: str) -> Any:
    if name in _TEXTS:
        return row.text(name, longest=_TEXTS[name])
    if name in _FLAGS:
        return row.boolean(name)
    if name in _NUMBERS:
        return row.integer(name, lowest=0, highest=_NUMBERS[name])
    if name in _DEGREES:
        return _degrees(row, name, _DEGREES[name])
    match name:
        case "kind":
            return row.choice(name, StoreKind.values)
        case "time_zone":
            return _zone(row)
        case "opening_hours":
            return _hours(row)
    return _day(row, name)


def _zone(row: Row) -> str:
    name = row.text("time_zone", longest=50)
    try:
        check_zone(name)
    except HoursInvalid as error:
        raise RowRefused("time_zone_invalid", str(error), "time_zone") from error
    return name


def _hours(row: Row) -> Any:
    try:
        hours = orjson.loads(row.text("opening_hours", longest=10_000))
        check_hours(hours)
    except (orjson.JSONDecodeError, HoursInvalid) as error:
        raise RowRefused("opening_hours_invalid", str(error), "opening_hours") from error
    return hours


def _degrees(row: Row, name: str, top: int) -> float | None:
    value = row.decimal(name)
    if value is not None and not -top <= value <= top:
        raise RowRefused("coordinates_invalid", f"{name} is from -{top} to {top} degrees.", name)
    return None if value is None else float(value)


def _day(row: Row, name: str) -> date | None:
    moment = row.moment(name)
    return moment.date() if moment else None


def _free_code(wanted: str) -> str:
    base = slugify(wanted)[:30] or "store"
    if base.isdigit():
        base = f"store-{base}"
    code, n = base, 1
    while Store.objects.filter(code=code).exists():
        n += 1
        code = f"{base}-{n}"
    return code


STORES = Export(
    "stores",
    "Stores",
    """
    SELECT external_id, code, name, kind, line1, line2, city, region, postal_code, country, phone, latitude, longitude,
           time_zone, opening_hours, opens_on, closes_on, pickup_enabled, ships, is_active, pickup_lead_minutes,
           pickup_hold_days, shipping_priority
      FROM stores_store ORDER BY code
    """,
)
