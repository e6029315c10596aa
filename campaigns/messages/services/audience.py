"""How many people a campaign would be for."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from campaigns.messages.states import Way
from campaigns.segments.queries.members import find_segment


@dataclass(frozen=True, slots=True)
class CountedAudience:
    count: int
    reachable: int


# The consent that holds is the newest word; inbox and tablet are open until somebody says no.
_COUNT = """
WITH people AS (
    SELECT DISTINCT coalesce(c.merged_into_id, c.id) AS id
      FROM customers_label l JOIN customers_customer c ON c.id = l.customer_id
     WHERE l.kind = 'segment' AND l.key = ANY(%(keys)s) AND l.valid_until IS NULL
       AND NOT EXISTS (SELECT 1 FROM customers_label x WHERE x.customer_id = l.customer_id AND x.kind = 'segment'
                          AND x.key = ANY(%(without)s) AND x.valid_until IS NULL))
SELECT count(*),
       count(*) FILTER (WHERE EXISTS (
         SELECT 1 FROM unnest(%(channels)s::text[]) AS ch (name)
          CROSS JOIN LATERAL (SELECT CASE ch.name WHEN 'email' THEN c.email WHEN 'sms' THEN c.phone ELSE '-' END AS address) a
           LEFT JOIN LATERAL (SELECT state FROM customers_consent s WHERE s.customer_id = p.id AND s.channel = ch.name
                                 AND s.purpose = 'marketing' ORDER BY at DESC, id DESC LIMIT 1) consent ON true
          WHERE a.address <> ''
            AND (consent.state = 'granted' OR (consent.state IS NULL AND ch.name = ANY(%(open)s)))
            AND NOT EXISTS (SELECT 1 FROM customers_suppression u WHERE u.channel = ch.name AND u.address = a.address)))
  FROM people p JOIN customers_customer c ON c.id = p.id
"""


def count_audience(*, segments: Sequence[UUID], excluded: Sequence[UUID], channels: Sequence[str]) -> CountedAudience:
    """One statement over the members as they stand."""
    keys = [found.key for each in segments if (found := find_segment(each)) is not None]
    without = [found.key for each in excluded if (found := find_segment(each)) is not None]
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNT,
            {"keys": keys, "without": without, "channels": list(channels), "open": [Way.INBOX.value, Way.TABLET.value]},
        )
        count, reachable = cursor.fetchone()
    return CountedAudience(int(count), int(reachable))
