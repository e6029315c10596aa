"""Points and credit as tenders: taken in the order's transaction, given back in the very lots they came from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from loyalty.errors.ledger import PointsNotPositive
from loyalty.facts import ledger as facts
from loyalty.models import Journal
from loyalty.queries.programmes import find_programme
from loyalty.rules.lots import Share, due_back, give_back_shares, share_over_lines
from loyalty.services.ledger import Ledger, open_ledger
from loyalty.services.motions import bring_up_to_date, settle_debt
from loyalty.services.posting import take_free
from loyalty.services.telling import tell
from loyalty.states.ledger import Book, HoldState, JournalKind
from omnichannel.kernel.context import Context
from orders.models import OrderLine


def spend(
    *,
    customer_id: UUID,
    unit: str,
    amount: int,
    key: str,
    order_id: UUID,
    cart_id: UUID | None,
    by: Context,
    at: datetime,
) -> UUID:
    """Take points or credit for an order, earliest-expiring first. Answers the journal.

    key      the payment's; it is booked once.
    cart_id  the cart that became the order: what it held is spent before anything else is looked at.
    Locks   the customer's ledger accounts. Two statements more, and one for the facts.
    Emits   PointsBurned or CreditSpent.
    Raises  NotEnoughPoints, NotEnoughCredit.
    """
    if amount <= 0:
        raise PointsNotPositive()
    with transaction.atomic(savepoint=False):
        ledger = open_ledger(wanted={customer_id: [unit]}, by=by, at=at)
        account = ledger.account(customer_id, unit)
        ledger.load_lots([account])
        # Held lots are the earliest-expiring ones of when they were held; freed here, they are taken again.
        for hold in ledger.holds_of(account):
            if hold.cart_id == cart_id:
                ledger.end_hold(hold, HoldState.SPENT)
        bring_up_to_date(ledger)
        journal = ledger.journal(
            JournalKind.SPEND, reason="Paid for an order", reference=f"spend:{key}", order_id=order_id
        )
        take_free(ledger, unit, customer_id, journal, amount)
        ledger.post_programme(journal, unit, Book.REDEEMED, amount)
        tell(
            ledger, account, facts.PointsBurned, facts.CreditSpent, journal, amount,
            reason="Paid for an order", order_id=order_id,
        )  # fmt: skip
        ledger.close()
    return journal


# What a payment took, lot by lot in the order it was taken, with what came back of it before.
_BURNED = """
SELECT u.lot_id, -u.amount FROM loyalty_lotuse u WHERE u.journal_id = %(journal)s AND u.amount < 0 ORDER BY u.id
"""
_RESTORED = """
SELECT u.lot_id, u.line_id, sum(u.amount)
  FROM loyalty_lotuse u JOIN loyalty_journal j ON j.id = u.journal_id
 WHERE j.undoes_id = %(journal)s AND u.amount > 0
 GROUP BY u.lot_id, u.line_id
"""


@dataclass(frozen=True, slots=True)
class _Burn:
    """A payment's lots by order line, and how far the lines have gone back."""

    shares: list[Share]
    restored: dict[tuple[UUID, UUID | None], int]
    due: dict[UUID, int]

    @property
    def total(self) -> int:
        return sum(share.amount for share in self.shares)

    @property
    def restored_total(self) -> int:
        return sum(self.restored.values())


def give_back(*, key: str, refund_key: str, total: int, reason: str, by: Context, at: datetime) -> int:
    """Put spent points or credit back until `total` of what the payment took is back. Answers how much came now.

    Lots of the lines that went back come first, the last taken before the others, each with its old expiry; one
    that has expired meanwhile lives for the programme's grace, without a grace it lapses at once.
    A second call for the same refund changes nothing.

    Locks   the ledger accounts that hold the lots now (a merge may have moved them).
    Emits   PointsReturned or CreditReturned.
    """
    with transaction.atomic():
        spent = Journal.objects.filter(reference=f"spend:{key}").first()
        if spent is None:
            return 0
        lots, owners = _lots_of(spent.id)
        ledger = open_ledger(wanted=owners, by=by, at=at)
        reference = f"return:{refund_key}"
        if Journal.objects.filter(reference=reference).exists():
            return 0
        burn = _read_burn(spent)
        amount = min(total, burn.total) - burn.restored_total
        if amount <= 0:
            return 0
        ledger.load_lots(also=lots)
        bring_up_to_date(ledger)
        journal = ledger.journal(
            JournalKind.RETURN, reason=reason, reference=reference, order_id=spent.order_id, undoes=spent.id
        )
        back = give_back_shares(burn.shares, restored=burn.restored, due=burn.due, amount=amount)
        _restore(ledger, journal, back, reason=reason, order_id=spent.order_id)
        ledger.close()
    return amount


