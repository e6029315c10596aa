"""The supervisor started for real, on ports and data of its own: what dies comes back, and nothing stays behind."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from omnichannel.embedded.processes import wait_until
from tests.stack import PATIENCE_SECONDS, ROOT, Stack, clean_environment, free_ports


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    # Short and reachable by the database's account, which pytest's own folders (0700) are not.
    with tempfile.TemporaryDirectory(prefix="omni-run-") as name:
        yield Path(name)


@pytest.fixture(scope="module")
def stack(folder: Path) -> Iterator[Stack]:
    stack = Stack(folder, free_ports(), "--no-demo")
    try:
        stack.wait_until_up()
        yield stack
    finally:
        stack.end()


def test_the_whole_stack_is_up_and_ready(stack: Stack):
    assert wait_until(lambda: stack.answers("/readyz"), seconds=PATIENCE_SECONDS)
    assert stack.answers("/healthz", port=stack.port + 1)


@pytest.mark.parametrize("name", ["web", "live", "relay", "worker", "background", "redis", "postgres"])
def test_a_killed_process_comes_back_and_is_reported(stack: Stack, name: str):
    # when it is killed, then another one takes its place
    stack.kill(name)
    # and somebody is told
    assert wait_until(lambda: stack.said(f"{name} ended after"), seconds=PATIENCE_SECONDS)
    assert stack.said("(killed by SIGKILL); starting it again in 0.2 s")
    # and all is well again
    assert wait_until(lambda: stack.answers("/readyz"), seconds=PATIENCE_SECONDS)
    assert wait_until(lambda: stack.answers("/healthz", port=stack.port + 1), seconds=PATIENCE_SECONDS)


def test_a_second_stack_on_the_same_data_is_refused(stack: Stack, folder: Path):
    done = subprocess.run(
        [sys.executable, "manage.py", "run", "--data-dir", str(folder), "--port", str(free_ports())],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith(f"The stack already runs on {folder}.")


def test_a_taken_port_is_named(stack: Stack):
    with tempfile.TemporaryDirectory() as other:
        done = subprocess.run(
            [sys.executable, "manage.py", "run", "--data-dir", other, "--port", str(stack.port)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.startswith(f"Port {stack.port} (web) on 127.0.0.1 cannot be used")


def test_a_command_uses_the_running_servers_and_leaves_them(stack: Stack, folder: Path):
    # given the running stack, when a command without addresses asks the database
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--check"],
        cwd=ROOT,
        env={**clean_environment(), "DATA_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    # then it finds the stack's own data migrated, and the stack goes on
    assert done.returncode == 0, done.stdout + done.stderr
    assert stack.answers("/readyz")


def test_a_stop_ends_everything_and_a_second_start_makes_nothing_anew(stack: Stack, folder: Path):
    # given the running stack
    family = stack.family()
    assert len(family) > 8
    # when it is told to stop
    stack.process.send_signal(signal.SIGINT)
    assert stack.process.wait(timeout=PATIENCE_SECONDS) == 0
    # then nothing of it lives
    _, alive = psutil.wait_procs(family, timeout=5)
    assert alive == []
    assert stack.said("stopped") and stack.said("gathering static files")
    # and a second start on the same data has nothing to make, neither tables nor static files
    again = Stack(folder, stack.port, "--no-demo")
    try:
        again.wait_until_up()
        assert "No migrations to apply" in (folder / "logs" / "migrate.log").read_text().rpartition("Operations")[2]
        assert not again.said("gathering static files")
        # when the supervisor itself is killed, then the kernel ends what it started
        family = again.family()
        again.process.kill()
        again.process.wait()
        _, alive = psutil.wait_procs(family, timeout=15)
        assert [process.cmdline() for process in alive] == []
    finally:
        again.end()
