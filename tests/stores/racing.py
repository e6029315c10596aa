"""Threads that begin at one moment, each on its own connection."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection


def race(works: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each returned, or the error it ended with, in the order given."""
    gate = threading.Barrier(len(works))
    results: list[Any] = [None] * len(works)

    def run(position: int) -> None:
        try:
            connection.ensure_connection()
            gate.wait(timeout=30)
            results[position] = works[position]()
        except Exception as error:
            results[position] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(position,)) for position in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
