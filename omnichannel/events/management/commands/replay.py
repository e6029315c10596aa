from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from omnichannel.events.errors import NoSuchHandler
from omnichannel.events.services import replay_parked, replay_range
from omnichannel.kernel.clock import now


class Command(BaseCommand):
    help = "Deliver facts again: a stretch of the log to one handler, or everything that is parked."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("handler", nargs="?", help="As listed in docs/events.md.")
        parser.add_argument("--after", type=_moment, help="From this moment of recording on (ISO 8601, UTC).")
        parser.add_argument("--before", type=_moment, help="Up to this moment; now when not given.")
        parser.add_argument("--name", action="append", default=[], help="Only these facts.")
        parser.add_argument("--parked", action="store_true", help="Every parked delivery, instead of a stretch.")

    def handle(self, *args: Any, **options: Any) -> None:
        at = now()
        if options["parked"]:
            self.stdout.write(f"{replay_parked(at=at)} parked deliveries are due again")
            return
        if not options["handler"] or not options["after"]:
            raise CommandError("Name a handler and --after, or --parked.")
        try:
            batches = replay_range(
                handler=options["handler"],
                after=options["after"],
                before=options["before"] or at,
                at=at,
                names=options["name"],
            )
        except NoSuchHandler as error:
            raise CommandError(f"No handler is called {options['handler']}.") from error
        self.stdout.write(f"{batches} batches are on their way to {options['handler']}")


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
