from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from omnichannel.rest.documenting import documents


class Command(BaseCommand):
    help = "Write the tables of facts, handlers and problem codes into docs/."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="Change nothing; fail when a page is behind the code.")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        behind = {path: text for path, text in documents().items() if path.read_text() != text}
        if check and behind:
            raise CommandError(f"Behind the code, run `manage.py document`: {', '.join(path.name for path in behind)}")
        for path, text in behind.items():
            path.write_text(text)
            self.stdout.write(f"wrote {path.name}")
