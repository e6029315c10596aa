"""manage.py accrue_orders [--since 2025-01-01]: points for confirmed orders that have none, as after an import."""

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from loyalty.queries.earning import list_unearned_orders
from loyalty.services.earning import accrue_orders
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import Context

BATCH = 500


class Command(BaseCommand):
    help = "Give the points of confirmed orders that were never looked at. Resumable: a batch is a transaction."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", help="a date: only orders placed from then on")

    def handle(self, *args: Any, **options: Any) -> None:
        since = datetime.fromisoformat(options["since"]).replace(tzinfo=UTC) if options["since"] else None
        by, after, earned = Context(actor="system:accrue_orders"), None, 0
        while orders := list_unearned_orders(since=since, after=after, limit=BATCH):
            with transaction.atomic(durable=True):
                earned += accrue_orders(order_ids=orders, by=by, at=now())
            after = orders[-1]
        self.stdout.write(f"{earned} orders earned points.")
