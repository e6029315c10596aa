"""How many of those who match may be written to, by channel."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from campaigns.segments.queries.asking import compile_whole
from campaigns.segments.rules.compile import members_sql
from campaigns.segments.rules.tree import Node

# The newest word on each channel counts; an address that mail may not go to does not.
REACH = """
WITH inside AS MATERIALIZED ({members}),
word AS (
    SELECT DISTINCT ON (o.customer_id, o.channel) o.customer_id, o.channel, o.state
      FROM customers_consent o JOIN inside ON inside.id = o.customer_id
     WHERE o.purpose = 'marketing' AND o.channel = ANY(%(channels)s::text[]) AND o.at <= %(moment)s::timestamptz
     ORDER BY o.customer_id, o.channel, o.at DESC, o.id DESC
), may AS (
    SELECT word.customer_id, word.channel
      FROM word JOIN customers_customer c ON c.id = word.customer_id
     WHERE word.state = 'granted'
       AND (word.channel NOT IN ('email', 'sms')
            OR NOT EXISTS (SELECT 1 FROM customers_suppression s WHERE s.channel = word.channel
                            AND s.address = CASE word.channel WHEN 'email' THEN c.email ELSE c.phone END))
       AND (word.channel <> 'email' OR c.email <> '') AND (word.channel <> 'sms' OR c.phone <> '')
)
SELECT channel, count(*) FROM may GROUP BY channel
UNION ALL
SELECT 'any', count(DISTINCT customer_id) FROM may
"""
CHANNELS = ("email", "push", "sms")


def count_reach(tree: Node | Mapping[str, Any], *, at: datetime) -> dict[str, int]:
    """By channel, and `any` for how many on at least one of them."""
    compiled = compile_whole(tree, at=at)
    with connection.cursor() as cursor:
        cursor.execute(
            REACH.replace("{members}", members_sql(compiled)),
            {**compiled.params, "channels": list(CHANNELS), "moment": at},
        )
        return dict.fromkeys((*CHANNELS, "any"), 0) | dict(cursor.fetchall())
