"""The log-ins of the demo brand: `demo_load` makes them, `make demo` prints them, the show page's clients use them.

They are no secret: they open the demo brand alone. No notes of the loader, no demo: the pages then answer 404.
"""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.http import Http404

from demo.places import PLACES

FILE = "demo.json"  # in DATA_DIR
SHOWN = ("customer", "tablet")  # staff log in by hand


def read_log_ins() -> dict[str, Any]:
    """Whom the clients sign in as: {customer: {email, password}, tablet: {associate, pin}, places: {code: {associate, pin}}}.

    Raises  Http404 where no demo brand was loaded.
    """
    try:
        notes = json.loads((settings.DATA_DIR / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Http404("No demo brand is loaded here.") from None
    first = {place.code: place.associates[0] for place in PLACES if place.associates}
    places = {code: {"associate": person.name, "pin": person.pin} for code, person in first.items()}
    return {**{name: notes[name] for name in SHOWN}, "places": places}
