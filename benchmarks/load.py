"""Load from `wrk` and `pgbench`, bounded in time and clients, and what they report."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

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
    listed.write_text("\n".join(requests) + "\n")
    done = subprocess.run(
        [program, "-t2", f"-c{clients}", f"-d{seconds:g}s", "--timeout", "10s", "--latency", "-s", str(script), f"http://{HOST}:{port}", "--", str(listed)],
        capture_output=True, text=True, timeout=seconds + 60, check=False,
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


def pgbench(ground: Ground, script: str, *, seconds: float, clients: int = CLIENTS) -> Load:
    """Run a pgbench script with prepared statements from `clients` connections for `seconds`."""
    path = ground.folder / "case.pgbench"
    path.write_text(script)
    done = subprocess.run(
        [str(ground.pgbench), "-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-T", f"{max(1, round(seconds))}", "-f", str(path)],
        capture_output=True, text=True, timeout=seconds + 60, check=False, env={**os.environ, **ground.psql_environment()}, cwd="/",
    )
    rate = re.search(r"tps = ([\d.]+)", done.stdout)
    latency = re.search(r"latency average = ([\d.]+) ms", done.stdout)
    failed = re.search(r"number of failed transactions: (\d+)", done.stdout)
    if rate is None or latency is None:
        raise RuntimeError(f"pgbench failed:\n{done.stdout}\n{done.stderr}")
    mean = float(latency.group(1))
    return Load(float(rate.group(1)), mean, mean, mean, int(failed.group(1)) if failed else 0)
