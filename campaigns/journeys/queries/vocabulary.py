"""What a journey can be made of: names of segments, templates, offers and events."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

from campaigns.journeys.ports import named_things
from campaigns.journeys.queries.goods import as_uuid
from campaigns.journeys.rules.conditions import in_words
from campaigns.messages.models import Template
from campaigns.messages.rules.catalogue import ALL_KEYS, PEOPLE_KEYS
from campaigns.offers.models import Offer
from campaigns.segments.models import Segment
from omnichannel.brand.queries import get_brand
from omnichannel.events.sentences import default_sentence
from stores.models import Store

#: Offered also where the log has none of them yet.
COMMON_EVENTS = (
    "cart.abandoned", "order.confirmed", "order.placed", "fulfilment.delivered", "fulfilment.ready", "return.recorded",
    "newsletter.confirmed", "consent.given", "member.enrolled", "points.earned", "segment.entered", "segment.left",
    "Product Viewed", "Product Added", "Products Searched",
)  # fmt: skip

# Distinct names by hopping along the index, however long the log is.
_EVENT_NAMES = """
WITH RECURSIVE names AS (
    (SELECT name FROM events_event ORDER BY name LIMIT 1)
    UNION ALL
    SELECT (SELECT e.name FROM events_event e WHERE e.name > names.name ORDER BY e.name LIMIT 1)
      FROM names WHERE names.name IS NOT NULL
)
SELECT name FROM names WHERE name IS NOT NULL LIMIT 300
"""


def find_segment_name(key: str) -> str | None:
    return Segment.objects.filter(key=key).values_list("name", flat=True).first()


def find_template_name(key: str) -> str | None:
    """By its key; a shipped one that was never sent is not stored yet."""
    name = Template.objects.filter(key=key, is_live=True).values_list("name", flat=True).first()
    return name or (key.replace("_", " ").capitalize() if key in ALL_KEYS else None)


def find_offer_name(key: str) -> str | None:
    return Offer.objects.filter(key=key).values_list("name", flat=True).first()


def say_conditions(where: Sequence[Mapping[str, Any]]) -> str:
    """Conditions on an event in words, stores by their name."""
    told = [as_uuid(each.get("value")) for each in where if each.get("field") == "store_id"]
    stores = [store_id for store_id in told if store_id is not None]
    names = (
        {str(pk): name for pk, name in Store.objects.filter(pk__in=stores).values_list("pk", "name")} if stores else {}
    )
    return in_words(where, names=names, currency=get_brand().default_currency)


def list_event_names() -> list[str]:
    """Every name in the log."""
    with connection.cursor() as cursor:
        cursor.execute(_EVENT_NAMES)
        return [row[0] for row in cursor.fetchall()]


def _named(kind: str) -> list[tuple[str, str]]:
    """What an app above has of these."""
    known = named_things.find(kind)
    return list(known.list_choices()) if known is not None else []


def list_vocabulary() -> dict[str, list[tuple[str, str]]]:
    """(value, name) of everything a step can name, by kind of field."""
    templates = {key: key.replace("_", " ").capitalize() for key in PEOPLE_KEYS}
    templates |= dict(Template.objects.filter(is_live=True, locale="en").values_list("key", "name"))
    events = sorted({*list_event_names(), *COMMON_EVENTS})
    return {
        "events": [(name, default_sentence(name)) for name in events if not name.startswith("journey.")],
        "segments": list(Segment.objects.order_by("name").values_list("key", "name")),
        "templates": sorted(templates.items(), key=lambda each: each[1]),
        "offers": list(Offer.objects.order_by("name").values_list("key", "name")),
        "audiences": _named("audience"),
    }
