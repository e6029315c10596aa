"""manage.py reconcile_loyalty [--repair]: compare balances, lots and holds with the ledger's entries."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from loyalty.services.reconciling import reconcile_ledger
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import Context


class Command(BaseCommand):
    help = "Compare points and credit with the ledger's entries; exit 1 when they disagree and nothing was repaired."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="set balances to what their entries sum to")

    def handle(self, *args: Any, **options: Any) -> None:
        repair = bool(options["repair"])
        with transaction.atomic(durable=True):
            found = reconcile_ledger(repair=repair, by=Context(actor="system:reconcile_loyalty"), at=now())
        for drift in found:
            self.stdout.write(f"{drift.check} {drift.subject_id}: {drift.difference:+d}")
        verdict = "repaired" if repair else "left as they are (--repair repairs them)"
        self.stdout.write(f"{len(found)} figures disagree with the ledger" + (f", {verdict}." if found else "."))
        if found and not repair:
            raise SystemExit(1)
