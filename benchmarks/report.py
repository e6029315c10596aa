"""docs/benchmarks.md and docs/benchmarks.svg, written from one run."""

from __future__ import annotations

import platform
import statistics
import subprocess
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import psutil
from django.db import connection

from benchmarks.growing import Grown, describe, verdicts
from benchmarks.load import CLIENTS, Load
from benchmarks.running import Measured, Results

LEAST_HOT_PER_SECOND = 300
MOST_MIB = 220
MOST_P99_TIMES = 5

# Measured on a machine of this kind (2 cores, client, server and PostgreSQL 15 on it), 8 clients, production settings,
# 1,000 products, 12 stores. Ratios travel, absolute figures do not.
_PEERS_HEAD = ("case", "Django + DRF + ORM", "Oscar 4.2 + API", "Saleor 3.24a", "Vendure 3.7", "Medusa 2.21")
_PEERS = {
    "product": ("1,491", "181 [2]", "63", "443", "176"),
    "products": ("821", "417 (no prices)", "52", "542 (search index) / 39", "57"),
    "cart": ("1,005", "44 [2]", "61", "442", "135"),
    "line": ("1,348", "93", "16.5", "177", "17.5"),
    "availability": ("2,610", "446", "62", "490", "633"),
    "order": ("683", "47.9 [2]", "6.8 [2]", "19.9 [5]", "4.3 [5]"),
}
_PEERS_MORE = (
    (
        "SQL statements, cart / add / order",
        "2 / 5 / 8",
        "83 / 43 / 100",
        "27 / 104 / 243",
        "3 / 23 / 238",
        "17 / 99 / 418",
    ),
    (
        "p95 ms, cart / add / order",
        "14 / 11 / 21",
        "212 / 103 / 197",
        "197 / 660 / 1,489",
        "32 / 68 / 500",
        "75 / 533 / 2,271",
    ),
    ("MiB resident under load (RSS)", "167", "220", "619", "550–750", "1,034 → 1,634"),
    ("50 checkouts at once for 10 units", "", "50 sold", "50 sold", "50 sold", "10 sold, in 5 s"),
    (
        "20 adds at once, one cart",
        "",
        "loses units when no cart exists yet",
        "20 duplicate lines",
        "18 of 20 lost",
        "12 of 20 refused",
    ),
)


def show(results: Results) -> str:
    """The figures as they also stand in the report."""
    return "\n".join([*_table(*_figures(results)), "", *_verdicts(results)])


def write_report(results: Results, grown: Sequence[Grown], folder: Path, *, command: str) -> None:
    (folder / "benchmarks.svg").write_text(chart(results.measured))
    (folder / "benchmarks.md").write_text("\n".join(_page(results, grown, command)) + "\n")


def _page(results: Results, grown: Sequence[Grown], command: str) -> list[str]:
    return [
        "# Benchmarks",
        "",
        f"Written by `{command}`. {CLIENTS} clients (`wrk`), {results.rounds} rounds of {results.seconds:g} s each in which floors and "
        "product take turns; the median round is shown. Client, server and database share the machine.",
        "",
        *(f"- {name}: {value}" for name, value in _machine()),
        "",
        "**Floor 1** is `pgbench` with the product's own SQL, prepared. **Floor 2** is a bare WSGI callable with psycopg and the same SQL "
        "under the same server (granian, 2 workers × 4 threads, one persistent connection a thread): no routing, no rules, no rendering. "
        "**Ours** is the product as it runs in production: authentication, permissions, throttles, access log and metrics on, the "
        "durability PostgreSQL has by default. The SQL is captured from real requests of the product at the beginning of the run. "
        "An order is one of two lines, picked up in a store, spread over 50 stores and 100 variants; the hot row is one variant in one store. "
        "Relay and worker, which react to facts afterwards, do not run meanwhile.",
        "",
        "Operations per second; *share* is ours of floor 2; *by CPU* is the same by CPU time of a request (workers and database), "
        "which other work on the machine disturbs far less than it does the rate; *CPU ms* is ours, of the workers and of the database.",
        "",
        f"Load average of the machine before the run: {results.load_before:.1f}."
        + (
            " **It was busy with other work: trust the shares by CPU, not the rates.**"
            if results.load_before > 1
            else ""
        ),
        "",
        *_table(*_figures(results)),
        "",
        "![Operations per second of the bare callable and of the product](benchmarks.svg)",
        "",
        "## What must hold",
        "",
        *_verdicts(results),
        *verdicts(grown),
        "",
        *describe(grown),
        "## SQL statements of one request",
        "",
        "BEGIN and COMMIT, the statement that finds the caller, and those of the promotions' provider apart.",
        "",
        *_statements(results),
        "",
        "## Bytes on disk",
        "",
        "Of one, with everything that hangs on it and all indexes: "
        + ", ".join(f"{kind} {size / 1024:.1f} KiB" for kind, size in results.sizes.items())
        + ". `docs/scaling.md` reckons with them.",
        "",
        "## Peers",
        "",
        "Other platforms with the same data and load on a machine of the same kind, operations per second (requests per operation in "
        "brackets). Ratios travel, absolute figures do not.",
        "",
        *_peers(results),
    ]


