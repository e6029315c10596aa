"""What time does to the ledger: pending points become active, lots expire, holds end. A batch a transaction."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from loyalty.services.ledger import open_ledger
from loyalty.services.motions import bring_up_to_date
from omnichannel.kernel.context import Context

# Customers with something due, some at a time: the rows themselves are read again under their accounts' locks.
_TO_ACTIVATE = """
SELECT DISTINCT a.customer_id FROM (
       SELECT account_id FROM loyalty_lot WHERE is_pending AND remaining > 0 AND active_from <= %(at)s
        ORDER BY active_from LIMIT %(limit)s) l JOIN loyalty_account a ON a.id = l.account_id
"""
_TO_EXPIRE = """
SELECT DISTINCT a.customer_id FROM (
       SELECT account_id FROM loyalty_lot
        WHERE remaining > 0 AND expires_at IS NOT NULL AND expires_at <= %(at)s
        ORDER BY expires_at LIMIT %(limit)s) l JOIN loyalty_account a ON a.id = l.account_id
"""
_TO_RELEASE = """
SELECT DISTINCT a.customer_id FROM (
       SELECT account_id FROM loyalty_hold WHERE state = 'open' AND until <= %(at)s
        ORDER BY until LIMIT %(limit)s) h JOIN loyalty_account a ON a.id = h.account_id
"""


def activate_due(*, limit: int, by: Context, at: datetime) -> int:
    """Make pending points active whose time has come; answers for how many customers.

    Emits   PointsActivated, and what else fell due for the same customers.
    """
    return _lapse(_TO_ACTIVATE, limit=limit, by=by, at=at)


def expire_due(*, limit: int, by: Context, at: datetime) -> int:
    """Let lots lapse whose time is over; answers for how many customers.

    Emits   PointsExpired, CreditExpired, and what else fell due for the same customers.
    """
    return _lapse(_TO_EXPIRE, limit=limit, by=by, at=at)


def release_due(*, limit: int, by: Context, at: datetime) -> int:
    """End holds of carts that were not checked out in time; answers for how many customers."""
    return _lapse(_TO_RELEASE, limit=limit, by=by, at=at)


def _lapse(due: str, *, limit: int, by: Context, at: datetime) -> int:
    with transaction.atomic():
        customers = _customers(due, limit=limit, at=at)
        if customers:
            ledger = open_ledger(wanted=dict.fromkeys(customers, ()), by=by, at=at)
            ledger.load_lots()
            bring_up_to_date(ledger)
            moved = ledger.moved_customers
            ledger.close()
            # Not those found: a figure that drifted keeps a customer due for ever, and the task with them.
            return len(moved)
    return 0


def _customers(due: str, *, limit: int, at: datetime) -> Sequence[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(due, {"at": at, "limit": limit})
        return [row[0] for row in cursor.fetchall()]
