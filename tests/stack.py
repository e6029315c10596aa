"""The product started for real by its supervisor, for tests that need all of its processes."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil

from omnichannel.embedded.processes import wait_until

ROOT = Path(__file__).resolve().parents[1]
#: Generous: the machine may be running other things; what is asserted is stated in each test.
PATIENCE_SECONDS = 180.0


def clean_environment() -> dict[str, str]:
    """Without what this test run has set: the stack is to find its own way."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}


class Stack:
    """One supervisor; `--no-demo` among the options leaves the demo brand out."""

    def __init__(self, data_dir: Path, port: int, *options: str) -> None:
        self.port = port
        self.data_dir = data_dir
        self.output = data_dir / "output.txt"
        self.started = time.monotonic()
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "run", "--data-dir", str(data_dir), "--port", str(port), *options],
                cwd=ROOT,
                env=clean_environment(),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self, text: str) -> bool:
        return text in self.output.read_text()

    def wait_until_up(self) -> float:
        """Seconds from the start until the welcome."""
        wait_until(lambda: self.said("Omnichannel is up") or self.process.poll() is not None, seconds=PATIENCE_SECONDS)
        assert self.said("Omnichannel is up"), self.output.read_text()
        return time.monotonic() - self.started

    def pid(self, name: str) -> int | None:
        """The living process of this name: web, live, relay, worker, gateway, mailbox, ads, background, postgres, redis."""
        with contextlib.suppress(OSError, ValueError, psutil.Error):
            pid = int((self.data_dir / "pids" / name).read_text())
            if psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
                return pid
        return None

    def kill(self, name: str) -> None:
        """Kill one process and wait until another has taken its place."""
        before = self.pid(name)
        assert before is not None, f"{name} does not run"
        os.kill(before, signal.SIGKILL)
        assert wait_until(lambda: self.pid(name) not in {None, before}, seconds=PATIENCE_SECONDS), (
            self.output.read_text()
        )

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def answers(self, path: str, *, port: int | None = None) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port or self.port}{path}", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=PATIENCE_SECONDS)
            finally:
                self.process.kill()


def listens(port: int) -> bool:
    """Whether somebody takes connections there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_ports() -> int:
    """The first of five neighbouring ports nobody listens on."""
    while True:
        with contextlib.ExitStack() as held:
            first = held.enter_context(socket.socket())
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            try:
                for offset in (1, 2, 3, 4):
                    held.enter_context(socket.socket()).bind(("127.0.0.1", port + offset))
            except (OSError, OverflowError):
                continue
            return port
