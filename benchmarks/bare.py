"""Floor 2: a bare WSGI callable under the same server, psycopg with one persistent connection a thread, the same SQL.

No routing, no authentication beyond its statement, no rules: `/floor/<case>` runs the product's own statements of one
request, parameters made ready beforehand, and answers with bytes of the size the product answers with.
"""

from __future__ import annotations

import gc
import itertools
import os
import pickle
import threading
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.replay import Plan, Template, any_of, ends_at, replaced
from omnichannel.kernel.ids import readable_code, uuid7

#: Runs of each template of a case that makes rows but spends no entity; each has ids of its own.
_RUNS = int(os.environ.get("BENCH_RUNS", "100"))
_local = threading.local()
_ready: dict[str, _Case] = {}


class _Case:
    """One case, its parameter sets rendered at start-up; the two workers share them out between them."""

    def __init__(self, plan: Plan, half: int) -> None:
        self.answer, self.writes = plan.answer, plan.writes
        self.ends = ends_at(plan.templates[0].statements)
        if plan.once:
            width = len(plan.templates)
            self.sets = [
                _rendered(plan.templates[number % width], ids)
                for number, ids in enumerate(plan.entities)
                if number // width % 2 == half
            ]
        elif plan.writes:
            self.sets = [_rendered(template, template.own) for _ in range(_RUNS) for template in plan.templates]
        else:
            self.sets = [[(each.sql, each.params) for each in template.statements] for template in plan.templates]
        self._next = itertools.count()

    def take(self) -> list[tuple[str, Any]]:
        return self.sets[next(self._next) % len(self.sets)]


def _rendered(template: Template, ids: list[str]) -> list[tuple[str, Any]]:
    swaps = dict(zip(template.own, ids, strict=True))
    swaps |= {old: str(uuid7()) for old in template.fresh} | {old: f"B-{readable_code(10)}" for old in template.numbers}
    pattern = any_of(swaps)
    return [(each.sql, replaced(each.params, swaps, pattern)) for each in template.statements]


def _connection() -> psycopg.Connection[Any]:
    if not hasattr(_local, "connection"):
        _local.connection = psycopg.connect(os.environ["DATABASE_URL"], prepare_threshold=1, autocommit=True)
    return _local.connection  # type: ignore[no-any-return]


def _load() -> None:
    with Path(os.environ["BENCH_PLAN"]).open("rb") as file:
        plans: dict[str, Plan] = pickle.load(file)  # our own file, written by this run
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        half = connection.execute("SELECT nextval('bench_worker') % 2").fetchone()[0]  # type: ignore[index]
    _ready.update({name: _Case(plan, half) for name, plan in plans.items()})
    # A hundred thousand prepared parameters are no garbage: the collector shall not look at them again and again.
    gc.collect()
    gc.freeze()


def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    case = _ready[environ["PATH_INFO"].rsplit("/", 1)[1]]
    connection = _connection()
    if case.writes:
        environ["wsgi.input"].read()
        statements = case.take()
        with connection.transaction(), connection.cursor() as cursor:
            _run(cursor, statements[: case.ends])
        with connection.cursor() as cursor:
            _run(cursor, statements[case.ends :])
    else:
        with connection.cursor() as cursor:
            _run(cursor, case.take())
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(case.answer)))])
    return [case.answer]


def _run(cursor: psycopg.Cursor[Any], statements: list[tuple[str, Any]]) -> None:
    for sql, params in statements:
        cursor.execute(sql, params)
        if cursor.description:
            cursor.fetchall()


_load()
