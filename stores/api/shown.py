"""What goes over the wire, made without serializers: these are read often."""

from datetime import datetime
from typing import Any

from stores.models import Associate, Device, StockLevel, StockMovement, Store
from stores.queries import StoreAvailability


def show_place(store: Store) -> dict[str, Any]:
    return {"id": store.id, "code": store.code, "name": store.name}


def show_store(entry: StoreAvailability) -> dict[str, Any]:
    return {
        "id": entry.store_id,
        "code": entry.code,
        "name": entry.name,
        "kind": entry.kind,
        "address": dict(entry.address),
        "phone": entry.phone,
        "latitude": entry.latitude,
        "longitude": entry.longitude,
        "distance_km": entry.distance_km,
        "time_zone": entry.time_zone,
        "opening_hours": dict(entry.opening_hours),
        "opens_on": entry.opens_on,
        "closes_on": entry.closes_on,
        "is_open": entry.openness.is_open,
        "open_until": entry.openness.until,
        "opens_at": entry.openness.opens_at,
        "pickup_enabled": entry.pickup_enabled,
        "pickup_lead_minutes": entry.pickup_lead_minutes,
    }


def show_availability(entry: StoreAvailability, *, to_staff: bool) -> dict[str, Any]:
    return {
        **show_store(entry),
        "pickup_promise_at": entry.pickup_promise_at,
        "lines": [
            {
                "variant_id": line.variant_id,
                "sku": line.sku,
                "stock_policy": line.policy,
                "available": line.available,
                "is_sellable": line.is_sellable,
                **({"on_hand": line.on_hand, "incoming": line.incoming} if to_staff else {}),
            }
            for line in entry.lines.values()
        ],
    }


def show_device(device: Device) -> dict[str, Any]:
    return {
        "id": device.id,
        "name": device.name,
        "channel": device.channel,
        "state": device.state,
        "store": show_place(device.store),
    }


def show_associate(associate: Associate, at: datetime) -> dict[str, Any]:
    locked = associate.locked_until if associate.locked_until and associate.locked_until > at else None
    return {
        "id": associate.id,
        "name": associate.name,
        "is_manager": associate.is_manager,
        "locked_until": locked,
    }


def show_level(level: StockLevel) -> dict[str, Any]:
    return {
        "id": level.id,
        "store": show_place(level.store),
        "variant_id": level.variant_id,
        "sku": level.variant.sku,
        "on_hand": level.on_hand,
        "reserved": level.reserved,
        "backordered": level.backordered,
        "safety_stock": level.safety_stock,
        "available": max(0, level.on_hand - level.reserved - level.safety_stock),
        "incoming": level.incoming,
        "damaged": level.damaged,
        "reorder_point": level.reorder_point,
        "location": level.location,
        "version": level.version,
        "updated_at": level.updated_at,
    }


def show_movement(movement: StockMovement) -> dict[str, Any]:
    return {
        "id": movement.id,
        "store": show_place(movement.store),
        "variant_id": movement.variant_id,
        "sku": movement.variant.sku,
        "kind": movement.kind,
        "on_hand_delta": movement.on_hand_delta,
        "reserved_delta": movement.reserved_delta,
        "backordered_delta": movement.backordered_delta,
        "incoming_delta": movement.incoming_delta,
        "damaged_delta": movement.damaged_delta,
        "reason": movement.reason,
        "reference_kind": movement.reference_kind,
        "reference_id": movement.reference_id,
        "actor": movement.actor,
        "channel": movement.channel,
        "at": movement.at,
    }
