"""What a customer has, at one moment: what lapsed or became due since the last write is counted as of now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from loyalty.models import Account, Entry, Journal
from loyalty.queries.programmes import find_programme
from loyalty.rules.burning import Terms
from loyalty.states.ledger import CREDIT_PREFIX, Unit, currency_of

# Lots decide, not the cached balance: they know what time has done. A debt is set against what comes due.
_BALANCES = """
SELECT a.customer_id, a.unit, a.version, a.debt,
       coalesce(l.active, 0) - least(a.debt, coalesce(l.due, 0)) AS active, coalesce(l.pending, 0) AS pending,
       coalesce(h.held, 0) AS held, l.next_at, coalesce(n.amount, 0) AS next_amount
  FROM loyalty_account a
  LEFT JOIN LATERAL (
       SELECT sum(remaining) FILTER (WHERE active_from <= %(at)s) AS active,
              sum(remaining) FILTER (WHERE active_from <= %(at)s AND is_pending) AS due,
              sum(remaining) FILTER (WHERE active_from > %(at)s) AS pending,
              min(expires_at) FILTER (WHERE active_from <= %(at)s) AS next_at
         FROM loyalty_lot
        WHERE account_id = a.id AND remaining > 0 AND (expires_at IS NULL OR expires_at > %(at)s)) l ON true
  LEFT JOIN LATERAL (
       SELECT sum(amount) AS held FROM loyalty_hold
        WHERE account_id = a.id AND state = 'open' AND until > %(at)s) h ON true
  LEFT JOIN LATERAL (
       SELECT sum(remaining) AS amount FROM loyalty_lot
        WHERE account_id = a.id AND remaining > 0 AND active_from <= %(at)s AND expires_at = l.next_at) n ON true
 WHERE a.customer_id = ANY(%(customers)s::uuid[])
 ORDER BY a.customer_id, a.unit
"""


@dataclass(frozen=True, slots=True)
class Credit:
    """Store credit in one currency, in minor units."""

    currency: str
    active_minor: int
    pending_minor: int
    debt_minor: int
    next_expiry: tuple[int, datetime] | None

    @property
    def available_minor(self) -> int:
        return self.active_minor


@dataclass(frozen=True, slots=True)
class Balance:
    """`points_available`: active less what open carts hold. `worth_minor`: what those are worth, in `currency`.

    `next_expiry`: how many points lapse next, and when. `version` rises with every change.
    """

    customer_id: UUID
    points_active: int = 0
    points_pending: int = 0
    points_held: int = 0
    points_debt: int = 0
    worth_minor: int = 0
    credit_minor: int = 0
    currency: str = ""
    next_expiry: tuple[int, datetime] | None = None
    credits: tuple[Credit, ...] = ()
    version: int = 0

    @property
    def points_available(self) -> int:
        return self.points_active - self.points_held


def find_balance(customer_id: UUID, at: datetime) -> Balance:
    """What this customer has now; zeros for one who never had anything. Two statements."""
    return list_balances([customer_id], at)[customer_id]


def list_balances(customer_ids: Sequence[UUID], at: datetime) -> dict[UUID, Balance]:
    """Balances of many, two statements however many."""
    programme = find_programme(at)
    terms = Terms.of(programme) if programme else None
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES, {"customers": list(customer_ids), "at": at})
        names = [column.name for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    by_customer: dict[UUID, list[dict[str, Any]]] = {}
    for row in rows:
        by_customer.setdefault(row["customer_id"], []).append(row)
    return {customer: _balance(customer, by_customer.get(customer, []), terms) for customer in customer_ids}


def _balance(customer_id: UUID, rows: Sequence[dict[str, Any]], terms: Terms | None) -> Balance:
    points = next((row for row in rows if row["unit"] == Unit.POINTS), None)
    credits = tuple(
        Credit(
            currency=currency_of(row["unit"]),
            active_minor=int(row["active"]),
            pending_minor=int(row["pending"]),
            debt_minor=int(row["debt"]),
            next_expiry=_next(row),
        )
        for row in rows
        if row["unit"].startswith(CREDIT_PREFIX)
    )
    currency = terms.currency if terms else (credits[0].currency if credits else "")
    active, held = (int(points["active"]), int(points["held"])) if points else (0, 0)
    return Balance(
        customer_id=customer_id,
        points_active=active,
        points_pending=int(points["pending"]) if points else 0,
        points_held=held,
        points_debt=int(points["debt"]) if points else 0,
        worth_minor=terms.worth(active - held) if terms else 0,
        credit_minor=sum(credit.active_minor for credit in credits if credit.currency == currency),
        currency=currency,
        next_expiry=_next(points) if points else None,
        credits=credits,
        version=sum(row["version"] for row in rows),
    )


def _next(row: dict[str, Any]) -> tuple[int, datetime] | None:
    return (int(row["next_amount"]), row["next_at"]) if row["next_at"] is not None else None


def list_statement(customer_id: UUID, *, unit: str = "") -> QuerySet[Journal]:
    """A customer's movements with what each did to them: `active`, `pending` and `debt` of the unit asked for.

    Order by `-id`: newest first.
    """
    unit = unit or Unit.POINTS
    mine = Entry.objects.filter(account__customer_id=customer_id, unit=unit)

    def moved(book: str) -> Coalesce:
        return Coalesce(
            Sum(
                "entries__amount",
                filter=Q(entries__account__customer_id=customer_id, entries__unit=unit, entries__book=book),
            ),
            0,
        )

    return Journal.objects.filter(pk__in=mine.values("journal_id")).annotate(
        active=moved("active"), pending=moved("pending"), debt=moved("debt")
    )


def balance_version(customer_id: UUID) -> int:
    """Rises with every change of the customer's accounts; 0 for one who never had anything."""
    return Account.objects.filter(customer_id=customer_id).aggregate(version=Sum("version"))["version"] or 0
