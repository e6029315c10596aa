"""Requests each sent once, from a few clients at a time: for what cannot be repeated as `wrk` repeats."""

from __future__ import annotations

import http.client
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from benchmarks.load import CLIENTS
from benchmarks.stack import HOST


@dataclass(frozen=True)
class Shot:
    path: str
    headers: dict[str, str]
    body: bytes
    method: str = "POST"


def fire(port: int, shots: Sequence[Shot], *, status: int, clients: int = CLIENTS) -> float:
    """Send all of them; the seconds it took. Raises RuntimeError when one is answered with another status."""

    def send(mine: Sequence[Shot]) -> Counter[str]:
        answers: Counter[str] = Counter()
        connection = http.client.HTTPConnection(HOST, port, timeout=60)
        for shot in mine:
            connection.request(shot.method, shot.path, shot.body, {"Content-Type": "application/json"} | shot.headers)
            answer = connection.getresponse()
            told = answer.read()
            answers["" if answer.status == status else f"{answer.status} {told[:300]!r}"] += 1
        connection.close()
        return answers

    started = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        answers: Counter[str] = sum(pool.map(send, [shots[n::clients] for n in range(clients)]), Counter())
    took = time.perf_counter() - started
    if wrong := [text for text in answers if text]:
        raise RuntimeError(f"{len(shots) - answers['']} of {len(shots)} were not answered {status}: {wrong[0]}")
    return took
