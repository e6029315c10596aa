"""What the builder may offer."""

from typing import Any

from django.core.cache import cache
from django.db import connection

from campaigns.segments.models import Segment
from campaigns.segments.queries.known import fact_names, fact_properties, seen_event_names
from campaigns.segments.rules import vocabulary as words
from campaigns.segments.rules.explain import event_words
from campaigns.segments.states import SegmentState
from catalog.queries.naming import category_names
from omnichannel.brand.queries import get_brand
from omnichannel.events.sentences import default_sentence
from stores.models import Store

_KEPT_SECONDS = 60
#: Facts about things, not about what a customer did: in rules by API, not among what the builder offers.
_NOT_OF_CUSTOMERS = (
    "api_key.", "associate.", "device.", "price.", "product.", "segment.saved", "stock", "webhook_endpoint.", "offer.",
)  # fmt: skip

# A few of the newest of each name say which properties there are.
PROPERTIES = """
SELECT wanted.name, array_agg(DISTINCT property.key ORDER BY property.key)
  FROM unnest(%(names)s::text[]) AS wanted (name)
 CROSS JOIN LATERAL (
    SELECT e.data FROM events_event e
     WHERE e.name = wanted.name AND e.kind = 'tracked' AND jsonb_typeof(e.data) = 'object' ORDER BY e.id DESC LIMIT 20
 ) AS latest
 CROSS JOIN LATERAL jsonb_each(latest.data) AS property
 WHERE jsonb_typeof(property.value) IN ('string', 'number', 'boolean')
 GROUP BY wanted.name
"""
# Kinds and keys by a walk over what is open; few of either.
LABELS = """
SELECT kind, key FROM customers_label WHERE valid_until IS NULL AND kind <> 'segment' GROUP BY kind, key
 ORDER BY kind, key LIMIT 500
"""


def get_vocabulary() -> dict[str, Any]:
    """Everything a condition may name, with words for it; a minute old at most."""
    found: dict[str, Any] | None = cache.get("segments.vocabulary")
    if found is None:
        found = _read()
        cache.set("segments.vocabulary", found, _KEPT_SECONDS)
    segments = Segment.objects.filter(state=SegmentState.LIVE).order_by("name").values_list("key", "name")
    return found | {"segments": [{"key": key, "name": name} for key, name in segments]}


def _read() -> dict[str, Any]:
    seen = seen_event_names()
    names = {*fact_names(), *words.TRACKED_EVENTS, *seen}
    with connection.cursor() as cursor:
        cursor.execute(PROPERTIES, {"names": seen})
        properties = fact_properties() | dict(cursor.fetchall())
        cursor.execute(LABELS)
        labels: dict[str, list[str]] = {}
        for kind, key in cursor.fetchall():
            labels.setdefault(kind, []).append(key)
    events = [
        {
            "name": name,
            "label": _event_label(name),
            "phrase": event_words(name),
            "seen": name in seen,
            "properties": [key for key in properties.get(name, []) if not key.startswith("om_")],
        }
        for name in sorted(names)
        if not name.startswith(_NOT_OF_CUSTOMERS)
    ]
    return {
        "currency": get_brand().default_currency,
        "events": sorted(events, key=lambda row: (not row["seen"], row["label"])),
        "profile_fields": [
            {"name": name, "label": field.label, "type": field.type} for name, field in words.PROFILE_FIELDS.items()
        ],
        "categories": [{"path": path, "name": name} for path, name in category_names().items()],
        "stores": [
            {"id": str(pk), "name": name}
            for pk, name in Store.objects.filter(is_active=True).order_by("name").values_list("pk", "name")
        ],
        "labels": [{"kind": kind, "keys": keys} for kind, keys in labels.items()],
        "channels": _named(words.CHANNELS),
        "consent_channels": _named(words.CONSENT_CHANNELS),
        "consent_purposes": _named(words.CONSENT_PURPOSES),
        "identity_kinds": _named(words.IDENTITY_KINDS),
    }


def _event_label(name: str) -> str:
    if name in words.TRACKED_EVENTS or "." not in name:
        return name if name[:1].isupper() else name.capitalize()
    return default_sentence(name)


def _named(choices: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "label": label} for name, label in choices.items()]
