"""What is owed to members: points and credit that may still be spent."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from loyalty.queries.programmes import find_programme
from loyalty.rules.burning import Terms

_OWED = """
SELECT coalesce(sum(balance) FILTER (WHERE unit = 'points'), 0)::bigint,
       coalesce(sum(pending) FILTER (WHERE unit = 'points'), 0)::bigint,
       coalesce(sum(balance) FILTER (WHERE unit = %(credit)s), 0)::bigint,
       count(*) FILTER (WHERE unit = %(credit)s AND balance > 0)
  FROM loyalty_account
"""


@dataclass(frozen=True, slots=True)
class Liability:
    """Minor units; points at what the programme pays for them today."""

    points: int
    pending_points: int
    points_worth_minor: int
    credit_minor: int
    credit_holders: int
    currency: str


def get_liability(currency: str, *, at: datetime) -> Liability:
    """Two statements, whatever the number of members: balances are kept on their accounts."""
    with connection.cursor() as cursor:
        cursor.execute(_OWED, {"credit": f"credit:{currency}"})
        row = cursor.fetchone()
    points, pending, credit, holders = row or (0, 0, 0, 0)
    programme = find_programme(at)
    worth = Terms.of(programme).worth(points) if programme and programme.currency == currency else 0
    return Liability(points, pending, worth, credit, holders, currency)
