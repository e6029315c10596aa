"""Prometheus metrics, summed over all processes of this machine through PROMETHEUS_MULTIPROC_DIR.

Counted while serving: requests and their latency. Asked at scrape time: gauges that apps above register,
such as carts open, orders by state, or the relay's lag.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator
from typing import Protocol

from prometheus_client import REGISTRY, CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from omnichannel.kernel.registry import Registry

logger = logging.getLogger(__name__)

#: Also the count of requests, by its `_count`: a counter beside it would cost every request as much again.
LATENCY = Histogram(
    "omnichannel_request_seconds",
    "Requests answered, and the time from the first middleware to the answer.",
    ["method", "route", "status"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0),
)

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# `labels()` takes a lock and builds a tuple of strings each time; routes and statuses are few.
_latencies: dict[tuple[str, str, int], Histogram] = {}


class GaugeProvider(Protocol):
    """Samples of one gauge, read when somebody scrapes: at most a few cheap statements."""

    @property
    def documentation(self) -> str: ...
    @property
    def labels(self) -> tuple[str, ...]: ...
    def samples(self) -> Iterable[tuple[tuple[str, ...], float]]: ...


#: Named as in Prometheus: `omnichannel_carts`, `omnichannel_relay_lag_seconds`, …
gauges: Registry[GaugeProvider] = Registry("metrics gauges")


def count_request(*, method: str, route: str, status: int, seconds: float) -> None:
    try:
        latency = _latencies[method, route, status]
    except KeyError:
        known = method if method in _METHODS else "OTHER"  # a caller may invent methods without end
        latency = LATENCY.labels(known, route, str(status))
        if known == method:
            _latencies[method, route, status] = latency
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
