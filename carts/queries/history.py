"""A cart's history as the API shows it: the event log of one subject."""

from typing import Any

from omnichannel.events.models import Event

_INTERNAL = ("cart_id", "customer_id", "by_name")


def show_event(event: Event) -> dict[str, Any]:
    return {
        "id": event.id,
        "name": event.name,
        "at": event.occurred_at,
        "channel": event.channel,
        "store_id": event.store_id,
        "device_id": event.device_id,
        "associate_id": event.associate_id,
        "by_name": event.data.get("by_name", ""),
        "actor": event.actor,
        "version": event.data.get("version"),
        "data": {name: value for name, value in event.data.items() if name not in (*_INTERNAL, "version")},
    }
