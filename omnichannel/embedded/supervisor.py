"""Keeps a set of processes running: restarts what ends, says so, and stops all of it in reverse."""

from __future__ import annotations

import select
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from omnichannel.embedded.processes import ForkedProcess, fork, kill_family, spawn, tail

FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 30.0
#: A process that ran this long has recovered: its next end is a first one again.
STEADY_SECONDS = 60.0


@dataclass(frozen=True)
class Program:
    """One process to keep running: another program, or a function in a child forked from this one.

    phase  started in ascending order, stopped in descending; those of one phase together.
    """

    name: str
    argv: Sequence[str] = ()
    phase: int = 0
    main: Callable[[], None] | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 10.0
    popen_options: Mapping[str, Any] = field(default_factory=dict)
    #: Its output goes where the supervisor's goes: it reports on processes of its own.
    speaks: bool = False


class Stopped(Exception):
    """Somebody asked the supervisor to end while it was still starting."""


class _Child:
    def __init__(self, program: Program, log: Path) -> None:
        self.program = program
        self.log = log
        self.process: subprocess.Popen[bytes] | ForkedProcess | None = None
        self.started_at = 0.0
        self.restart_at: float | None = None
        self.ends_in_a_row = 0


class Supervisor:
    """Used from the main thread alone: signals arrive there, and children die with the thread that made them."""

    def __init__(self, *, env: Mapping[str, str], cwd: Path, logs: Path, say: Callable[[str], None]) -> None:
        self._env = dict(env)
        self._cwd = cwd
        self._logs = logs
        self._say = say
        self._children: list[_Child] = []
        self._stop_requests = 0
        self._wakeup, waker = socket.socketpair()
        self._wakeup.setblocking(False)
        waker.setblocking(False)
        self._waker = waker

    def install_signals(self) -> None:
        # The handlers do next to nothing; the wake-up socket ends the wait, also for SIGCHLD.
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_stop)
        signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)

    def _on_stop(self, number: int, frame: object) -> None:
        self._stop_requests += 1

    @property
    def stopping(self) -> bool:
        return self._stop_requests > 0

    def start(self, program: Program) -> None:
        child = _Child(program, self._logs / f"{program.name}.log")
        self._children.append(child)
        self._spawn(child)

    def wait_for(self, ready: Callable[[], bool], *, what: str, seconds: float) -> None:
        """Look after the children until `ready`; RuntimeError naming `what` when it does not come."""
        end = time.monotonic() + seconds
        while not ready():
            if self.stopping:
                raise Stopped
            if time.monotonic() > end:
                raise RuntimeError(f"{what} was not ready within {seconds:.0f} s:\n{self._tail_of(what)}")
            self._look_after(at_most=0.05)

    def run_step(self, argv: Sequence[str], *, name: str) -> None:
        """Run a command to its end while looking after the rest; RuntimeError when it fails."""
        log = self._logs / f"{name}.log"
        process = spawn(argv, log=log, env=self._env, cwd=self._cwd, death_signal=signal.SIGTERM)
        try:
            while process.poll() is None:
                if self.stopping:
                    raise Stopped
                self._look_after(at_most=0.2)
        finally:
            if process.poll() is None:
                process.terminate()
                with suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=10)
                kill_family(process.pid)
                process.wait()
        if process.returncode != 0:
            raise RuntimeError(f"{name} failed ({_how(process.returncode)}):\n{tail(log, lines=25)}")

    def run(self) -> None:
        """Look after the children until somebody asks for an end."""
        while not self.stopping:
            self._look_after(at_most=1.0)

    def stop(self) -> None:
        """End all, last phase first; a second request in the meantime kills what is left at once."""
        requests = self._stop_requests
        for phase in sorted({child.program.phase for child in self._children}, reverse=True):
            children = [c for c in self._children if c.program.phase == phase and c.process is not None]
            for child in children:
                assert child.process is not None
                if child.process.poll() is None:
                    child.process.send_signal(child.program.stop_signal)
            for child in children:
                self._await_end(child, patience=lambda: self._stop_requests <= max(requests, 1))

    def _await_end(self, child: _Child, *, patience: Callable[[], bool]) -> None:
        assert child.process is not None
        end = time.monotonic() + child.program.stop_seconds
        resend_at = time.monotonic() + 3
        while child.process.poll() is None and time.monotonic() < end and patience():
            if time.monotonic() > resend_at:
                # A granian still importing loses the first one.
                child.process.send_signal(child.program.stop_signal)
                resend_at += 3
            self._sleep(0.05)
        if child.process.poll() is None:
            self._say(f"{child.program.name} did not stop by itself and was killed")
        kill_family(child.process.pid)
        child.process.wait()

    def _look_after(self, *, at_most: float) -> None:
        now = time.monotonic()
        for child in self._children:
            if child.process is not None and child.process.poll() is not None:
                self._note_end(child, now)
            if child.restart_at is not None and child.restart_at <= now and not self.stopping:
                self._spawn(child)
        due = [child.restart_at - now for child in self._children if child.restart_at is not None]
        self._sleep(max(0.01, min([at_most, *due])))

    def _note_end(self, child: _Child, now: float) -> None:
        assert child.process is not None and child.process.returncode is not None
        lasted = now - child.started_at
        child.ends_in_a_row = 1 if lasted > STEADY_SECONDS else child.ends_in_a_row + 1
        pause = min(FIRST_PAUSE_SECONDS * 2 ** (child.ends_in_a_row - 1), LONGEST_PAUSE_SECONDS)
        how = _how(child.process.returncode)
        self._say(f"{child.program.name} ended after {lasted:.1f} s ({how}); starting it again in {pause:.1f} s")
        if child.process.returncode > 0 and (last := tail(child.log)):
            self._say("  " + last.replace("\n", "\n  "))
        kill_family(child.process.pid)
        child.process = None
        child.restart_at = now + pause

    def _spawn(self, child: _Child) -> None:
        child.restart_at = None
        child.started_at = time.monotonic()
        try:
            child.process = self._launch(child)
        except OSError as error:
            child.ends_in_a_row += 1
            child.restart_at = child.started_at + LONGEST_PAUSE_SECONDS
            self._say(f"{child.program.name} cannot be started: {error}; trying again in {LONGEST_PAUSE_SECONDS:.0f} s")
            return
        self._note_pid(child)
        if child.ends_in_a_row:
            self._say(f"{child.program.name} started again (pid {child.process.pid})")

    def _note_pid(self, child: _Child) -> None:
        """For people and tests: forked processes cannot be told apart by their command line."""
        assert child.process is not None
        folder = self._logs.parent / "pids"
        folder.mkdir(exist_ok=True)
        (folder / child.program.name).write_text(f"{child.process.pid}\n")

    def _launch(self, child: _Child) -> subprocess.Popen[bytes] | ForkedProcess:
        program = child.program
        if program.main is not None:
            # Killed, not asked: whoever made it was killed too, and will make it again.
            return fork(program.main, log=child.log, death_signal=signal.SIGKILL)
        return spawn(
            program.argv,
            log=None if program.speaks else child.log,
            env=self._env,
            cwd=self._cwd,
            death_signal=program.stop_signal,
            popen_options=program.popen_options,
        )

    def _tail_of(self, name: str) -> str:
        return tail(self._logs / f"{name}.log", lines=25)

    def _sleep(self, seconds: float) -> None:
        """Until a signal comes, at most this long."""
        readable, _, _ = select.select([self._wakeup], [], [], seconds)
        if readable:
            with suppress(BlockingIOError):
                self._wakeup.recv(4_096)


def _how(returncode: int) -> str:
    if returncode < 0:
        return f"killed by {signal.Signals(-returncode).name}"
    return f"exit code {returncode}"
