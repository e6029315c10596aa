"""Floor 2: a bare WSGI callable under the same server, psycopg with one persistent connection a thread, the same SQL.

No routing, no authentication beyond its statement, no rules: `/floor/<case>` runs the product's own statements of one
request, parameters made ready beforehand, and answers with bytes of the size the product answers with.
"""

from __future__ import annotations

import itertools
import os
import pickle
import threading
from typing import Any

import psycopg

from benchmarks.replay import replaced
from omnichannel.kernel.ids import uuid7

_local = threading.local()
_ready: dict[str, Any] = {}


class _Case:
    """One case, its parameter sets rendered at start-up; spent ones are shared out between the two workers."""

    def __init__(self, plan: dict[str, Any], half: int) -> None:
        self.answer: bytes = plan["answer"]
        self.writes: bool = plan["writes"]
        entities = plan["entities"][half::2] if plan["once"] else plan["entities"]
        repeats = 1 if plan["once"] or not plan["writes"] else max(1, plan["runs"] // len(entities))
        self.sets = [
            [(sql, replaced(params, swaps | {old: str(uuid7()) for old in plan["fresh"]})) for sql, params in plan["statements"]]
            for _ in range(repeats)
            for swaps in entities
        ]
        self._next = itertools.count()

    def take(self) -> list[tuple[str, Any]]:
        return self.sets[next(self._next) % len(self.sets)]


def _connection() -> psycopg.Connection[Any]:
    if not hasattr(_local, "connection"):
        _local.connection = psycopg.connect(os.environ["DATABASE_URL"], prepare_threshold=1, autocommit=True)
    return _local.connection


def _load() -> None:
    with open(os.environ["BENCH_PLAN"], "rb") as file:
        plans = pickle.load(file)  # our own file, written by this run
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        half = connection.execute("SELECT nextval('bench_worker') % 2").fetchone()[0]  # type: ignore[index]
    _ready.update({name: _Case(plan, half) for name, plan in plans.items()})


def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    case = _ready[environ["PATH_INFO"].rsplit("/", 1)[1]]
    connection = _connection()
    if case.writes:
        environ["wsgi.input"].read()
        with connection.transaction(), connection.cursor() as cursor:
            for sql, params in case.take():
                cursor.execute(sql, params)
                if cursor.description:
                    cursor.fetchall()
    else:
        with connection.cursor() as cursor:
            for sql, params in case.take():
                cursor.execute(sql, params)
                if cursor.description:
                    cursor.fetchall()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(case.answer)))])
    return [case.answer]


_load()
