"""The embedded PostgreSQL and Redis: how each is made, started, asked and ended."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from omnichannel.embedded.account import reachable_programs
from omnichannel.embedded.binaries import PostgresPrograms, find_postgres, find_redis
from omnichannel.embedded.layout import DATABASE, Layout, Urls, prepare_layout
from omnichannel.embedded.processes import kill_family, spawn, tail, wait_until

START_SECONDS = 60.0
STOP_SECONDS = 20.0


class Server(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def stop_signal(self) -> signal.Signals: ...
    def prepare(self) -> None: ...
    def argv(self) -> list[str]: ...
    def is_ready(self) -> bool: ...
    def find_pid(self) -> int | None: ...


@dataclass(frozen=True)
class Postgres:
    layout: Layout
    bin: Path
    durable: bool = True
    name: str = "postgres"
    #: "Fast" shutdown: SIGTERM would wait for every client to leave of its own accord.
    stop_signal: signal.Signals = signal.SIGINT

    def prepare(self) -> None:
        """Make the cluster once. Built aside and renamed, so that an interrupted start leaves no half of one."""
        if (self.layout.postgres_data / "PG_VERSION").exists():
            return
        fresh = self.layout.postgres_data.with_name("postgres.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        self.layout.account.own(fresh)
        initdb = [str(self.bin / "initdb"), "-D", str(fresh), "-U", DATABASE, "--auth=trust", "--encoding=UTF8"]
        initdb += self._locale() + ([] if self.durable else ["--no-sync"])
        self._run(initdb)
        single = [str(self.bin / "postgres"), "--single", "-D", str(fresh), *self._settings(), "postgres"]
        self._run(
            single,
            # Single-user mode reads one statement a line.
            stdin=f"CREATE DATABASE {DATABASE};\nALTER ROLE {DATABASE} SET lock_timeout = '3s';\n",
        )
        fresh.rename(self.layout.postgres_data)

    def argv(self) -> list[str]:
        return [
            str(self.bin / "postgres"),
            "-D",
            str(self.layout.postgres_data),
            *self._settings(),
            "-c",
            f"unix_socket_directories={self.layout.sockets}",
        ]

    def is_ready(self) -> bool:
        # The socket first: running pg_isready costs a process.
        if not (self.layout.sockets / ".s.PGSQL.5432").exists():
            return False
        argv = [str(self.bin / "pg_isready"), "-q", "-h", str(self.layout.sockets), "-U", DATABASE, "-d", "postgres"]
        return subprocess.run(argv, capture_output=True, cwd="/", check=False).returncode == 0

    def find_pid(self) -> int | None:
        return _live_pid(self.layout.postgres_data / "postmaster.pid")

    def _settings(self) -> list[str]:
        settings = {
            "listen_addresses": "",
            "max_connections": "100",
            "shared_buffers": "128MB",
            "jit": "off",
            "max_wal_size": "2GB",
            "checkpoint_timeout": "15min",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]

    def _locale(self) -> list[str]:
        # The same order of text on every machine: from 17 on PostgreSQL brings its own.
        if PostgresPrograms(self.bin).major() >= 17:
            return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        return ["--locale=C.UTF-8" if sys.platform == "linux" else "--locale=C"]

    def _run(self, argv: list[str], *, stdin: str = "") -> None:
        done = subprocess.run(
            argv,
            input=stdin,
            capture_output=True,
            text=True,
            cwd="/",
            check=False,
            **self.layout.account.popen_options(),
        )
        if done.returncode != 0:
            raise RuntimeError(f"{Path(argv[0]).name} failed:\n{done.stdout}{done.stderr}")


@dataclass(frozen=True)
class Redis:
    layout: Layout
    program: Path
    durable: bool = True
    name: str = "redis"
    stop_signal: signal.Signals = signal.SIGTERM

    def prepare(self) -> None:
        pass

    def argv(self) -> list[str]:
        return [
            str(self.program),
            "--port",
            "0",
            "--unixsocket",
            str(self.layout.redis_socket),
            "--unixsocketperm",
            "700",
            "--dir",
            str(self.layout.redis_data),
            "--pidfile",
            str(self.layout.redis_data / "redis.pid"),
            "--appendonly",
            "yes" if self.durable else "no",
            "--appendfsync",
            "everysec",
            "--save",
            "",
            # A full broker must refuse work, never forget it.
            "--maxmemory-policy",
            "noeviction",
        ]

    def is_ready(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(1)
                client.connect(str(self.layout.redis_socket))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def find_pid(self) -> int | None:
        return _live_pid(self.layout.redis_data / "redis.pid")


def describe_servers(data_dir: Path, *, durable: bool = True) -> tuple[Layout, list[Server]]:
    layout = prepare_layout(data_dir)
    programs = reachable_programs(find_postgres(), layout.account)
    return layout, [Postgres(layout, programs.bin, durable), Redis(layout, find_redis(), durable)]


def start_server(server: Server, layout: Layout, *, death_signal: bool = False) -> subprocess.Popen[bytes]:
    """Start one server and wait until it answers; RuntimeError with the end of its log when it does not."""
    server.prepare()
    log = layout.logs / f"{server.name}.log"
    options = layout.account.popen_options() if isinstance(server, Postgres) else {}
    process = spawn(
        server.argv(),
        log=log,
        cwd=Path("/"),
        death_signal=server.stop_signal if death_signal else None,
        popen_options=options,
    )
    if not wait_until(lambda: server.is_ready() or process.poll() is not None, seconds=START_SECONDS):
        stop_process(process, server.stop_signal)
    if process.poll() is not None:
        raise RuntimeError(f"{server.name} did not start:\n{tail(log)}")
    return process


def stop_process(process: subprocess.Popen[bytes], sig: signal.Signals, *, seconds: float = STOP_SECONDS) -> None:
    if process.poll() is None:
        with suppress(ProcessLookupError):
            process.send_signal(sig)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=seconds)
    kill_family(process.pid)
    process.wait()


class Lease:
    """One command's use of the embedded servers of a data folder.

    The first command starts them, the last one to leave ends those a command started; servers under a
    supervisor are only used. Who uses them is told by a shared file lock, which a killed command cannot keep.
    """

    def __init__(self, data_dir: Path) -> None:
        self.layout, self.servers = describe_servers(data_dir)
        self.urls = self.layout.urls
        self._mark = self.layout.data_dir / "started-by-command"
        self._users = (self.layout.data_dir / "users.lock").open("a")

    def acquire(self) -> Urls:
        with exclusive(self.layout.data_dir / "start.lock"):
            fcntl.flock(self._users, fcntl.LOCK_SH)
            for server in self.servers:
                if not self._answers(server):
                    self._mark.touch()
                    process = start_server(server, self.layout)
                    # From here on it is known by its pid file, and may outlive this command without a warning.
                    process.returncode = 0
        return self.urls

    def release(self) -> None:
        with exclusive(self.layout.data_dir / "start.lock"):
            try:
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._users.close()
                return
            if self._mark.exists():
                for server in reversed(self.servers):
                    end_server(server)
                self._mark.unlink()
            self._users.close()

    def _answers(self, server: Server) -> bool:
        if server.is_ready():
            return True
        # Its process is there but does not answer yet: recovering after a crash, or being started.
        return (
            server.find_pid() is not None
            and wait_until(lambda: server.is_ready() or server.find_pid() is None, seconds=START_SECONDS)
            and server.is_ready()
        )


def ensure(data_dir: Path | str) -> Urls:
    """The addresses of the running embedded servers of `data_dir`, started if need be and ended at exit."""
    import atexit

    lease = Lease(Path(data_dir))
    owner = os.getpid()
    urls = lease.acquire()
    # A forked child inherits the exit hook but not the right to end its parent's servers.
    atexit.register(lambda: lease.release() if os.getpid() == owner else None)
    return urls


def end_server(server: Server) -> None:
    pid = server.find_pid()
    if pid is None:
        return
    with suppress(ProcessLookupError):
        os.kill(pid, server.stop_signal)
    if not wait_until(lambda: server.find_pid() is None, seconds=STOP_SECONDS):
        kill_family(pid)


@contextmanager
def exclusive(lock: Path) -> Iterator[None]:
    with lock.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _live_pid(pid_file: Path) -> int | None:
    """The process a pid file names, if it still lives (a zombie of ours does not)."""
    try:
        pid = abs(int(pid_file.read_text().split()[0]))
    except (OSError, ValueError, IndexError):
        return None
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        return pid
    return pid