def _figures(results: Results) -> tuple[Sequence[str], list[Sequence[str]]]:
    head = (
        "case",
        "floor 1",
        "floor 2",
        "ours",
        "share",
        "by CPU",
        "least / aim",
        "CPU ms",
        "p50 ms",
        "p95 ms",
        "p99 ms",
        "p99 ÷ p50",
    )
    rows = []
    for each in results.measured:
        middle = _middle(each.ours)
        rows.append(
            (
                each.case.title, _rate(each.floor1), _rate(each.floor2), _rate(each.ours), f"**{each.share:.2f}**",
                f"{each.cpu_share:.2f}", f"{each.case.share:.2f} / {each.case.aim:.2f}", f"{middle.server_cpu_ms:.2f} + {middle.cpu_ms - middle.server_cpu_ms:.2f}", f"{middle.p50_ms:.1f}", f"{middle.p95_ms:.1f}", f"{middle.p99_ms:.1f}",
                f"{middle.p99_ms / middle.p50_ms:.1f}",
            )
        )  # fmt: skip
    return head, rows


def _verdicts(results: Results) -> list[str]:
    by_name = {each.case.name: each for each in results.measured}
    lines = []
    for each in results.measured:
        lines.append(
            _verdict(
                each.share >= each.case.share,
                f"{each.case.title}: {each.share:.2f} of floor 2, at least {each.case.share:.2f}",
            )
        )
    if hot := by_name.get("hot"):
        rate = _middle(hot.ours).per_second
        lines.append(
            _verdict(
                rate >= LEAST_HOT_PER_SECOND,
                f"one hot stock row: {rate:,.0f} orders/s, at least {LEAST_HOT_PER_SECOND}",
            )
        )
    for each in results.measured:
        times = _middle(each.ours).p99_ms / _middle(each.ours).p50_ms
        if times > MOST_P99_TIMES:
            lines.append(_verdict(False, f"{each.case.title}: p99 is {times:.1f} × p50, at most {MOST_P99_TIMES}"))
    lines.append(
        _verdict(
            results.proportional_mib <= MOST_MIB,
            f"two web workers and the parent they are forked from, under load: {results.proportional_mib:.0f} MiB, pages that "
            f"they share counted once (PSS), at most {MOST_MIB}; RSS of the two alone, which counts those twice: "
            f"{results.resident_mib:.0f}",
        )
    )
    for name, counts in results.statements.items():
        numbers = {count for pair in counts.values() for count in pair}
        lines.append(
            _verdict(
                len(numbers) == 1,
                f"{name}: the same number of statements for 1, 5 and 50 lines, with and without promotions",
            )
        )
    lines.append(_verdict(results.errors == 0, f"errors under load: {results.errors}"))
    lines += [_verdict(count == 0, f"{name.replace('_', ' ')}: {count}") for name, count in results.correctness.items()]
    return lines


def _verdict(holds: bool, text: str) -> str:
    return f"- {'✓' if holds else '✗ **missed**'} {text}"


