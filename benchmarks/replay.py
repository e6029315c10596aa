"""The product's own SQL, captured from one request and replayed by the floors.

A captured request is a template. Its ids fall into three kinds: those of the entity it acted on (replaced by another
entity's), those it made (replaced by fresh ones each time), and all others (left as they are).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg.types.json import Json, Jsonb

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Statement:
    """`inside` the request's transaction, or before or after it."""

    sql: str
    params: Any
    inside: bool = True


@dataclass
class Template:
    """One request as it was captured. A replay swaps `own` for another entity's ids and `fresh` and `numbers` for new ones."""

    statements: list[Statement]
    own: list[str] = field(default_factory=list)
    fresh: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)


@dataclass
class Plan:
    answer: bytes
    writes: bool
    once: bool
    templates: list[Template]
    #: For `once`: ids of every entity the floor may spend, in turn of the templates.
    entities: list[list[str]] = field(default_factory=list)


@contextmanager
def capturing(into: list[Statement]) -> Any:
    """Collect every statement Django runs on this thread (BEGIN and COMMIT do not pass here)."""
    from django.db import connection

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        into.append(Statement(sql, _plain(params), connection.in_atomic_block))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield


def ends_at(statements: Sequence[Statement]) -> int:
    """How many of a write's statements come before its commit; a replay runs the others after its own."""
    return max((position for position, each in enumerate(statements, start=1) if each.inside), default=len(statements))


def _plain(value: Any) -> Any:
    """Without our own kinds of text (states, channels): the floor knows none of our code."""
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_plain(inner) for inner in value)
    return value


def ids_in(statements: Sequence[Statement]) -> set[str]:
    """Every UUID that stands in a parameter, inside text and lists too."""
    found: set[str] = set()

    def look(value: Any) -> None:
        if isinstance(value, UUID):
            found.add(str(value))
        elif isinstance(value, str):
            found.update(_UUID.findall(value))
        elif isinstance(value, Json | Jsonb):
            look(repr(value.obj))
        elif isinstance(value, Mapping):
            for inner in value.values():
                look(inner)
        elif isinstance(value, list | tuple):
            for inner in value:
                look(inner)

    for statement in statements:
        look(statement.params)
    return found


def replaced(value: Any, swaps: Mapping[str, str], pattern: re.Pattern[str]) -> Any:
    """The same parameters with ids swapped, wherever they stand. `pattern` finds any key of `swaps`."""
    if isinstance(value, UUID):
        other = swaps.get(str(value))
        return UUID(other) if other else value
    if isinstance(value, str):
        return pattern.sub(lambda match: swaps[match.group()], value) if pattern.search(value) else value
    if isinstance(value, Mapping):
        return {name: replaced(inner, swaps, pattern) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(replaced(inner, swaps, pattern) for inner in value)
    return value


def any_of(texts: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, texts)) or r"(?!)")


def as_pgbench(statements: Sequence[Statement], variables: Mapping[str, str]) -> str:
    """The statements as SQL for a pgbench script; `variables` maps an id to the pgbench variable that holds it."""
    return "\n".join(_inlined(statement, variables).rstrip().rstrip(";") + ";" for statement in statements)


def _inlined(statement: Statement, variables: Mapping[str, str]) -> str:
    params = statement.params
    if isinstance(params, Mapping):
        sql = re.sub(r"%\((\w+)\)s", lambda match: _literal(params[match.group(1)], variables), statement.sql)
    else:
        left = iter(params or ())
        sql = re.sub(r"(?<!%)%s", lambda _: _literal(next(left), variables), statement.sql)
    # A comment or a newline inside would end pgbench's statement early.
    sql = re.sub(r"--[^\n]*", "", sql)
    return " ".join(sql.replace("%%", "%").split())


def _literal(value: Any, variables: Mapping[str, str]) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return str(value)
    if isinstance(value, UUID):
        name = variables.get(str(value))
        return f"(:{name}::uuid)" if name else f"'{value}'::uuid"
    if isinstance(value, datetime):
        return _text(value.isoformat(), {}) + "::timestamptz"
    if isinstance(value, date):
        return f"'{value}'::date"
    if isinstance(value, Json | Jsonb):
        return _text((value.dumps or json.dumps)(value.obj), variables) + "::jsonb"
    if isinstance(value, list | tuple):
        return f"ARRAY[{', '.join(_literal(inner, variables) for inner in value)}]" if value else "'{}'"
    if isinstance(value, bytes | memoryview):
        return f"'\\x{bytes(value).hex()}'::bytea"
    return _text(str(value), variables)


def _text(value: str, variables: Mapping[str, str]) -> str:
    """A string literal. Colons are spelled out, because pgbench would read `:name` inside a literal as a variable."""
    parts = re.split(f"({'|'.join(map(re.escape, variables))})", value) if variables else [value]
    rendered = [f":{variables[part]}::text" if part in variables else _escaped(part) for part in parts if part]
    return rendered[0] if len(rendered) == 1 else f"({' || '.join(rendered)})" if rendered else "''"


def _escaped(text: str) -> str:
    body = text.replace("\\", "\\\\").replace("'", "''").replace(":", "\\x3a").replace("\n", "\\n").replace("\r", "\\r")
    body = body.replace("--", "-\\x2d")
    return f"E'{body}'"
