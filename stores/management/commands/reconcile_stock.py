"""manage.py reconcile_stock [--repair]: compare stock levels with the ledger and the open holds."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from omnichannel.kernel.clock import now
from omnichannel.kernel.context import Context
from stores.services.reconciling import reconcile_stock


class Command(BaseCommand):
    help = (
        "Compare stock levels with the ledger and the open holds; exit 1 when they disagree and nothing was repaired."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="set levels to what the ledger sums to")

    def handle(self, *args: Any, **options: Any) -> None:
        repair = bool(options["repair"])
        with transaction.atomic(durable=True):
            found = reconcile_stock(repair=repair, by=Context(actor="system:reconcile_stock"), at=now())
        for drift in found:
            told = ", ".join(f"{name} {value:+d}" for name, value in drift.counts.items())
            self.stdout.write(f"store {drift.store_id} variant {drift.variant_id}: {told}")
        verdict = "repaired" if repair else "left as they are (--repair repairs them)"
        self.stdout.write(f"{len(found)} levels disagree with the ledger" + (f", {verdict}." if found else "."))
        if found and not repair:
            raise SystemExit(1)
