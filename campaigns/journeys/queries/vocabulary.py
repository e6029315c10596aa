"""What a journey can be made of: names of segments, templates, offers and events."""

from campaigns.messages.models import Template
from campaigns.offers.models import Offer
from campaigns.segments.models import Segment
from django.db import connection

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
    return Template.objects.filter(key=key, is_live=True).values_list("name", flat=True).first()


def find_offer_name(key: str) -> str | None:
    return Offer.objects.filter(key=key).values_list("name", flat=True).first()


def list_event_names() -> list[str]:
    """Every name in the log."""
    with connection.cursor() as cursor:
        cursor.execute(_EVENT_NAMES)
        return [row[0] for row in cursor.fetchall()]
