from typing import Any

from django.core.management.base import BaseCommand

from campaigns.messages.services.shipped import load_shipped


class Command(BaseCommand):
    help = "Store the message templates that ship with the product, as `migrate` does; those changed by staff stay."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{load_shipped()} templates are there.")
