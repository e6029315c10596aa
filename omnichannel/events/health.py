"""What operators watch: how far the relay is behind, and what is parked."""

from collections.abc import Iterable

from django.db import connection

from omnichannel.observability.heartbeat import seconds_since_beat
from omnichannel.observability.readiness import Finding

RELAY_SILENT_SECONDS = 20.0
LAG_SECONDS = 30.0

_LAG = """
SELECT COALESCE(EXTRACT(EPOCH FROM now() - min(due_at)), 0)::float8 FROM events_delivery
 WHERE state = 'due' AND due_at <= now()
"""


def relay_lag_seconds() -> float:
    """How long the oldest due delivery has waited for the relay."""
    with connection.cursor() as cursor:
        cursor.execute(_LAG)
        return float(cursor.fetchone()[0])


def check_relay() -> Finding:
    lag = relay_lag_seconds()
    if lag > LAG_SECONDS:
        return Finding(ok=False, detail=f"{lag:.0f} s behind")
    age = seconds_since_beat("relay")
    if age is None or age > RELAY_SILENT_SECONDS:
        return Finding(ok=False, detail="no relay has reported" if age is None else f"silent for {age:.0f} s")
    return Finding(ok=True, detail=f"{lag:.0f} s behind")


class RelayLag:
    documentation = "How long the oldest due delivery has waited for the relay."
    labels: tuple[str, ...] = ()

    def samples(self) -> Iterable[tuple[tuple[str, ...], float]]:
        return [((), relay_lag_seconds())]


class Deliveries:
    documentation = "Deliveries of facts that wait, by handler and state."
    labels = ("handler", "state")

    def samples(self) -> Iterable[tuple[tuple[str, ...], float]]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT handler, state, count(*) FROM events_delivery GROUP BY 1, 2")
            return [((handler, state), float(count)) for handler, state, count in cursor.fetchall()]
