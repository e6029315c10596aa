"""The entries are the truth: cached balances, lots and holds that disagree with them are found, told and repaired."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from loyalty.facts.ledger import LedgerDriftFound
from omnichannel.events.services import record
from omnichannel.kernel.context import Context

# Each check answers (what it is about, by how much it is off). All in one snapshot: every movement commits with
# its caches.
_CHECKS: dict[str, str] = {
    "journal_balances": """
        SELECT journal_id, sum(amount) FROM loyalty_entry GROUP BY journal_id, unit HAVING sum(amount) <> 0
    """,
    "balance_is_entries": """
        SELECT a.id, a.balance - coalesce(sum(e.amount) FILTER (WHERE e.book = 'active'), 0)
          FROM loyalty_account a LEFT JOIN loyalty_entry e ON e.account_id = a.id GROUP BY a.id
        HAVING a.balance <> coalesce(sum(e.amount) FILTER (WHERE e.book = 'active'), 0)
    """,
    "pending_is_entries": """
        SELECT a.id, a.pending - coalesce(sum(e.amount) FILTER (WHERE e.book = 'pending'), 0)
          FROM loyalty_account a LEFT JOIN loyalty_entry e ON e.account_id = a.id GROUP BY a.id
        HAVING a.pending <> coalesce(sum(e.amount) FILTER (WHERE e.book = 'pending'), 0)
    """,
    "debt_is_entries": """
        SELECT a.id, a.debt + coalesce(sum(e.amount) FILTER (WHERE e.book = 'debt'), 0)
          FROM loyalty_account a LEFT JOIN loyalty_entry e ON e.account_id = a.id GROUP BY a.id
        HAVING a.debt <> -coalesce(sum(e.amount) FILTER (WHERE e.book = 'debt'), 0)
    """,
    "balance_is_lots": """
        SELECT a.id, a.balance - coalesce(sum(l.remaining), 0)
          FROM loyalty_account a
          LEFT JOIN loyalty_lot l ON l.account_id = a.id AND l.remaining > 0 AND NOT l.is_pending GROUP BY a.id
        HAVING a.balance <> coalesce(sum(l.remaining), 0)
    """,
    "pending_is_lots": """
        SELECT a.id, a.pending - coalesce(sum(l.remaining), 0)
          FROM loyalty_account a
          LEFT JOIN loyalty_lot l ON l.account_id = a.id AND l.remaining > 0 AND l.is_pending GROUP BY a.id
        HAVING a.pending <> coalesce(sum(l.remaining), 0)
    """,
    "lot_is_uses": """
        SELECT l.id, l.remaining - l.amount - coalesce(sum(u.amount), 0)
          FROM loyalty_lot l LEFT JOIN loyalty_lotuse u ON u.lot_id = l.id GROUP BY l.id
        HAVING l.remaining <> l.amount + coalesce(sum(u.amount), 0)
    """,
    "reserved_is_holds": """
        SELECT l.id, l.reserved - coalesce(sum(hl.amount) FILTER (WHERE h.state = 'open'), 0)
          FROM loyalty_lot l
          LEFT JOIN loyalty_holdlot hl ON hl.lot_id = l.id LEFT JOIN loyalty_hold h ON h.id = hl.hold_id
         WHERE l.reserved > 0 OR hl.id IS NOT NULL GROUP BY l.id
        HAVING l.reserved <> coalesce(sum(hl.amount) FILTER (WHERE h.state = 'open'), 0)
    """,
    "held_is_holds": """
        SELECT a.id, a.held - coalesce(sum(h.amount), 0)
          FROM loyalty_account a LEFT JOIN loyalty_hold h ON h.account_id = a.id AND h.state = 'open' GROUP BY a.id
        HAVING a.held <> coalesce(sum(h.amount), 0)
    """,
}

# Caches become what the rows they stand for sum to; lots first, then accounts.
_REPAIR = (
    """
    UPDATE loyalty_lot l SET remaining = l.amount + used.amount
      FROM (SELECT l.id, coalesce(sum(u.amount), 0) AS amount
              FROM loyalty_lot l LEFT JOIN loyalty_lotuse u ON u.lot_id = l.id GROUP BY l.id) used
     WHERE used.id = l.id AND l.remaining <> l.amount + used.amount
    """,
    """
    UPDATE loyalty_lot l SET reserved = kept.amount
      FROM (SELECT l.id, coalesce(sum(hl.amount) FILTER (WHERE h.state = 'open'), 0) AS amount
              FROM loyalty_lot l LEFT JOIN loyalty_holdlot hl ON hl.lot_id = l.id
              LEFT JOIN loyalty_hold h ON h.id = hl.hold_id GROUP BY l.id) kept
     WHERE kept.id = l.id AND l.reserved <> kept.amount
    """,
    """
    UPDATE loyalty_account a
       SET balance = t.active, pending = t.pending, debt = t.debt, held = t.held, version = a.version + 1, updated_at = %(at)s
      FROM (SELECT a.id, coalesce(e.active, 0) AS active, coalesce(e.pending, 0) AS pending, coalesce(e.debt, 0) AS debt,
                   coalesce(h.held, 0) AS held
              FROM loyalty_account a
              LEFT JOIN (SELECT account_id, sum(amount) FILTER (WHERE book = 'active') AS active,
                                sum(amount) FILTER (WHERE book = 'pending') AS pending,
                                -sum(amount) FILTER (WHERE book = 'debt') AS debt
                           FROM loyalty_entry WHERE account_id IS NOT NULL GROUP BY account_id) e ON e.account_id = a.id
              LEFT JOIN (SELECT account_id, sum(amount) AS held FROM loyalty_hold WHERE state = 'open'
                          GROUP BY account_id) h ON h.account_id = a.id) t
     WHERE t.id = a.id AND (a.balance, a.pending, a.debt, a.held) <> (t.active, t.pending, t.debt, t.held)
    """,
)


@dataclass(frozen=True, slots=True)
class Drift:
    """One figure that its rows do not come to: which check, whose, and by how much it is off."""

    check: str
    subject_id: UUID
    difference: int


def reconcile_ledger(*, repair: bool, by: Context, at: datetime) -> list[Drift]:
    """Compare every cached figure with what it is a cache of; repair on request. Answers what disagreed.

    A journal that does not balance is told and never repaired: that is for a person.

    Locks   when repairing, accounts against writers; the ledger is compared again under that lock.
    Emits   LedgerDriftFound for each.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            if repair:
                cursor.execute("LOCK TABLE loyalty_account IN SHARE ROW EXCLUSIVE MODE")
            found = [
                Drift(check, subject, int(difference))
                for check, statement in _CHECKS.items()
                for subject, difference in _rows(cursor, statement)
            ]
            if found and repair:
                for statement in _REPAIR:
                    cursor.execute(statement, {"at": at})
        record(
            *[
                LedgerDriftFound(
                    subject_id=drift.subject_id,
                    check=drift.check,
                    difference=drift.difference,
                    repaired=repair and drift.check != "journal_balances",
                )
                for drift in found
            ],
            by=by,
            at=at,
        )
    return found


def _rows(cursor: CursorWrapper, statement: str) -> list[tuple[UUID, int]]:
    cursor.execute(statement)
    return list(cursor.fetchall())
