"""What grows with the data: each section at a tenth and at full size, in a database of its own, and its table."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis
from django.db import connection

from benchmarks.stack import Ground

#: Name → module with TITLE, NOTE and `measure(ground, scale)`, in the order they run.
SECTIONS = {
    name: f"benchmarks.{module}"
    for name, module in {
        "tracking": "tracking",
        "burn": "burning",
        "accrual": "accruing",
        "paths": "pathing",
        "sending": "sending",
        "segments": "segments",
    }.items()
}
_EMPTY = "bench_empty"


@dataclass(frozen=True)
class Figure:
    """One measured thing.

    value   of `unit`: `/s` is better when more, `ms` when less.
    floor   the same by plain SQL, where that says something.
    least   what must be reached (`/s`) or kept (`ms`) at full size.
    size    upon what it was measured.
    """

    name: str
    value: float
    unit: str
    size: str
    floor: float | None = None
    floor_is: str = ""
    least: float | None = None

    @property
    def holds(self) -> bool:
        return self.least is None or (self.value >= self.least if self.unit == "/s" else self.value <= self.least)


@dataclass(frozen=True)
class Grown:
    name: str
    title: str
    note: str
    tenth: list[Figure]
    full: list[Figure]
    load_before: float
    scale: float


def keep_empty_database() -> None:
    """The database as it is after migrating, for the sections to begin with."""
    with _maintenance() as plain:
        plain.execute(f"CREATE DATABASE {_EMPTY} TEMPLATE {connection.settings_dict['NAME']}")


def measure_sections(
    ground: Ground, names: Sequence[str], *, scale: float, say: Callable[[str], None]
) -> Iterator[Grown]:
    for name in names:
        module = import_module(SECTIONS[name])
        load_before = os.getloadavg()[0]
        found = []
        for share in (scale / 10, scale):
            started = time.monotonic()
            with fresh_database(ground) as own:
                found.append(module.measure(own, share))
            say(f"{name} at {share:g}: " + "; ".join(map(tell, found[-1])) + f" ({time.monotonic() - started:.0f} s)")
        yield Grown(name, module.TITLE, module.NOTE, found[0], found[1], load_before, scale)


@contextmanager
def fresh_database(ground: Ground) -> Iterator[Ground]:
    """An empty one, to which this process and all it starts are connected."""
    before, name = dict(os.environ), f"bench_{time.monotonic_ns()}"
    settled = connection.settings_dict["NAME"]
    with _maintenance() as plain:
        plain.execute(f"CREATE DATABASE {name} TEMPLATE {_EMPTY}")
    with redis.Redis.from_url(ground.environment["REDIS_URL"]) as cache:
        cache.flushall()
    url = urlunsplit(urlsplit(ground.environment["DATABASE_URL"])._replace(path=f"/{name}"))
    os.environ["DATABASE_URL"] = url
    connection.settings_dict["NAME"] = name
    try:
        yield replace(ground, environment=ground.environment | {"DATABASE_URL": url})
    finally:
        with _maintenance() as plain:
            connection.settings_dict["NAME"] = settled
            plain.execute(f"DROP DATABASE {name} WITH (FORCE)")
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def _maintenance() -> Iterator[psycopg.Connection]:
    connection.close()
    parameters = connection.get_connection_params()
    known = {name: parameters[name] for name in ("host", "port", "user", "password") if parameters.get(name)}
    with psycopg.connect(dbname="postgres", autocommit=True, **known) as plain:
        yield plain


def tell(figure: Figure) -> str:
    return f"{figure.name} {_value(figure.value, figure.unit)}"


def describe(grown: Sequence[Grown]) -> list[str]:
    """The page's part about them."""
    if not grown:
        return []
    lines = [
        "## What grows with the data",
        "",
        "Each section in a database of its own, first at a tenth of the size; *grows* is the cost of one at full size "
        "over its cost at the tenth (1.0: the size does not matter; of an answer over all the data it may be 10).",
    ]
    for each in grown:
        lines += ["", f"### {each.title}", "", each.note, ""]
        busy = " **The machine was busy with other work.**" if each.load_before > 1 else ""
        lines += [f"Load average before: {each.load_before:.1f}.{busy}", ""]
        lines += ["| figure | at a tenth | at full size | grows | floor | least |", "| --- | ---: | ---: | ---: | ---: | ---: |"]  # fmt: skip
        for small, full in zip(each.tenth, each.full, strict=True):
            grows = small.value / full.value if full.unit == "/s" else full.value / small.value
            floor = f"{_value(full.floor, full.unit)} ({full.floor_is})" if full.floor is not None else "–"
            least = f"{'≥' if full.unit == '/s' else '≤'} {_value(full.least, full.unit)}" if full.least else "–"
            lines.append(
                f"| {full.name} | {_value(small.value, small.unit)} ({small.size}) | **{_value(full.value, full.unit)}** ({full.size}) "
                f"| {grows:.1f} | {floor} | {least} |"
            )
    return [*lines, ""]


def verdicts(grown: Sequence[Grown]) -> list[str]:
    return [
        f"- {'✓' if figure.holds else '✗ **missed**'} {figure.name}: {_value(figure.value, figure.unit)}, "
        f"{'at least' if figure.unit == '/s' else 'at most'} {_value(figure.least, figure.unit)}"
        for each in grown
        for figure in each.full
        if figure.least is not None
    ]


def _value(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}/s" if unit == "/s" else f"{value:,.{0 if value >= 10 else 1}f} ms"