def _statements(results: Results) -> list[str]:
    head = (
        "case",
        *(f"{size} line{'s' if size > 1 else ''}" for size in (1, 5, 50)),
        "with 20 promotions: 1",
        "5",
        "50",
    )
    titles = {"cart": "cart read", "line": "line write", "order": "cart to placed order"}
    rows = [
        (
            titles[name],
            *(str(plain) for plain, _ in counts.values()),
            *(str(promoted) for _, promoted in counts.values()),
        )
        for name, counts in results.statements.items()
    ]
    return _table(head, rows)


def _peers(results: Results) -> list[str]:
    rows: list[Sequence[str]] = []
    for each in results.measured:
        if peers := _PEERS.get(each.case.name):
            rows.append((each.case.title, f"**{_middle(each.ours).per_second:,.0f}**", *peers))
    by_name = {each.case.name: _middle(each.ours) for each in results.measured}
    ours = (
        " / ".join(str(results.statements[name][5][0]) for name in ("cart", "line", "order")),
        " / ".join(f"{by_name[name].p95_ms:.0f}" for name in ("cart", "line", "order")),
        f"{results.resident_mib:.0f}",
        f"{10 + results.correctness['oversold'] - results.correctness['unsold']} sold",
        "none lost" if not results.correctness["lost_updates"] else f"{results.correctness['lost_updates']} lost",
    )
    rows += [(more[0], f"**{own}**", *more[1:]) for more, own in zip(_PEERS_MORE, ours, strict=True)]
    return _table((_PEERS_HEAD[0], "ours", *_PEERS_HEAD[1:]), rows)


def _machine() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        postgres = cursor.fetchone()[0]
    cpu = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        "",
    )
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()
    return [
        ("machine", f"{psutil.cpu_count()} × {cpu or platform.processor()}, {psutil.virtual_memory().total / 2**30:.0f} GiB, {platform.system()} {platform.release()}"),
        ("versions", f"Python {platform.python_version()}, PostgreSQL {postgres}, " + ", ".join(f"{name} {version(name)}" for name in ("Django", "djangorestframework", "psycopg", "granian"))),
        ("commit", commit),
    ]  # fmt: skip


def _middle(loads: Sequence[Load]) -> Load:
    return sorted(loads, key=lambda load: load.per_second)[len(loads) // 2]


def _rate(loads: Sequence[Load]) -> str:
    return f"{statistics.median(load.per_second for load in loads):,.0f}" if loads else "–"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    right = ["---"] + ["---:"] * (len(head) - 1)
    return [f"| {' | '.join(row)} |" for row in (head, right, *rows)]


def chart(measured: Sequence[Measured]) -> str:
    """Pairs of bars, the bare callable and the product, each pair on a scale of its own; the least share is a tick."""
    width, left, bar, gap = 760, 210, 14, 46
    height = 56 + gap * len(measured)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="system-ui, sans-serif" font-size="13" role="img">',
        "<title>Operations per second: the product beside a bare callable with the same SQL</title>",
        f'<rect width="{width}" height="{height}" fill="#faf9f7"/>',
        _text(
            16,
            28,
            "Operations per second: bare callable (grey), product (blue); the tick is the least we allow",
            "font-weight='600'",
        ),
    ]
    span = width - left - 110
    for row, each in enumerate(measured):
        top = 52 + row * gap
        floor, ours = _middle(each.floor2).per_second, _middle(each.ours).per_second
        tick = left + span * each.case.share
        parts += [
            _text(16, top + 18, each.case.title),
            f'<rect x="{left}" y="{top}" width="{span}" height="{bar}" rx="2" fill="#cbc7bf"/>',
            f'<rect x="{left}" y="{top + bar + 2}" width="{max(1, span * min(1, ours / floor)):.0f}" height="{bar}" rx="2" fill="#2f5d8a"/>',
            f'<path d="M{tick:.0f} {top + bar} v{bar + 4}" stroke="#a33" stroke-width="2"/>',
            _text(left + span + 8, top + 12, f"{floor:,.0f}", "fill='#67635c'"),
            _text(left + span + 8, top + 28, f"{ours:,.0f} · {each.share:.2f}"),
        ]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _text(x: int, y: int, text: str, more: str = "") -> str:
    return f'<text x="{x}" y="{y}" {more}>{text}</text>'
