from typing import Any

from django.core.management.base import BaseCommand

from campaigns.messages.services.templates import load_templates


class Command(BaseCommand):
    help = "Store the message templates that ship with the product; those changed by staff stay."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{load_templates()} templates are there.")
