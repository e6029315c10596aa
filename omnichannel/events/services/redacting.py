"""Erasure: the one thing that edits the log."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from omnichannel.events.ports import fact_copies

# What happened stays, with its time and place, so that counts and orders still hold; what could name a person goes.
REDACT = """
UPDATE events_event
   SET data = '{}'::jsonb, context = '{}'::jsonb
 WHERE identity_id = ANY(%s::uuid[]) AND kind IN ('tracked', 'echo')
"""

# Facts stay, for counts, orders and the books, and with them ids and amounts; words that could name a person go.
NAMING = ("by_name", "email", "handle", "how", "note", "query", "reason", "reference", "url")
REDACT_FACTS = """
UPDATE events_event AS e
   SET context = '{}'::jsonb,
       data = (SELECT coalesce(jsonb_object_agg(key, CASE WHEN key = ANY(%s::text[]) THEN '""'::jsonb ELSE value END), '{}'::jsonb)
                 FROM jsonb_each(e.data))
 WHERE e.identity_id = ANY(%s::uuid[]) AND e.kind = 'domain'
"""


def redact_tracked(*, identity_ids: Sequence[UUID]) -> int:
    """Empty the tracked events of these identities; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(REDACT, [list(identity_ids)])
        return cursor.rowcount


def redact_facts(*, identity_ids: Sequence[UUID]) -> int:
    """Empty what could name the person in the facts of these identities, and in copies of them; how many there are."""
    for copies in fact_copies:
        copies.redact(identity_ids=identity_ids)
    with connection.cursor() as cursor:
        cursor.execute(REDACT_FACTS, [list(NAMING), list(identity_ids)])
        return cursor.rowcount
