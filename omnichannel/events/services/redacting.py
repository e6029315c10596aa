"""Erasure: the one thing that edits the log."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

# What happened stays, with its time and place, so that counts and orders still hold; what could name a person goes.
REDACT = """
UPDATE events_event
   SET data = '{}'::jsonb, context = '{}'::jsonb
 WHERE identity_id = ANY(%s::uuid[]) AND kind IN ('tracked', 'echo')
"""


def redact_tracked(*, identity_ids: Sequence[UUID]) -> int:
    """Empty the tracked events of these identities; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(REDACT, [list(identity_ids)])
        return cursor.rowcount
