"""Servers for one benchmark run: embedded PostgreSQL and Redis with default durability, granian in front."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from omnichannel.embedded.servers import Server, describe_servers, start_server, stop_process

ROOT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _cpu_seconds(processes: list[psutil.Process]) -> float:
    total = 0.0
    for process in processes:
        with suppress(psutil.Error):
            used = process.cpu_times()
            total += used.user + used.system
    return total


@dataclass(frozen=True)
class Ground:
    """The servers of a run, and the environment every process of it gets."""

    folder: Path
    environment: dict[str, str]
    pgbench: Path
    postgres: int

    def database_seconds(self) -> float:
        """CPU time of the database's processes so far."""
        return _cpu_seconds(psutil.Process(self.postgres).children())

    def psql_environment(self) -> dict[str, str]:
        return {"PGHOST": str(self.folder / "run"), "PGUSER": "omnichannel", "PGDATABASE": "omnichannel"}


@contextmanager
def ground() -> Iterator[Ground]:
    """Start PostgreSQL and Redis in a folder of this run's own; remove everything afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="omnichannel-bench-"))
    started: list[tuple[Server, subprocess.Popen[bytes]]] = []
    try:
        layout, servers = describe_servers(folder, durable=True)
        for server in servers:
            started.append((server, start_server(server, layout, death_signal=True)))
        postgres = next(server for server in servers if server.name == "postgres")
        (folder / "static").mkdir()
        environment = layout.urls.as_environment() | {
            "DJANGO_SETTINGS_MODULE": "omnichannel.settings",
            "SECRET_KEY": "benchmark-only-" + "0123456789abcdef" * 4,
            "ALLOWED_HOSTS": "127.0.0.1",
            "ALLOW_HTTP": "1",
            "DEBUG": "0",
            "ACCESS_LOG": "1",
            "STATIC_HASHED": "1",
            "DATA_DIR": str(folder),
            # As the built-in stack tells its own processes.
            "MALLOC_ARENA_MAX": "2",
            "SITE_URL": f"http://{HOST}:8000",
            # One caller makes all the load; the throttle stays on, wide enough not to be what is measured.
            **{
                f"THROTTLE_{kind}": "100000000"
                for kind in ("ANONYMOUS", "CUSTOMER", "GUEST", "DEVICE", "ASSOCIATE", "API_KEY")
            },
        }
        at = next(process.pid for server, process in started if server.name == "postgres")
        yield Ground(folder, environment, Path(postgres.argv()[0]).with_name("pgbench"), at)
    finally:
        for server, process in reversed(started):
            stop_process(process, server.stop_signal)
        shutil.rmtree(folder, ignore_errors=True)


class WebServer:
    """granian, WSGI, 2 workers × 4 threads: the product, or the bare floor."""

    def __init__(self, ground: Ground, application: str, port: int, extra: dict[str, str] | None = None) -> None:
        self.port = port
        self._log = (ground.folder / f"web-{port}.log").open("wb")
        self.log_path = ground.folder / f"web-{port}.log"
        argv = [
            sys.executable,
            "-m",
            "omnichannel.web" if application.startswith("omnichannel.") else "granian",
            "--interface",
            "wsgi",
            "--host",
            HOST,
            "--port",
            str(port),
            "--workers",
            "2",
            "--blocking-threads",
            "4",
            "--blocking-threads-idle-timeout",
            "600",
            "--backlog",
            "1024",
            "--workers-kill-timeout",
            "3",
            "--log-level",
            "error",
            application,
        ]
        self.process = subprocess.Popen(
            argv,
            cwd=ROOT,
            env={**os.environ, **ground.environment, **(extra or {})},
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )

    def wait(self, path: str, *, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                connection = http.client.HTTPConnection(HOST, self.port, timeout=5)
                connection.request("GET", path)
                if connection.getresponse().status < 500:
                    return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(f"{self.port} did not answer:\n{self.log_path.read_text()[-2000:]}")

    def workers(self) -> list[psutil.Process]:
        """The two workers, without their parent."""
        return [
            each
            for each in psutil.Process(self.process.pid).children()
            if "resource_tracker" not in " ".join(each.cmdline())
        ]

    def resident_mib(self) -> float:
        return sum(worker.memory_info().rss for worker in self.workers()) / 2**20

    def seconds(self) -> float:
        """CPU time of the workers so far."""
        return _cpu_seconds(self.workers())

    def proportional_mib(self) -> float:
        """Of the workers and their parent, pages that they share counted once."""
        own = [psutil.Process(self.process.pid), *self.workers()]
        return sum(process.memory_full_info().pss for process in own) / 2**20

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._log.close()
