"""Messages of other systems that were refused: a secret that was changed on one side alone shows here first."""

from datetime import datetime

from django.db import connection

from omnichannel.integrations.models import RefusedMessage

_COUNT = """
INSERT INTO integrations_refusedmessage (door, code, reason, hour, count, first_at, last_at)
VALUES (%(door)s, %(code)s, %(reason)s, date_trunc('hour', %(at)s::timestamptz), 1, %(at)s, %(at)s)
ON CONFLICT (door, code, hour)
DO UPDATE SET count = integrations_refusedmessage.count + 1, reason = EXCLUDED.reason, last_at = EXCLUDED.last_at
"""


def count_refused(*, door: str, code: str, reason: str, at: datetime) -> None:
    """One more of its kind in this hour. What it said is not kept: nobody knows who wrote it.

    door  where it came in; one of a few names, never what the sender chose.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"door": door[:60], "code": code[:60], "reason": reason[:300], "at": at})


def forget_refused(*, before: datetime) -> int:
    """Delete the counts of the hours before; how many there were."""
    return RefusedMessage.objects.filter(last_at__lt=before).delete()[0]
