"""Points for many orders in one go, as after an import or a pause of the workers."""

from __future__ import annotations

from datetime import timedelta
from time import perf_counter

from django.db import connection

from benchmarks.growing import Figure
from benchmarks.stack import Ground

TITLE = "Bulk accrual"
NOTE = (
    "`accrue_orders` over confirmed orders of two lines, 500 at a time by one process: rules looked up, journals, entries, lots and "
    "facts written, balances moved under their locks. The floor is `COPY` of one row a journal, entry and lot, without indexes."
)
ORDERS, BATCH = 50_000, 500


def measure(ground: Ground, scale: float) -> list[Figure]:
    from benchmarks.trading import make_trade
    from loyalty.services.earning import accrue_orders
    from loyalty.services.reconciling import reconcile_ledger
    from omnichannel.kernel.clock import now
    from omnichannel.kernel.context import SYSTEM
    from orders.models import Order

    orders = int(ORDERS * scale)
    make_trade(orders, customers=max(1, orders // 3), events=False)
    make_terms()
    ids = list(Order.objects.order_by("placed_at").values_list("id", flat=True))
    started, earned = perf_counter(), 0
    for at in range(0, len(ids), BATCH):
        earned += accrue_orders(order_ids=ids[at : at + BATCH], by=SYSTEM, at=now())
    took = perf_counter() - started
    if earned != orders or reconcile_ledger(repair=False, by=SYSTEM, at=now()):
        raise RuntimeError(f"{earned} of {orders} orders earned, or the ledger does not add up")
    return [Figure("orders that earned", orders / took, "/s", f"{orders:,} orders", _floor(orders), "COPY")]


def make_terms() -> None:
    from loyalty.models import EarningRule, Programme
    from omnichannel.kernel.clock import now

    begin = now() - timedelta(days=400)
    Programme.objects.create(
        version=1, state="published", goes_live_at=begin, name="Points", currency="USD", members_only=False, pending_days=0,
        burn_minimum=1, created_at=begin,
    )  # fmt: skip
    EarningRule.objects.create(
        key="spend", version=1, state="published", name="1 point for each dollar", kind="spend", points=1, per_minor=100,
        valid_from=begin, created_at=begin,
    )  # fmt: skip


def _floor(orders: int) -> float:
    from omnichannel.kernel.ids import uuid7

    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE bench_floor (id uuid, owner uuid, amount bigint, words text)")
        started = perf_counter()
        with cursor.copy("COPY bench_floor FROM STDIN") as copy:
            for _ in range(orders):
                owner = uuid7()
                for _row in range(3):
                    copy.write_row((uuid7(), owner, 50, "Order B1"))
        return orders / (perf_counter() - started)
