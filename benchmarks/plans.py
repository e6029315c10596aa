"""What the floors replay: the SQL of real requests, captured from the product in this process."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from django.test import Client

from benchmarks.cases import Case
from benchmarks.replay import Plan, Statement, Template, capturing, ids_in
from benchmarks.stack import HOST

#: As many carts of each template are spent on capturing: the one captured, its twin, and one before both.
CAPTURES = 3


class UnexpectedAnswer(RuntimeError):
    """The product answered a request of a benchmark with something else than the case says."""


@cache
def client() -> Client:
    """One for all: each client loads the middleware anew."""
    return Client(SERVER_NAME=HOST)


def ask(case: Case, number: int, statements: list[Statement] | None = None) -> bytes:
    """Make one request of the case in this process."""
    into: list[Statement] = statements if statements is not None else []
    with capturing(into):
        answer = client().generic(
            case.method,
            case.path(number),
            case.body(number),
            content_type="application/json",
            headers=case.headers(number),
        )
    if answer.status_code != case.status:
        raise UnexpectedAnswer(f"{case.name}: {answer.status_code} {answer.content[:500]!r}")
    return bytes(answer.content)


def capture(case: Case, *, at_most: int = 60) -> Plan:
    """Capture what one request of each entity does (of `once` cases: of each template)."""
    if case.once:
        return _capture_once(case)
    ask(case, 0)  # what a process reads once and keeps is not part of a request
    answer, templates = b"", []
    for number in range(min(case.count, at_most)):
        earlier: list[Statement] = []
        own: list[Statement] = []
        if case.writes:
            ask(case, number)  # the first add makes the line; the load then finds it there
            ask(case, number, earlier)
        answer = ask(case, number, own)
        templates.append(Template(own, fresh=sorted(ids_in(own) - ids_in(earlier)) if case.writes else []))
    return Plan(answer, case.writes, False, templates)


def _capture_once(case: Case) -> Plan:
    assert case.pool is not None
    width = len(case.pool.templates)
    start = spendable(case)
    ask(case, start + 2 * width)
    answer, templates = b"", []
    for position in range(start, start + width):
        twin: list[Statement] = []
        own: list[Statement] = []
        ask(case, position + width, twin)
        answer = ask(case, position, own)
        theirs = case.pool.ids(position)
        # What its twin did not touch and the cart did not bring, this order made.
        templates.append(
            Template(own, own=theirs, fresh=sorted(ids_in(own) - ids_in(twin) - set(theirs)), numbers=_numbers(own))
        )
    return Plan(answer, True, True, templates)


def spendable(case: Case) -> int:
    """How many entities of a `once` case the load may spend: a whole number of turns, those of the captures apart."""
    assert case.pool is not None
    width = len(case.pool.templates)
    return (case.count // width - CAPTURES) * width


def _numbers(statements: list[Statement]) -> list[str]:
    """The candidates for an order's number."""
    found: list[str] = []

    def look(value: Any) -> None:
        if isinstance(value, str) and '"numbers"' in value:
            found.extend(number for row in json.loads(value) for number in row["numbers"])

    for statement in statements:
        for value in statement.params.values() if isinstance(statement.params, dict) else statement.params or ():
            look(value)
    return found
