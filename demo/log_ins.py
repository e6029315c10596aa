"""The log-ins of the demo brand: the loader makes them, `make demo` prints them, the show page's clients use them.

They are no secret: they open the demo brand alone. No notes of the loader, no demo: the pages then answer 404.
"""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.http import Http404

from demo.people import HEROINE
from demo.places import FIRST_ASSOCIATE, FIRST_PLACE, PLACES

FILE = "demo.json"  # in DATA_DIR, written by `demo_load`
CUSTOMER_PASSWORD = "samphire-and-salt"
STAFF_PASSWORD = "lighthouse-keepers"


def is_loaded() -> bool:
    return (settings.DATA_DIR / FILE).exists()


def refuse_without_demo() -> None:
    """Raises Http404 where no demo brand was loaded."""
    if not is_loaded():
        raise Http404("No demo brand is loaded here.")


def show_page_log_ins() -> dict[str, Any]:
    """Who the three clients of the show page sign in as; the loader's notes win over the constants here."""
    place = next(place for place in PLACES if place.code == FIRST_PLACE)
    associate = next(one for one in place.associates if one.number == FIRST_ASSOCIATE)
    log_ins: dict[str, Any] = {
        "customer": {"email": HEROINE.email, "password": CUSTOMER_PASSWORD},
        "tablet": {"store": place.code, "associate": associate.name, "pin": associate.pin},
    }
    written = json.loads((settings.DATA_DIR / FILE).read_text(encoding="utf-8"))
    return log_ins | written.get("show_page", {})
