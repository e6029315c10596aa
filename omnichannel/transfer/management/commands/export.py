"""`manage.py export products > products.csv`"""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from omnichannel.transfer.ports import exporters
from omnichannel.transfer.services.exports import stream_export


class Command(BaseCommand):
    help = "Export as CSV, in the form that `import` takes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=exporters.names())
        parser.add_argument("--output", default="", help="A file; standard output when not given.")

    def handle(self, *args: Any, **options: Any) -> None:
        chunks = stream_export(options["kind"])
        if not options["output"]:
            for chunk in chunks:
                sys.stdout.buffer.write(chunk)
            return
        target = Path(options["output"])
        partial = target.with_name(target.name + ".part")
        with partial.open("wb") as file:
            file.writelines(chunks)
        partial.replace(target)
