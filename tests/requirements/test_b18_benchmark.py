"""B18: anybody can rerun the benchmark; it counts what must be zero, and what it last wrote says that it was."""

import re
from pathlib import Path

import pytest

from benchmarks import correctness

ROOT = Path(__file__).resolve().parents[2]
COUNTERS = ("oversold", "double orders", "lost updates")


def test_one_command_runs_it_and_needs_nothing_before():
    target = re.search(r"^bench: (.*?)\n\t(.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert target is not None
    assert ".venv/.development" in target[1] and "-m benchmarks" in target[2]
    assert (
        callable(correctness.count_oversold)
        and callable(correctness.count_double_orders)
        and callable(correctness.count_lost_updates)
    )


def test_what_it_last_wrote_has_throughput_latency_and_zeros():
    page = ROOT / "docs" / "benchmarks.md"
    if not page.exists():
        pytest.skip("docs/benchmarks.md is written by `make bench`")
    text = page.read_text()
    assert "p99" in text and "/s" in text
    for counter in COUNTERS:
        counts = re.findall(rf"{counter}[^:\n]*: (\d+)", text)
        assert counts and set(counts) == {"0"}, counter
