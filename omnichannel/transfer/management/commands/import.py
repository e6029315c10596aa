"""`manage.py import products products.csv --dry-run`"""

import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from omnichannel.kernel.clock import now
from omnichannel.kernel.errors import DomainError
from omnichannel.transfer.models import ImportRun
from omnichannel.transfer.ports import importers
from omnichannel.transfer.rules.reading import ENCODINGS
from omnichannel.transfer.services.runs import create_run, execute_run, find_resumable
from omnichannel.transfer.states import RunState

WIDTH = 30


class Command(BaseCommand):
    help = "Import a CSV file. Rows that cannot go in are told in an error file; importing twice is importing once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        kinds = "\n".join(f"  {importer.kind}: {importer.title}" for importer in importers)
        parser.add_argument("kind", choices=importers.names(), help=kinds)
        parser.add_argument("file")
        parser.add_argument("--dry-run", action="store_true", help="Check every row and keep nothing.")
        parser.add_argument(
            "--resume", action="store_true", help="Go on with the last run of this file where it stopped."
        )
        parser.add_argument(
            "--encoding", default="", choices=["", *ENCODINGS], help="Told from the file when not given."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        run = find_resumable(kind=options["kind"], path=str(path)) if options["resume"] else None
        if run is None:
            run = create_run(
                kind=options["kind"],
                path=str(path),
                dry_run=options["dry_run"],
                encoding=options["encoding"],
                actor="system:import",
            )
        elif run.state == RunState.RUNNING:
            self.stdout.write("Taking over a run that says it is running; it must have been silent for a while.")
        self._began, self._shown = time.monotonic(), -1
        try:
            run = execute_run(run_id=run.pk, clock=now, tell=self._show)
        except DomainError as error:
            raise CommandError(f"{error.problem_code}: {error.problem_title}") from error
        if run.state == RunState.FAILED:
            raise CommandError(f"{run.problem}: {run.message}")
        self.stdout.write(
            f"{run.rows_read:,} rows: {run.created_count:,} created, {run.updated_count:,} updated, {run.rows_refused:,} refused."
            + (f" {run.message}" if run.message else "")
        )
        if run.rows_refused:
            for row in run.refused.all()[:10]:
                self.stdout.write(f"  row {row.row}: {row.code}: {row.title}")
            self.stdout.write(f"Refused rows with their reasons: {run.errors_file.path}")

    def _show(self, run: ImportRun) -> None:
        """A bar on a terminal; a line every tenth part elsewhere."""
        total = run.rows_total or 1
        part = min(1.0, run.rows_read / total)
        if not sys.stdout.isatty() and int(part * 10) == self._shown:
            return
        self._shown = int(part * 10)
        seconds = time.monotonic() - self._began
        bar = ("#" * round(part * WIDTH)).ljust(WIDTH)
        line = f"[{bar}] {part:4.0%} {run.rows_read:,}/{run.rows_total or 0:,} rows, {run.rows_refused:,} refused, {seconds:,.0f} s"
        self.stdout.write(
            f"\r{line}" if sys.stdout.isatty() else line, ending="" if sys.stdout.isatty() and part < 1 else "\n"
        )
        self.stdout.flush()
