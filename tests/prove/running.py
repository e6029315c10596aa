"""A running stack for a proof, and clients of it."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from omnichannel.embedded.layout import prepare_layout
from tests.cluster import place_cluster
from tests.stack import ROOT, Stack, clean_environment, free_ports


@contextmanager
def running_stack() -> Iterator[Stack]:
    # Short and reachable by the database's account, which pytest's own folders (0700) are not.
    with tempfile.TemporaryDirectory(prefix="omni-prove-") as folder:
        place_cluster(prepare_layout(Path(folder)))
        stack = Stack(Path(folder), free_ports(), "--no-demo")
        try:
            stack.wait_until_up()
            yield stack
        finally:
            stack.end()


def furnish(stack: Stack, what: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.prove.furnish", str(stack.data_dir), what],
        cwd=ROOT, env=clean_environment(), capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    answer: dict[str, Any] = json.loads(done.stdout.rsplit("FURNISHED ", 1)[1])
    return answer


def database(stack: Stack) -> psycopg.Connection[Any]:
    return psycopg.connect(prepare_layout(stack.data_dir).urls.database_url, autocommit=True)


def call(port: int, method: str, path: str, headers: dict[str, str], body: Any = None) -> tuple[int, Any]:
    """One request over a connection of its own. Raises OSError or HTTPException when nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        payload = json.dumps(body).encode() if body is not None else None
        more = {"Content-Type": "application/json"} if payload else {}
        connection.request(method, f"/api/v1{path}", payload, headers | more)
        answer = connection.getresponse()
        raw = answer.read()
    finally:
        connection.close()
    return answer.status, json.loads(raw) if raw.startswith(b"{") else None


#: Levels whose counts are not the sum of their movements.
LEDGER = """
SELECT l.store_id, l.variant_id, l.on_hand, l.reserved, m.on_hand, m.reserved
  FROM stores_stocklevel l
  LEFT JOIN (SELECT store_id, variant_id, sum(on_hand_delta) AS on_hand, sum(reserved_delta) AS reserved
               FROM stores_stockmovement GROUP BY store_id, variant_id) m USING (store_id, variant_id)
 WHERE (l.on_hand, l.reserved) IS DISTINCT FROM (coalesce(m.on_hand, 0), coalesce(m.reserved, 0))
"""
