"""How far the relay is behind, for metrics and readiness."""

from django.db import connection

from omnichannel.observability.readiness import Finding

RELAY_LATE_SECONDS = 60.0

LAG_SQL = """
    SELECT COALESCE(EXTRACT(EPOCH FROM now() - min(due_at)), 0)::float8
    FROM events_delivery WHERE state = 'due' AND due_at <= now()
"""
PARKED_SQL = "SELECT handler, count(*) FROM events_delivery WHERE state = 'parked' GROUP BY handler"


def check_relay() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute(LAG_SQL)
        row = cursor.fetchone()
    lag = float(row[0]) if row else 0.0
    if lag > RELAY_LATE_SECONDS:
        return Finding(ok=False, detail=f"the oldest delivery is {lag:.0f} s late")
    return Finding(ok=True, detail=f"{lag:.1f} s behind")
