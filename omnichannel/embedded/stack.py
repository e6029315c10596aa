"""`manage.py run`: the whole product on this machine, under one supervisor.

    PostgreSQL → Redis → migrate → static files → demo brand → web, live, relay, worker, sandbox gateway, mailbox

Addresses in the environment (DATABASE_URL, REDIS_URL) take the place of the built-in servers.
"""

from __future__ import annotations

import argparse
import fcntl
import http.client
import os
import shlex
import shutil
import socket
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from omnichannel.embedded.binaries import ServerMissing
from omnichannel.embedded.layout import Layout
from omnichannel.embedded.local import LOOPBACK, NotLocal, kept_secret, local_environment
from omnichannel.embedded.servers import Postgres, Server, describe_servers, end_server, exclusive
from omnichannel.embedded.supervisor import Program, Stopped, Supervisor
from omnichannel.embedded.welcome import print_welcome

ROOT = Path(__file__).resolve().parents[2]
SERVER_PHASES = {"postgres": 0, "redis": 1}
APP_PHASE = 2
READY_SECONDS = 60.0
#: How long the servers wait for a command that is still using them.
COMMAND_SECONDS = 120.0


@dataclass(frozen=True)
class Ports:
    web: int
    live: int
    gateway: int
    smtp: int
    ads: int

    def named(self) -> dict[str, int]:
        return {"web": self.web, "live": self.live, "gateway": self.gateway, "smtp": self.smtp, "ads": self.ads}


@dataclass(frozen=True)
class Options:
    host: str
    ports: Ports
    data_dir: Path
    workers: int
    threads: int
    demo: bool


class CannotStart(RuntimeError):
    """Something on this machine is in the way; the text says what."""


def main(argv: Sequence[str] | None = None) -> int:
    options = parse_options(argv)
    started = time.monotonic()
    try:
        lock = take_data_dir(options.data_dir)
        refuse_taken_ports(options)
        with lock:
            return run_stack(options, started)
    except (CannotStart, NotLocal, ServerMissing) as error:
        print(error, file=sys.stderr)
        return 2


