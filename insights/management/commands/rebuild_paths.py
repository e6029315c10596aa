from typing import Any

from django.core.management.base import BaseCommand

from insights.services.paths import rebuild_paths
from omnichannel.kernel.clock import now


class Command(BaseCommand):
    help = "Build the path of every order again from the log."

    def handle(self, *args: Any, **options: Any) -> None:
        done = 0
        for done in rebuild_paths(at=now()):
            self.stdout.write(f"\r{done:,} orders", ending="")
            self.stdout.flush()
        self.stdout.write(f"\r{done:,} orders done")
