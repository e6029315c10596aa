"""Starting and ending child processes so that none outlives its reason."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
# Loaded here, not in the child: between fork and exec nothing may take the import lock.
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

LOG_LIMIT_BYTES = 20_000_000


def spawn(
    argv: Sequence[str | Path],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    death_signal: signal.Signals | None = None,
    popen_options: Mapping[str, Any] | None = None,
) -> subprocess.Popen[bytes]:
    """Start one process in a session of its own, its output appended to `log`.

    death_signal  what the kernel sends it when the calling *thread* ends: call from the main thread. Linux only.
    """

    def in_child() -> None:
        # Runs after setuid, which would have cleared the death signal.
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        if death_signal is not None and _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)

    rotate(log)
    with log.open("ab") as out:
        return subprocess.Popen(
            [str(part) for part in argv],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
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


def kill_session(pid: int) -> None:
    """Kill what is left of a process's group: granian's workers go on serving after their master is killed."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


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
