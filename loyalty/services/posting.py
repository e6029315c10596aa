"""Points and credit given, taken back and put right. Each booked once by its reference."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from customers.queries import get_customer
from loyalty.errors.ledger import JournalMissing, NotEnoughCredit, NotEnoughPoints, PointsNotPositive
from loyalty.facts import ledger as facts
from loyalty.models import Entry, Journal, Lot
from loyalty.queries.programmes import debt_policy, find_programme
from loyalty.rules.lots import choose_lots
from loyalty.services.ledger import Ledger, open_ledger, refuse_merged
from loyalty.services.motions import ClawBack, bring_up_to_date, settle_debt, take_back
from loyalty.services.telling import tell
from loyalty.states.ledger import Book, JournalKind, Unit, credit_unit
from omnichannel.kernel.context import Context

__all__ = ["ClawBack", "adjust_credit", "adjust_points", "claw_back", "grant_credit", "grant_points"]


def grant_points(
    *,
    customer_id: UUID,
    points: int,
    reason: str,
    reference: str,
    active_from: datetime | None = None,
    expires_at: datetime | None = None,
    order_id: UUID | None = None,
    line_id: UUID | None = None,
    rule_version: UUID | None = None,
    by: Context,
    at: datetime,
) -> bool:
    """Give points; False when this reference was booked before.

    reason        in the customer's words: it stands on the statement.
    active_from   when they may be spent; None for now.
    rule_version  the EarningRule (a version of it) that gave them.
    Locks   the customer's ledger accounts.
    Emits   PointsEarned.
    Raises  PointsNotPositive, CustomerNotFound, Busy.
    """
    return _grant(
        customer_id,
        Unit.POINTS,
        points,
        reason=reason,
        reference=reference,
        active_from=active_from or at,
        expires_at=expires_at,
        origin=(order_id, line_id, rule_version),
        by=by,
        at=at,
    )


def grant_credit(
    *,
    customer_id: UUID,
    amount_minor: int,
    currency: str,
    reason: str,
    reference: str,
    active_from: datetime | None = None,
    expires_at: datetime | None = None,
    order_id: UUID | None = None,
    by: Context,
    at: datetime,
) -> bool:
    """Give store credit; False when this reference was booked before.

    Locks   the customer's ledger accounts.
    Emits   CreditIssued.
    Raises  PointsNotPositive, CustomerNotFound, Busy.
    """
    return _grant(
        customer_id,
        credit_unit(currency),
        amount_minor,
        reason=reason,
        reference=reference,
        active_from=active_from or at,
        expires_at=expires_at,
        origin=(order_id, None, None),
        by=by,
        at=at,
    )


def _grant(
    customer_id: UUID,
    unit: str,
    amount: int,
    *,
    reason: str,
    reference: str,
    active_from: datetime,
    expires_at: datetime | None,
    origin: tuple[UUID | None, UUID | None, UUID | None],
    by: Context,
    at: datetime,
) -> bool:
    if amount <= 0:
        raise PointsNotPositive()
    order_id, line_id, rule_id = origin
    with transaction.atomic():
        owner = get_customer(customer_id).pk
        ledger = open_ledger(wanted={owner: [unit]}, by=by, at=at)
        if is_booked(reference):
            return False
        refuse_merged([owner])
        account = ledger.account(owner, unit)
        if account.debt:
            # What fell due before this came in settles the debt before this does.
            ledger.load_lots([account])
            bring_up_to_date(ledger)
        journal = ledger.journal(JournalKind.GRANT, reason=reason, reference=reference, order_id=order_id)
        lot = ledger.open_lot(
            journal,
            account,
            amount,
            active_from=active_from,
            expires_at=expires_at,
            order_id=order_id,
            line_id=line_id,
            rule_id=rule_id,
        )
        ledger.post(journal, account, Book.PENDING if lot.is_pending else Book.ACTIVE, amount)
        ledger.post_programme(journal, unit, Book.ISSUED, -amount)
        settle_debt(ledger, account, journal, [lot])
        if unit == Unit.POINTS:
            ledger.tell(
                facts.PointsEarned(
                    journal_id=journal,
                    customer_id=owner,
                    reason=reason,
                    order_id=order_id,
                    balance=account.balance,
                    points=amount,
                    is_pending=lot.is_pending,
                    active_from=active_from,
                    expires_at=expires_at,
                )
            )
        else:
            tell(
                ledger, account, facts.PointsEarned, facts.CreditIssued, journal, amount,
                reason=reason, order_id=order_id, expires_at=expires_at,
            )  # fmt: skip
        ledger.close()
    return True


def is_booked(reference: str) -> bool:
    """Whether this reference stands in the ledger. Ask under the lock of its accounts."""
    return Journal.objects.filter(reference=reference).exists()


def claw_back(*, reference: str, reason: str, by: Context, at: datetime, policy: str = "") -> ClawBack:
    """Take back what was given under a reference; what was spent of it meanwhile goes by the policy.

    policy   a DebtPolicy; the programme's where none is named.
    A second call changes nothing and answers what the first one did.

    Locks   the customer's ledger accounts.
    Emits   PointsReversed or CreditClawedBack.
    Raises  JournalMissing.
    """
    with transaction.atomic():
        given = Journal.objects.filter(reference=reference).first()
        if given is None:
            raise JournalMissing(reference=reference)
        lots = list(Lot.objects.filter(journal=given).values_list("id", "account__customer_id", "account__unit"))
        owners = {customer: [unit] for _, customer, unit in lots}
        ledger = open_ledger(wanted=owners, by=by, at=at)
        done = Journal.objects.filter(reference=f"claw:{reference}"[:160]).first()
        if done is not None or not lots:
            return _told(done)
        ledger.load_lots(also=[lot for lot, _, _ in lots])
        bring_up_to_date(ledger)
        journal = ledger.journal(
            JournalKind.REVERSE,
            reason=reason,
            reference=f"claw:{reference}"[:160],
            order_id=given.order_id,
            undoes=given.id,
        )
        states = [ledger.lots[lot] for lot, _, _ in lots]
        account = ledger.accounts[states[0].account_id]
        wanted = [(lot, lot.amount - lot.reversed) for lot in states if lot.amount > lot.reversed]
        result = take_back(ledger, account, journal, wanted, policy=policy or debt_policy(find_programme(at)))
        tell(
            ledger, account, facts.PointsReversed, facts.CreditClawedBack, journal, result.taken + result.debt,
            reason=reason, order_id=given.order_id, owed=result.debt, forgiven=result.forgiven,
        )  # fmt: skip
        ledger.close()
    return result


def _told(journal: Journal | None) -> ClawBack:
    sums = {"active": 0, "pending": 0, "debt": 0}
    for book, amount in Entry.objects.filter(journal=journal, account__isnull=False).values_list("book", "amount"):
        sums[book] -= amount
    return ClawBack(taken=sums["active"] + sums["pending"], debt=sums["debt"])


def adjust_points(
    *, customer_id: UUID, points: int, reason: str, reference: str, by: Context, at: datetime,
    expires_at: datetime | None = None,
) -> bool:  # fmt: skip
    """Put points right by hand, up or down; False when this reference was booked before.

    Locks   the customer's ledger accounts.
    Emits   PointsAdjusted.
    Raises  NotEnoughPoints, CustomerNotFound.
    """
    return _adjust(customer_id, Unit.POINTS, points, reason, reference, expires_at, by=by, at=at)


def adjust_credit(
    *, customer_id: UUID, amount_minor: int, currency: str, reason: str, reference: str, by: Context, at: datetime,
    expires_at: datetime | None = None,
) -> bool:  # fmt: skip
    """Put store credit right by hand, up or down; False when this reference was booked before.

    Locks   the customer's ledger accounts.
    Emits   CreditAdjusted.
    Raises  NotEnoughCredit, CustomerNotFound.
    """
    return _adjust(customer_id, credit_unit(currency), amount_minor, reason, reference, expires_at, by=by, at=at)


def _adjust(
    customer_id: UUID,
    unit: str,
    amount: int,
    reason: str,
    reference: str,
    expires_at: datetime | None,
    *,
    by: Context,
    at: datetime,
) -> bool:
    if amount == 0:
        raise PointsNotPositive()
    with transaction.atomic():
        owner = get_customer(customer_id).pk
        ledger = open_ledger(wanted={owner: [unit]}, by=by, at=at)
        if is_booked(reference):
            return False
        refuse_merged([owner])
        account = ledger.account(owner, unit)
        ledger.load_lots([account])
        bring_up_to_date(ledger)
        journal = ledger.journal(JournalKind.ADJUST, reason=reason, reference=reference)
        if amount > 0:
            lot = ledger.open_lot(journal, account, amount, active_from=at, expires_at=expires_at)
            ledger.post(journal, account, Book.ACTIVE, amount)
            settle_debt(ledger, account, journal, [lot])
        else:
            take_free(ledger, unit, owner, journal, -amount)
        ledger.post_programme(journal, unit, Book.ADJUSTED, -amount)
        tell(ledger, account, facts.PointsAdjusted, facts.CreditAdjusted, journal, amount, reason=reason)
        ledger.close()
    return True


def take_free(ledger: Ledger, unit: str, customer_id: UUID, journal: UUID, amount: int) -> None:
    """Take from what is neither spent nor held, earliest expiry first. Raises NotEnoughPoints, NotEnoughCredit."""
    account = ledger.account(customer_id, unit)
    parts = choose_lots(ledger.lots_of(account), amount)
    if parts is None:
        raise not_enough(ledger, unit, customer_id, amount)
    for lot, part in parts:
        ledger.use(journal, lot, -part)
    ledger.post(journal, account, Book.ACTIVE, -amount)


def not_enough(ledger: Ledger, unit: str, customer_id: UUID, amount: int) -> NotEnoughPoints | NotEnoughCredit:
    available = sum(lot.free for lot in ledger.lots_of(ledger.account(customer_id, unit)))
    error = NotEnoughPoints if unit == Unit.POINTS else NotEnoughCredit
    return error(available=available, wanted=amount)