def parse_options(argv: Sequence[str] | None) -> Options:
    parser = argparse.ArgumentParser(prog="manage.py run", description="Run the whole product on this machine.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, default=8000, help="web; live and the others follow it (default 8000)")
    parser.add_argument("--live-port", type=int, help="default: port + 1")
    parser.add_argument("--gateway-port", type=int, help="sandbox card gateway; default: port + 2")
    parser.add_argument("--smtp-port", type=int, help="mailbox; default: port + 3")
    parser.add_argument("--ads-port", type=int, help="advertising stand-in; default: port + 4")
    parser.add_argument("--data-dir", type=Path, default=Path(os.environ.get("DATA_DIR") or ROOT / ".data"))
    parser.add_argument("--workers", type=int, default=2, help="web worker processes (default 2)")
    parser.add_argument("--threads", type=int, default=4, help="threads per web worker (default 4)")
    parser.add_argument("--no-demo", action="store_true", help="do not load the demo brand")
    given = parser.parse_args(argv)
    ports = Ports(
        web=given.port,
        live=given.live_port or given.port + 1,
        gateway=given.gateway_port or given.port + 2,
        smtp=given.smtp_port or given.port + 3,
        ads=given.ads_port or given.port + 4,
    )
    return Options(given.host, ports, given.data_dir.resolve(), given.workers, given.threads, not given.no_demo)


def take_data_dir(data_dir: Path) -> IO[str]:
    """The lock that makes this the only supervisor of the folder."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = (data_dir / "supervisor.lock").open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise CannotStart(
            f"The stack already runs on {data_dir}. Stop it first, or choose another --data-dir."
        ) from None
    return lock


def refuse_taken_ports(options: Options) -> None:
    for name, port in options.ports.named().items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((options.host, port))
            except OSError as error:
                raise CannotStart(
                    f"Port {port} ({name}) on {options.host} cannot be used: {error.strerror}. "
                    f"Choose others with --port (make demo PORT=…)."
                ) from None


def run_stack(options: Options, started: float) -> int:
    layout, servers = describe_servers(options.data_dir)
    servers = [s for s in servers if not os.environ.get({"postgres": "DATABASE_URL", "redis": "REDIS_URL"}[s.name])]
    supervisor = Supervisor(env=environment(options, layout), cwd=ROOT, logs=layout.logs, say=say)
    supervisor.install_signals()
    users = (options.data_dir / "users.lock").open("a")
    code = 0
    try:
        take_servers(servers, users, options.data_dir, supervisor)
        start_all(supervisor, options, layout, servers)
        shown = "127.0.0.1" if options.host in {"0.0.0.0", "::"} else options.host
        print_welcome(shown, options.ports.named(), options.data_dir, seconds=time.monotonic() - started)
        supervisor.run()
    except Stopped:
        pass
    except RuntimeError as error:
        print(error, file=sys.stderr)
        code = 1
    finally:
        say("stopping")
        supervisor.stop()
        users.close()
        say("stopped")
    return code


def take_servers(servers: Sequence[Server], users: IO[str], data_dir: Path, supervisor: Supervisor) -> None:
    """Wait for commands that use the servers, then end what a killed command or supervisor left behind."""
    deadline = time.monotonic() + COMMAND_SECONDS
    told = False
    while True:
        with exclusive(data_dir / "start.lock"):
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise RuntimeError("A command still uses the built-in servers; end it first.") from None
            else:
                for server in reversed(servers):
                    end_server(server)
                (data_dir / "started-by-command").unlink(missing_ok=True)
                fcntl.flock(users, fcntl.LOCK_SH)
                return
        if not told:
            say("waiting for a command that uses the built-in servers")
            told = True
        if supervisor.stopping:
            raise Stopped
        time.sleep(0.2)


def start_all(supervisor: Supervisor, options: Options, layout: Layout, servers: Sequence[Server]) -> None:
    for server in servers:
        server.prepare()
        supervisor.start(
            Program(
                name=server.name,
                argv=server.argv(),
                phase=SERVER_PHASES[server.name],
                stop_signal=server.stop_signal,
                stop_seconds=30,
                popen_options=layout.account.popen_options() if isinstance(server, Postgres) else {},
            )
        )
        supervisor.wait_for(server.is_ready, what=server.name, seconds=READY_SECONDS)
        say(f"{server.name} is up")
    # Before anything else starts: no process may meet yesterday's tables.
    supervisor.run_step(manage("migrate", "--noinput", "--verbosity", "1"), name="migrate")
    collect_static(supervisor, options)
    if options.demo and not (options.data_dir / "demo.json").exists():
        if command_exists("demo_load"):
            say("loading the demo brand")
            supervisor.run_step(manage("demo_load"), name="demo_load")
        else:
            say("demo_load is not there yet: starting without a demo brand")
    for program in programs(options):
        supervisor.start(program)
    supervisor.wait_for(lambda: answers(options.host, options.ports.web), what="web", seconds=READY_SECONDS)
    supervisor.wait_for(lambda: answers(options.host, options.ports.live), what="live", seconds=READY_SECONDS)


def collect_static(supervisor: Supervisor, options: Options) -> None:
    """Gather static files when any changed: hashing and compressing them all takes seconds."""
    stamp = options.data_dir / "static.stamp"
    folders = [path for pattern in ("static", "[!.]*/static", "omnichannel/*/static") for path in ROOT.glob(pattern)]
    files = [ROOT / "requirements.lock", *(path for folder in folders for path in folder.rglob("*"))]
    newest = max(path.stat().st_mtime for path in files)
    if stamp.exists() and stamp.read_text() == repr(newest):
        return
    say("gathering static files")
    supervisor.run_step(manage("collectstatic", "--noinput", "--verbosity", "0"), name="collectstatic")
    stamp.write_text(repr(newest))


def programs(options: Options) -> list[Program]:
    return [
        Program("web", web(options), APP_PHASE),
        # Forked from one process that has loaded everything, these take a third of the memory.
        Program("background", manage("run_together", *background(options)), APP_PHASE, stop_seconds=20, speaks=True),
    ]


def background(options: Options) -> list[str]:
    wanted = {
        "live": shlex.join(live(options)),
        "relay": "relay",
        # Beat inside the worker: apart, it would take as much memory again for a clock.
        "worker": "celery worker -P threads -c 4 -B -l warning --without-gossip --without-mingle",
        "gateway": shlex.join(
            [
                "sandbox_gateway",
                "--port",
                str(options.ports.gateway),
                "--state",
                str(options.data_dir / "gateway.sqlite3"),
            ]
        ),
        "mailbox": f"mailbox --port {options.ports.smtp}",
    }
    if options.demo:
        state = str(options.data_dir / "ads.sqlite3")
        wanted["ads"] = shlex.join(["sandbox_ads", "--port", str(options.ports.ads), "--state", state])
    found = []
    for name, line in wanted.items():
        command = line.split()[0]
        if command in {"celery", "granian"} or command_exists(command):
            found.append(f"{name}={line}")
        else:
            say(f"{name} is left out: there is no command {command} yet")
    return found


# Without a kill timeout a worker told to stop while it imports never ends.
GRANIAN = ["--no-ws", "--log-level", "warning", "--respawn-failed-workers", "--workers-kill-timeout", "5"]


def web(options: Options) -> list[str]:
    return [
        # It loads the application before it forks its workers: they share what they only read.
        sys.executable, "-m", "omnichannel.web", "omnichannel.wsgi:application", "--interface", "wsgi",
        "--host", options.host, "--port", str(options.ports.web), *GRANIAN,
        "--workers", str(options.workers),
        "--blocking-threads", str(options.threads),
        # An idle thread that ends leaves its database connection open until garbage collection.
        "--blocking-threads-idle-timeout", "600",
    ]  # fmt: skip


def live(options: Options) -> list[str]:
    return [
        "granian", "omnichannel.asgi:application", "--interface", "asgi",
        "--host", options.host, "--port", str(options.ports.live), *GRANIAN,
        # The default back-pressure stops at 1,024 streams; the rest would hang without an error.
        "--workers", "1", "--backlog", "4096", "--backpressure", "4096",
    ]  # fmt: skip


def manage(*arguments: str) -> list[str]:
    return [sys.executable, str(ROOT / "manage.py"), *arguments]


def command_exists(name: str) -> bool:
    patterns = (f"*/management/commands/{name}.py", f"*/*/management/commands/{name}.py")
    return any(next(ROOT.glob(pattern), None) for pattern in patterns)


def environment(options: Options, layout: Layout) -> dict[str, str]:
    """What every process of the stack is told; what the caller has set stays."""
    ports = options.ports
    metrics = options.data_dir / "metrics"
    shutil.rmtree(metrics, ignore_errors=True)  # counters of processes that are gone
    metrics.mkdir()
    defaults = local_environment(options.data_dir, layout.urls, web_port=ports.web, live_port=ports.live) | {
        "SANDBOX_GATEWAY_URL": f"http://127.0.0.1:{ports.gateway}",
        "SANDBOX_GATEWAY_SECRET": kept_secret(options.data_dir / "sandbox_secret"),
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(ports.smtp),
        "STATIC_HASHED": "1",
        "PROMETHEUS_MULTIPROC_DIR": str(metrics),
        "DJANGO_SETTINGS_MODULE": "omnichannel.settings",
        "PYTHONUNBUFFERED": "1",
        # glibc's arenas, one per thread, hold memory that nobody uses.
        "MALLOC_ARENA_MAX": "2",
    }
    if options.demo:
        # What is told to Meta in production is told to the stand-in here.
        defaults |= {
            "META_API_BASE": f"http://127.0.0.1:{ports.ads}/v23.0",
            "META_ACCESS_TOKEN": kept_secret(options.data_dir / "ads_secret"),
            "META_PIXEL_ID": "100000000000001",
            "META_AD_ACCOUNT_ID": "200000000000002",
            "SOCIAL_WEBHOOK_SECRET": kept_secret(options.data_dir / "social_secret"),
            # Nobody who tries the demo waits an hour for the mail about the cart they left.
            "CART_ABANDONED_AFTER_MINUTES": "1",
        }
    if options.host not in LOOPBACK:
        defaults |= reachable_names(options)
    return {**defaults, **os.environ}


def reachable_names(options: Options) -> dict[str, str]:
    """Names and addresses for a show in the local network, such as to a phone."""
    names = {options.host} if options.host not in {"0.0.0.0", "::"} else own_addresses()
    shown = sorted(names)[0]
    return {
        "ALLOWED_HOSTS": ",".join([*LOOPBACK, *sorted(names)]),
        "SITE_URL": f"http://{shown}:{options.ports.web}",
        "LIVE_URL": f"http://{shown}:{options.ports.live}",
    }


def own_addresses() -> set[str]:
    name = socket.gethostname()
    try:
        return {str(entry[4][0]) for entry in socket.getaddrinfo(name, None, socket.AF_INET)} | {name}
    except OSError:
        return {name}


def answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1" if host in {"0.0.0.0", "::"} else host, port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def say(text: str) -> None:
    # The terminal may be gone, and all must be ended just the same.
    with suppress(OSError):
        print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)
