"""A real SMTP server on this machine that keeps what it is given; `/demo/mailbox/` shows it."""

import logging
import signal
import threading
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.core.management.base import BaseCommand

from demo.mailbox import CaughtMail


class KeepMail:
    """Answers 250 only once the mail is on disk."""

    def __init__(self, caught: CaughtMail) -> None:
        self.caught = caught

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content or b""
        self.caught.keep(content if isinstance(content, bytes) else content.encode())
        return "250 OK, kept"


class Command(BaseCommand):
    help = "Catch mails over SMTP and keep them as files, for the demo's mailbox page."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--smtp-port", "--port", dest="port", type=int, default=settings.EMAIL_PORT)
        parser.add_argument("--data-dir", type=Path, default=settings.DATA_DIR)

    def handle(self, *args: Any, port: int, data_dir: Path, **options: Any) -> None:
        logging.getLogger("mail.log").setLevel(logging.WARNING)  # else every line of every dialogue
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        server = Controller(
            KeepMail(CaughtMail(data_dir / "mailbox")), hostname="127.0.0.1", port=port, data_size_limit=10_000_000
        )
        server.start()
        self.stdout.write(f"mailbox listens on 127.0.0.1:{port}")
        stop.wait()
        server.stop()
