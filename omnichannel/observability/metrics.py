"""Prometheus metrics, summed over all processes of this machine through PROMETHEUS_MULTIPROC_DIR.

Counted while serving: requests and their latency. Asked at scrape time: gauges that apps above register,
such as carts open, orders by state, or the relay's lag.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator
from typing import Protocol

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from omnichannel.kernel.registry import Registry

logger = logging.getLogger(__name__)

REQUESTS = Counter("omnichannel_requests", "Requests answered.", ["method", "route", "status"])
LATENCY = Histogram(
    "omnichannel_request_seconds",
    "Time from the first middleware to the answer.",
    ["method", "route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0),
)

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# `labels()` takes a lock and builds a tuple of strings each time; routes and statuses are few.
_requests: dict[tuple[str, str, int], Counter] = {}
_latencies: dict[tuple[str, str], Histogram] = {}


class GaugeProvider(Protocol):
    """Samples of one gauge, read when somebody scrapes: at most a few cheap statements."""

    documentation: str
    labels: tuple[str, ...]

    def samples(self) -> Iterable[tuple[tuple[str, ...], float]]: ...


#: Named as in Prometheus: `omnichannel_carts`, `omnichannel_relay_lag_seconds`, …
gauges: Registry[GaugeProvider] = Registry("metrics gauges")


def count_request(*, method: str, route: str, status: int, seconds: float) -> None:
    if method not in _METHODS:
        method = "OTHER"  # a caller may invent methods without end
    try:
        requests = _requests[method, route, status]
    except KeyError:
        requests = _requests[method, route, status] = REQUESTS.labels(method, route, str(status))
    requests.inc()
    try:
        latency = _latencies[method, route]
    except KeyError:
        latency = _latencies[method, route] = LATENCY.labels(method, route)
    latency.observe(seconds)


class _Gauges:
    def collect(self) -> Iterator[Metric]:
        failed = GaugeMetricFamily("omnichannel_gauge_failed", "1 where a gauge could not be read.", labels=["gauge"])
        for name in gauges.names():
            provider = gauges.get(name)
            family = GaugeMetricFamily(name, provider.documentation, labels=provider.labels)
            try:
                for labels, value in provider.samples():
                    family.add_metric(labels, value)
            except Exception:
                # One broken gauge (the database down, say) must not hide the others.
                logger.exception("gauge failed", extra={"gauge": name})
                failed.add_metric([name], 1)
                continue
            yield family
        yield failed

    def describe(self) -> list[Metric]:
        return []


def render_metrics() -> bytes:
    registry = CollectorRegistry(support_collectors_without_names=True)
    output = b""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)
    else:
        output = generate_latest(REGISTRY)
    registry.register(_Gauges())
    return output + generate_latest(registry)
