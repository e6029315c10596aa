"""Stores, their people and devices, taxes and parcels of the demo brand."""

from datetime import datetime, timedelta
from decimal import Decimal

from carts.models import ShippingMethod, ShippingZone, TaxRate
from demo.places import PLACES, Place
from omnichannel.kernel.context import Context
from stores.models import Associate, Store
from stores.services.associates import set_pin

# Sales tax of the states the stores stand in; elsewhere none is due from a seller of this size.
_SALES_TAX = {"ME": "5.5", "MA": "6.25", "CA": "8.625"}
_PARCELS = (
    # code, name, up to grams, minor units, free from, days
    ("standard", "Standard parcel", 2_000, 590, 15_000, (3, 5)),
    ("standard", "Standard parcel", None, 990, 15_000, (3, 5)),
    ("express", "Express", None, 1_490, None, (1, 2)),
)


def load_places(*, by: Context, at: datetime) -> dict[str, Store]:
    """Make every place with its associates; return the stores by code."""
    stores = {place.code: _make_store(place, at) for place in PLACES}
    for place in PLACES:
        for person in place.associates:
            associate = Associate.objects.create(name=person.name, is_manager=person.is_manager, pin_hash="!")
            associate.stores.add(stores[place.code])
            set_pin(associate_id=associate.id, pin=person.pin, by=by, at=at)
    return stores


def load_taxes_and_parcels() -> None:
    for region, rate in _SALES_TAX.items():
        TaxRate.objects.create(name="Sales tax", country="US", region=region, rate_pct=Decimal(rate))
    zone = ShippingZone.objects.create(name="United States", countries=["US"])
    floor = 0
    for code, name, grams, amount, free_from, (least, most) in _PARCELS:
        if code != "standard":
            floor = 0
        ShippingMethod.objects.create(
            zone=zone, code=code, name=name, currency="USD", amount_minor=amount, free_from_minor=free_from,
            min_weight_grams=floor, max_weight_grams=grams, min_days=least, max_days=most,
        )  # fmt: skip
        floor = (grams or 0) + 1


def _make_store(place: Place, at: datetime) -> Store:
    today = at.date()
    return Store.objects.create(
        code=place.code,
        name=place.name,
        kind=place.kind,
        line1=place.line1,
        city=place.city,
        region=place.region,
        postal_code=place.postal_code,
        country="US",
        phone=place.phone,
        latitude=place.latitude,
        longitude=place.longitude,
        time_zone=place.time_zone,
        opening_hours=place.opening_hours,
        opens_on=None if place.opens_in_days is None else today + timedelta(days=place.opens_in_days),
        closes_on=None if place.closes_in_days is None else today + timedelta(days=place.closes_in_days),
        pickup_enabled=place.pickup_enabled,
        pickup_lead_minutes=place.pickup_lead_minutes,
        pickup_hold_days=place.pickup_hold_days,
        ships=place.ships,
        shipping_priority=place.shipping_priority,
    )
