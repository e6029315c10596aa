"""Paths and attribution: the touches before each order, credited under every model."""

from __future__ import annotations

from time import perf_counter

from benchmarks.growing import Figure
from benchmarks.stack import Ground

TITLE = "Path and attribution"
NOTE = (
    "Confirmed orders of customers who have three each, ten events before an order; paths and the credits of all five models, "
    "by one process. The floor reads the same events by the same SQL and does nothing with them."
)
ORDERS = 100_000


def measure(ground: Ground, scale: float) -> list[Figure]:
    from benchmarks.trading import make_trade
    from insights.models import Credit, Path
    from insights.queries.events import list_conversions, list_happened
    from insights.services.paths import rebuild_paths
    from omnichannel.kernel.clock import now
    from orders.models import Order

    orders = int(ORDERS * scale)
    make_trade(orders, customers=max(1, orders // 3), events=True)
    started = perf_counter()
    for _done in rebuild_paths(at=now()):
        pass
    rate = orders / (perf_counter() - started)
    if Path.objects.count() != orders or Credit.objects.count() < orders * 5:
        raise RuntimeError("orders without a path")
    ids = list(Order.objects.order_by("customer_id", "id").values_list("id", flat=True)[:5_000])
    started = perf_counter()
    for at in range(0, len(ids), 500):
        list_happened(list_conversions(ids[at : at + 500]))
    floor, size = len(ids) / (perf_counter() - started), f"{orders:,} orders, {orders * 10:,} events"
    return [Figure("orders with their path and credits", rate, "/s", size, floor, "reading alone")]
