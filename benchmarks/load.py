"""Load from `wrk` and `pgbench`, bounded in time and clients, and what they report."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.replay import Plan, as_pgbench, ends_at
from benchmarks.stack import HOST, Ground

CLIENTS = 8

# Prints the result as one line of JSON after wrk's own report.
_DONE = """
done = function(summary, latency, requests)
  io.write(string.format('{"requests":%d,"duration_us":%d,"p50_us":%d,"p95_us":%d,"p99_us":%d,"errors":%d,"statuses":%d}\\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(95), latency:percentile(99),
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout, summary.errors.status))
end
"""

# Requests come from a file, a line each: method, path, headers as JSON pairs, body; each thread takes its own share.
_REQUESTS = """
local requests = {}
local position = 0
local threads = 0
function setup(thread) thread:set("number", threads); threads = threads + 1 end
function init(args)
  local n = 0
  for line in io.lines(args[1]) do
    if n %% 2 == number then requests[#requests + 1] = line end
    n = n + 1
  end
end
function request()
  position = position %% #requests + 1
  return (requests[position]:gsub("\\\\r", "\\r"):gsub("\\\\n", "\\n"))
end
""".replace("%%", "%")


@dataclass(frozen=True)
class Load:
    per_second: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    errors: int
    #: CPU milliseconds of a request, server and database together, and the server's part of it.
    cpu_ms: float = 0.0
    server_cpu_ms: float = 0.0


class WrkMissing(RuntimeError):
    """wrk is Debian's package of that name."""


def http_request(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> str:
    """One HTTP/1.1 request as a line of the request file (CR and LF spelled out)."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}", *(f"{name}: {value}" for name, value in headers.items())]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\\r\\n".join(lines) + "\\r\\n\\r\\n" + body.decode()


def wrk(folder: Path, port: int, requests: list[str], *, seconds: float, clients: int = CLIENTS) -> Load:
    """Send the requests round robin from two threads over `clients` connections for `seconds`."""
    program = shutil.which("wrk")
    if program is None:
        raise WrkMissing("wrk is needed: apt-get install wrk")
    script, listed = folder / "requests.lua", folder / "requests.txt"
    script.write_text(_REQUESTS + _DONE)
    listed.write_text(
        "\n".join(requests if len(requests) > 1 else requests * 2) + "\n"
    )  # each thread takes every second one
    done = subprocess.run(
        [
            program,
            "-t2",
            f"-c{clients}",
            f"-d{max(1, round(seconds))}s",
            "--timeout",
            "10s",
            "--latency",
            "-s",
            str(script),
            f"http://{HOST}:{port}",
            "--",
            str(listed),
        ],
        capture_output=True,
        text=True,
        timeout=seconds + 60,
        check=False,
    )
    found = re.search(r"^\{.*\}$", done.stdout, re.M)
    if found is None:
        raise RuntimeError(f"wrk said nothing:\n{done.stdout}\n{done.stderr}")
    row = json.loads(found.group())
    return Load(
        per_second=row["requests"] / (row["duration_us"] / 1e6),
        p50_ms=row["p50_us"] / 1000,
        p95_ms=row["p95_us"] / 1000,
        p99_ms=row["p99_us"] / 1000,
        errors=row["errors"] + row["statuses"],
    )


def pgbench(ground: Ground, scripts: Sequence[str], *, seconds: float, clients: int = CLIENTS) -> Load:
    """Run pgbench with prepared statements from `clients` connections for `seconds`, each time one of the scripts."""
    files: list[str] = []
    for number, script in enumerate(scripts):
        path = ground.folder / f"case-{number}.pgbench"
        path.write_text(script)
        files += ["-f", str(path)]
    done = subprocess.run(
        [str(ground.pgbench), "-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-T", f"{max(1, round(seconds))}", *files],
        capture_output=True, text=True, timeout=seconds + 60, check=False, env={**os.environ, **ground.psql_environment()}, cwd="/",
    )  # fmt: skip
    rate = re.search(r"tps = ([\d.]+)", done.stdout)
    latency = re.search(r"latency average = ([\d.]+) ms", done.stdout)
    if done.returncode or rate is None or latency is None:
        raise RuntimeError(f"pgbench failed:\n{done.stdout[-2000:]}\n{done.stderr[-3000:]}")
    return Load(float(rate.group(1)), float(latency.group(1)), 0, 0, 0)


def pgbench_scripts(name: str, plan: Plan, *, at_most: int = 40) -> list[str]:
    """The case's SQL for pgbench, a script for each template; ids come from one more statement before it."""
    scripts = []
    for number, template in enumerate(plan.templates[:at_most]):
        columns = [f"uuidv7() AS f{position}" for position in range(len(template.fresh))]
        columns += [
            f"'B-' || substr(md5(random()::text), 1, 12) AS n{position}" for position in range(len(template.numbers))
        ]
        columns += [f"ids[{position + 1}] AS e{position}" for position in range(len(template.own))]
        variables = {old: f"f{position}" for position, old in enumerate(template.fresh)}
        variables |= {old: f"n{position}" for position, old in enumerate(template.numbers)}
        variables |= {old: f"e{position}" for position, old in enumerate(template.own)}
        source = f" FROM bench_entity WHERE name = '{name}' AND template = {number} AND turn = (SELECT nextval('bench_{name}_{number}'))"
        first = f"SELECT {', '.join(columns)}{source if template.own else ''} \\gset\n" if columns else ""
        ends = ends_at(template.statements) if plan.writes else 0
        inside, after = (
            as_pgbench(part, variables) for part in (template.statements[:ends], template.statements[ends:])
        )
        scripts.append(f"{first}BEGIN;\n{inside}\nCOMMIT;\n{after}\n" if plan.writes else first + after + "\n")
    return scripts


def lay_out_entities(name: str, plan: Plan, entities: Sequence[list[str]]) -> None:
    """Write down what pgbench's scripts take ids from, each entity once."""
    from django.db import connection

    width = len(plan.templates)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS bench_entity (name text, template int, turn int, ids text[], PRIMARY KEY (name, template, turn))"
        )
        for number in range(width):
            cursor.execute(f"CREATE SEQUENCE bench_{name}_{number} CACHE 1")
        with cursor.copy("COPY bench_entity (name, template, turn, ids) FROM STDIN") as copy:
            for position, ids in enumerate(entities):
                copy.write_row((name, position % width, position // width + 1, ids))
