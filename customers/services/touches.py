"""The campaign that led a visitor here first, and the one that did last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from omnichannel.kernel.ids import visitor_identity

# Events come in any order: the earlier wins as first, the later as last. An identity nobody keeps is skipped.
KEEP = """
INSERT INTO customers_touch AS kept (identity_id, first, first_at, last, last_at)
SELECT t.identity_id, t.first, t.first_at, t.last, t.last_at
  FROM jsonb_to_recordset(%(rows)s::jsonb)
    AS t (identity_id uuid, first jsonb, first_at timestamptz, last jsonb, last_at timestamptz)
 WHERE EXISTS (SELECT FROM customers_identity WHERE id = t.identity_id)
 ORDER BY t.identity_id
    ON CONFLICT (identity_id) DO UPDATE
   SET first = CASE WHEN excluded.first_at < kept.first_at THEN excluded.first ELSE kept.first END,
       first_at = LEAST(excluded.first_at, kept.first_at),
       last = CASE WHEN excluded.last_at >= kept.last_at THEN excluded.last ELSE kept.last END,
       last_at = GREATEST(excluded.last_at, kept.last_at)
"""


@dataclass(frozen=True, slots=True)
class Seen:
    identity_id: UUID
    campaign: Mapping[str, Any]
    at: datetime


def keep_touches(seen: Sequence[Seen]) -> None:
    """One statement for any number, identities in order so that two writers do not wait for each other."""
    firsts: dict[UUID, Seen] = {}
    lasts: dict[UUID, Seen] = {}
    for one in seen:
        if one.identity_id not in firsts or one.at < firsts[one.identity_id].at:
            firsts[one.identity_id] = one
        if one.identity_id not in lasts or one.at >= lasts[one.identity_id].at:
            lasts[one.identity_id] = one
    if not firsts:
        return
    rows = [
        {
            "identity_id": pk,
            "first": firsts[pk].campaign,
            "first_at": firsts[pk].at,
            "last": lasts[pk].campaign,
            "last_at": lasts[pk].at,
        }
        for pk in firsts
    ]
    with connection.cursor() as cursor:
        cursor.execute(KEEP, {"rows": orjson.dumps(rows).decode()})


def keep_touch(*, anonymous_id: str, campaign: Mapping[str, Any], at: datetime) -> None:
    """The touch of one request that brought campaign fields along."""
    keep_touches([Seen(identity_id=visitor_identity("anonymous", anonymous_id), campaign=campaign, at=at)])
