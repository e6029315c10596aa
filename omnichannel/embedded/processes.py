"""Starting and ending child processes so that none outlives its reason."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
# Loaded here, not in the child: between fork and exec nothing may take the import lock.
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

LOG_LIMIT_BYTES = 20_000_000


def spawn(
    argv: Sequence[str | Path],
    *,
    log: Path | None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    death_signal: signal.Signals | None = None,
    popen_options: Mapping[str, Any] | None = None,
) -> subprocess.Popen[bytes]:
    """Start one process in a session of its own, its output appended to `log`, or to ours.

    death_signal  what the kernel sends it when the calling *thread* ends: call from the main thread. Linux only.
    """

    def in_child() -> None:
        # Runs after setuid, which would have cleared the death signal.
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        if death_signal is not None and _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)

    if log is not None:
        rotate(log)
    with log.open("ab") if log is not None else nullcontext() as out:
        return subprocess.Popen(
            [str(part) for part in argv],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT if out is not None else None,
            env=dict(env) if env is not None else None,
            cwd=cwd,
            start_new_session=True,
            preexec_fn=in_child,
            **(popen_options or {}),
        )


def rotate(log: Path) -> None:
    """Keep one older log, so that a year of restarts does not fill the disk."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        if log.stat().st_size > LOG_LIMIT_BYTES:
            log.replace(log.with_suffix(log.suffix + ".1"))


def fork(main: Callable[[], None], *, log: Path, death_signal: signal.Signals | None = None) -> ForkedProcess:
    """Run `main` in a child that shares this process's loaded code, in a group of its own, its output in `log`.

    The memory of what is loaded is counted once for all such children. Nothing that cannot be shared may be
    open yet: no database connection, no threads.
    """
    rotate(log)
    pid = os.fork()
    if pid:
        return ForkedProcess(pid)
    code = 1
    try:
        # A group, not a session: whoever ends this family finds all of it by the session of its head.
        os.setpgid(0, 0)
        if death_signal is not None and _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        with log.open("ab") as out:
            os.dup2(out.fileno(), 1)
            os.dup2(out.fileno(), 2)
        main()
        code = 0
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    except KeyboardInterrupt:
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        with suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        # Not `sys.exit`: what the parent meant to do at its end is not this child's to do.
        os._exit(code)


class ForkedProcess:
    """A forked child, with as much of `subprocess.Popen` as the supervisor asks of it."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if not wait_until(lambda: self.poll() is not None, seconds=timeout if timeout is not None else 1e9):
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, sig: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, sig)


def kill_family(pid: int) -> None:
    """Kill what is left of a process's group and session: granian's workers go on serving after their master."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, ValueError, IndexError):
            # After the name in brackets, which may hold anything: state, parent, group, session.
            session = int(stat.read_text().rpartition(")")[2].split()[3])
            if session == pid:
                os.kill(int(stat.parent.name), signal.SIGKILL)


def wait_until(ready: Callable[[], bool], *, seconds: float, every: float = 0.03) -> bool:
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            return False
        time.sleep(every)
    return True


def tail(log: Path, *, lines: int = 8) -> str:
    try:
        with log.open("rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - 8_192))
            text = file.read().decode(errors="replace")
    except FileNotFoundError:
        return ""
    return "\n".join(text.splitlines()[-lines:])
