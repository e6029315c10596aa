"""The clock of carts at rest: each rest is recorded once, and so is its end."""

from datetime import datetime, timedelta

from django.db import connection, transaction

from carts.facts import CartAbandoned
from carts.rules.document import moment
from omnichannel.events.services import record
from omnichannel.kernel.context import SYSTEM

# A cart that is being written at this moment does not rest: skipped, not waited for.
_REST = """
WITH resting AS (
    SELECT id FROM carts_cart
     WHERE status = 'open' AND abandoned_at IS NULL AND item_count > 0 AND last_activity_at <= %(before)s
     ORDER BY last_activity_at
     LIMIT %(limit)s
       FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE carts_cart c SET abandoned_at = %(at)s
  FROM resting WHERE c.id = resting.id
RETURNING c.id, c.customer_id, c.version, c.item_count, c.total_minor, c.currency, c.last_activity_at
"""


def record_abandoned(*, at: datetime, after: timedelta, limit: int = 500) -> int:
    """Mark carts with lines that have rested longer than `after`; returns how many.

    Emits   CartAbandoned, once for each rest (`CartRecovered` follows when the cart comes back).
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_REST, {"at": at, "before": at - after, "limit": limit})
            rows = cursor.fetchall()
        record(
            *(
                CartAbandoned(
                    cart_id=row[0], customer_id=row[1], version=row[2], item_count=row[3], total_minor=row[4], currency=row[5],
                    resting_since=moment(row[6]),
                )
                for row in rows
            ),
            by=SYSTEM,
            at=at,
        )  # fmt: skip
    return len(rows)
