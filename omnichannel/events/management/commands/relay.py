import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from omnichannel.events.relay import run_relay


class Command(BaseCommand):
    help = "Hand recorded facts to the workers, until SIGTERM."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        run_relay(stop)
