"""Paths and credits: built from the log, built again whenever the log or the order says more."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from insights.models import Path
from insights.queries.events import Conversion, list_conversions, list_happened
from insights.rules.attribution import Model, share_out
from insights.rules.touches import LOOK_BACK, Happened, TouchSeed, join_sittings, touch_of
from omnichannel.kernel.ids import uuid7

BATCH = 500

_DELETE = ("insights_credit", "insights_touch", "insights_path")
_PATH = """COPY insights_path (order_id, customer_id, converted_at, channel, store_id, net_minor, currency, touch_count,
                               is_first_order, built_at) FROM STDIN"""
_TOUCH = """COPY insights_touch (id, path_id, position, at, kind, channel, source, campaign, content, event_id, event_count)
            FROM STDIN"""
_CREDIT = "COPY insights_credit (path_id, touch_id, model, amount_minor) FROM STDIN"
_NOBODY = UUID(int=0)
_NEXT = f"""
SELECT coalesce(customer_id, '{_NOBODY}') AS customer, id FROM orders_order
 WHERE (coalesce(customer_id, '{_NOBODY}'), id) > (%(customer)s::uuid, %(order)s::uuid)
   AND (%(since)s::timestamptz IS NULL OR placed_at >= %(since)s::timestamptz)
 ORDER BY 1, 2 LIMIT %(most)s
"""


def build_paths(*, order_ids: Sequence[UUID], at: datetime) -> int:
    """Build the paths of these orders from the log as it is now; returns how many have one.

    The same orders again give the same rows. Orders that are not confirmed are passed over.

    Locks   the orders, ascending, so that two builds of one order follow each other.
    """
    with transaction.atomic():
        _lock(order_ids)
        conversions = list_conversions(order_ids)
        seeds = {
            customer: [(event, seed) for event in events if (seed := touch_of(event)) is not None]
            for customer, events in list_happened(conversions).items()
        }
        built = [(each, _touches(each, seeds.get(each.customer_id or _NOBODY, ()))) for each in conversions]
        with connection.cursor() as cursor:
            for table in _DELETE:
                column = "order_id" if table == "insights_path" else "path_id"
                cursor.execute(f"DELETE FROM {table} WHERE {column} = ANY(%s)", [list(order_ids)])
            _copy(cursor, _PATH, (_path_row(conversion, touches, at) for conversion, touches in built))
            _copy(cursor, _TOUCH, (row for conversion, touches in built for row in _touch_rows(conversion, touches)))
            _copy(cursor, _CREDIT, (row for conversion, touches in built for row in _credit_rows(conversion, touches)))
    return len(built)


def rebuild_paths(*, at: datetime, since: datetime | None = None) -> Iterator[int]:
    """Build every path again; yields how many are done. Each batch commits by itself.

    A customer's orders stand together, so that what happened to them is read once.
    """
    done, last = 0, (_NOBODY, _NOBODY)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_NEXT, {"customer": last[0], "order": last[1], "since": since, "most": BATCH})
            rows = cursor.fetchall()
        if not rows:
            return
        build_paths(order_ids=[row[1] for row in rows], at=at)
        last, done = rows[-1], done + len(rows)
        yield done


def drop_paths(*, order_ids: Sequence[UUID]) -> None:
    """An order that was cancelled whole converts nobody."""
    Path.objects.filter(pk__in=order_ids).delete()


def _lock(order_ids: Sequence[UUID]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM orders_order WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", [sorted(order_ids)]
        )


def _touches(conversion: Conversion, seen: Sequence[tuple[Happened, TouchSeed]]) -> list[tuple[UUID, TouchSeed]]:
    """Of what the customer did, what led to this order: another order's placing is none of it.

    Never empty: an order nobody tracked was at least placed somewhere.
    """
    begin, end = (bisect_right(seen, at, key=_moment) for at in (conversion.at - LOOK_BACK, conversion.at))
    touches = join_sittings(
        seed
        for event, seed in seen[begin:end]
        if event.name != "order.placed" or event.subject_id == conversion.order_id
    )
    if not touches:
        placed = Happened(
            None, "order.placed", conversion.at, conversion.channel, conversion.store_id, conversion.campaign, {}
        )
        touches = join_sittings(seed for seed in [touch_of(placed)] if seed is not None)
    return [(uuid7(seed.at), seed) for seed in touches]


def _moment(entry: tuple[Happened, TouchSeed]) -> datetime:
    return entry[0].at


def _path_row(conversion: Conversion, touches: Sequence[Any], at: datetime) -> tuple[Any, ...]:
    return (
        conversion.order_id, conversion.customer_id, conversion.at, conversion.channel, conversion.store_id,
        conversion.net_minor, conversion.currency, len(touches), conversion.is_first_order, at,
    )  # fmt: skip


def _touch_rows(conversion: Conversion, touches: Sequence[tuple[UUID, TouchSeed]]) -> Iterator[tuple[Any, ...]]:
    for position, (touch_id, seed) in enumerate(touches, start=1):
        yield (
            touch_id, conversion.order_id, position, seed.at, str(seed.kind), seed.channel, seed.source, seed.campaign,
            seed.content, seed.event_id, seed.event_count,
        )  # fmt: skip


def _credit_rows(conversion: Conversion, touches: Sequence[tuple[UUID, TouchSeed]]) -> Iterator[tuple[Any, ...]]:
    moments = [seed.at for _, seed in touches]
    for model in Model:
        shares = share_out(model, amount_minor=conversion.net_minor, at=moments, converted_at=conversion.at)
        for (touch_id, _), share in zip(touches, shares, strict=True):
            if share:
                yield conversion.order_id, touch_id, str(model), share


def _copy(cursor: Any, statement: str, rows: Iterator[tuple[Any, ...]]) -> None:
    with cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