def _restore(ledger: Ledger, journal: UUID, back: Sequence[Share], *, reason: str, order_id: UUID | None) -> None:
    grace = getattr(find_programme(ledger.at), "return_grace_days", 0)
    came: dict[UUID, int] = {}
    lapsed: dict[UUID, int] = {}
    late: dict[UUID, int] = {}
    for share in back:
        lot = ledger.lots[share.lot_id]
        account = ledger.accounts[lot.account_id]
        ledger.use(journal, lot, share.amount, line_id=share.line_id)
        ledger.post_programme(journal, account.unit, Book.REDEEMED, -share.amount)
        came[account.id] = came.get(account.id, 0) + share.amount
        if lot.expires_at is None or lot.expires_at > ledger.at:
            ledger.post(journal, account, Book.ACTIVE, share.amount)
            settle_debt(ledger, account, journal, [lot])
            continue
        # Back in its own lot and out again, so that the lot shows it once and is never spendable after its time.
        ledger.use(journal, lot, -share.amount, line_id=share.line_id)
        into = late if grace else lapsed
        into[account.id] = into.get(account.id, 0) + share.amount
    for account_id, amount in late.items():
        account = ledger.accounts[account_id]
        lot = ledger.open_lot(
            journal, account, amount, active_from=ledger.at, expires_at=ledger.at + timedelta(days=grace)
        )
        ledger.post(journal, account, Book.ACTIVE, amount)
        settle_debt(ledger, account, journal, [lot])
    for account_id, amount in lapsed.items():
        ledger.post_programme(journal, ledger.accounts[account_id].unit, Book.EXPIRED, amount)
    for account_id, amount in came.items():
        account = ledger.accounts[account_id]
        tell(
            ledger, account, facts.PointsReturned, facts.CreditReturned, journal, amount,
            reason=reason, order_id=order_id,
        )  # fmt: skip


def _lots_of(journal_id: UUID) -> tuple[list[UUID], dict[UUID, list[str]]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.id, a.customer_id, a.unit FROM loyalty_lotuse u JOIN loyalty_lot l ON l.id = u.lot_id"
            " JOIN loyalty_account a ON a.id = l.account_id WHERE u.journal_id = %s",
            [journal_id],
        )
        rows = cursor.fetchall()
    owners: dict[UUID, list[str]] = {}
    for _, customer, unit in rows:
        owners.setdefault(customer, []).append(unit)
    return [row[0] for row in rows], owners


def _read_burn(spent: Journal) -> _Burn:
    with connection.cursor() as cursor:
        cursor.execute(_BURNED, {"journal": spent.id})
        uses = cursor.fetchall()
        cursor.execute(_RESTORED, {"journal": spent.id})
        restored = {(lot, line): int(amount) for lot, line, amount in cursor.fetchall()}
    # What an edit added later was not paid by this.
    bought = OrderLine.objects.filter(order_id=spent.order_id) if spent.order_id else OrderLine.objects.none()
    lines = list(
        bought.filter(change_id=None)
        .order_by("position")
        .values_list("id", "total_minor", "quantity", "cancelled_quantity", "returned_quantity")
    )
    shares = share_over_lines(uses, [(line, cost) for line, cost, *_ in lines])
    paid: dict[UUID | None, int] = {}
    for share in shares:
        paid[share.line_id] = paid.get(share.line_id, 0) + share.amount
    due = {
        line: due_back(paid.get(line, 0), gone=cancelled + returned, quantity=quantity)
        for line, _, quantity, cancelled, returned in lines
    }
    return _Burn(shares, restored, due)
