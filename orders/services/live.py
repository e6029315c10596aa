"""Telling open screens that an order or a store's board of pickups has changed."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from omnichannel.events.live import publish_version


def publish_order(order_id: UUID, version: int) -> None:
    """After commit: the order stands at `version`."""
    transaction.on_commit(partial(publish_version, f"order:{order_id}", version), robust=True)


def publish_board(store_ids: Iterable[UUID | None], *, at: datetime) -> None:
    """After commit: the stores' boards have changed. A board has no version of its own; milliseconds stand in."""
    version = int(at.timestamp() * 1000)
    for store_id in sorted({store_id for store_id in store_ids if store_id is not None}):
        transaction.on_commit(partial(publish_version, f"fulfilments:{store_id}", version), robust=True)
