"""`manage.py sandbox_gateway --port 8002`: the sandbox card gateway as a process of its own."""

import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from orders.management.sandbox_server import Gateway, make_server


class Command(BaseCommand):
    help = "Serve a card gateway for trials: it accepts, declines, times out, answers late or twice, as it is told."
    requires_system_checks: list[str] = []  # Django's own shape

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, required=True)
        parser.add_argument("--state", default="", help="SQLite file that keeps payments over a restart")
        parser.add_argument("--hang-seconds", type=float, default=30.0, help="how long a timeout lasts")
        parser.add_argument("--late-seconds", type=float, default=3.0, help="how late a late answer is")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.SANDBOX_GATEWAY_SECRET:
            raise CommandError("Set SANDBOX_GATEWAY_SECRET: it signs what shop and gateway tell each other.")
        port = options["port"]
        state = options["state"]
        if not state and settings.DATA_DIR.is_dir():
            state = str(settings.DATA_DIR / "sandbox_gateway.sqlite3")
        gateway = Gateway(
            secret=settings.SANDBOX_GATEWAY_SECRET,
            url=settings.SANDBOX_GATEWAY_URL or f"http://127.0.0.1:{port}",
            state_path=state,
            late_seconds=options["late_seconds"],
            hang_seconds=options["hang_seconds"],
        )
        server = make_server(gateway, port)
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: threading.Thread(target=server.shutdown, daemon=True).start())
        self.stdout.write(f"sandbox gateway on http://127.0.0.1:{port}")
        server.serve_forever(poll_interval=0.1)
        gateway.closing.set()
        server.server_close()
