"""`manage.py sandbox_ads --port 8004`: a stand-in for an advertising platform, as a process of its own."""

import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from campaigns.audiences.management.ads_server import Platform, make_server


class Command(BaseCommand):
    help = "Serve a stand-in for Meta's Conversions API and Custom Audiences: strict, and it shows what it received."
    requires_system_checks: list[str] = []  # Django's own shape

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, required=True)
        parser.add_argument("--state", default="", help="SQLite file that keeps what it received over a restart")
        parser.add_argument("--hang-seconds", type=float, default=30.0, help="how long a timeout lasts")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.META_ACCESS_TOKEN or not settings.META_PIXEL_ID:
            raise CommandError("Set META_ACCESS_TOKEN and META_PIXEL_ID: the shop is known by them.")
        platform = Platform(
            token=settings.META_ACCESS_TOKEN,
            pixel_id=settings.META_PIXEL_ID,
            state_path=options["state"],
            hang_seconds=options["hang_seconds"],
        )
        server = make_server(platform, options["port"])
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: threading.Thread(target=server.shutdown, daemon=True).start())
        self.stdout.write(f"advertising stand-in on http://127.0.0.1:{options['port']}")
        server.serve_forever(poll_interval=0.1)
        platform.closing.set()
        server.server_close()
