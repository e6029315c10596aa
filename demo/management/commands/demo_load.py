"""Load the demo brand once. A second call keeps what is there."""

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from demo.services.loading import is_loaded, lead_links_here, load_demo, write_notes
from omnichannel.kernel.clock import now


class Command(BaseCommand):
    help = "Load the demo brand with a year of simulated trade."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--small", action="store_true", help="what the show page needs, without the year of trade")

    def handle(self, *args: Any, **options: Any) -> None:
        if not is_loaded():
            started = time.monotonic()
            load_demo(
                at=now(),
                say=lambda text: self.stdout.write(f"  {time.monotonic() - started:5.1f} s  {text}"),
                small=options["small"],
            )
        lead_links_here()
        write_notes(Path(settings.DATA_DIR))
