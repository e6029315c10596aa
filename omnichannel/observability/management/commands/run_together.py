"""Background processes forked from one that has loaded everything: its memory is counted once for all of them."""

from __future__ import annotations

import gc
import os
import shlex
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, call_command
from granian.cli import entrypoint as granian

from omnichannel.celery import app
from omnichannel.embedded.supervisor import Program, Supervisor


class Command(BaseCommand):
    help = "Keep several commands running, each in a process of its own: run_together relay=relay 'worker=celery worker -c 4'"
    # They would load every page and form, which no background process needs.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("lines", nargs="+", metavar="NAME=COMMAND")

    def handle(self, *args: Any, lines: list[str], **options: Any) -> None:
        logs = settings.DATA_DIR / "logs"
        supervisor = Supervisor(env=os.environ, cwd=settings.BASE_DIR, logs=logs, say=self.say)
        supervisor.install_signals()
        load_all()
        # What lives now lives for good: the collector would only touch, and so copy, the shared pages.
        gc.collect()
        gc.freeze()
        for entry in lines:
            name, _, line = entry.partition("=")
            supervisor.start(Program(name, main=runner(shlex.split(line)), stop_seconds=15))
        supervisor.run()
        supervisor.stop()

    def say(self, text: str) -> None:
        self.stdout.write(f"{time.strftime('%H:%M:%S')} {text}")
        self.stdout.flush()


def runner(words: list[str]) -> Callable[[], None]:
    def run() -> None:
        if words[0] == "celery":
            app.worker_main(words[1:])
        elif words[0] == "granian":
            sys.argv = words
            granian()
        else:
            call_command(*words)

    return run


def load_all() -> None:
    """What the commands would import one by one: loaded here, it is shared."""
    for module in (
        "celery.apps.worker",
        "celery.bin.worker",
        "django_celery_beat.schedulers",
        "kombu.transport.redis",
        "omnichannel.live.app",
    ):
        import_module(module)
    app.loader.import_default_modules()
