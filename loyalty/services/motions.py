"""Movements every service of the ledger is made of. They work on an open ledger and write nothing themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from loyalty.facts import ledger as facts
from loyalty.rules.lots import LotState, spending_order
from loyalty.services.ledger import AccountState, Ledger
from loyalty.services.telling import tell
from loyalty.states.ledger import Book, HoldState, JournalKind
from loyalty.states.members import DebtPolicy


def bring_up_to_date(ledger: Ledger) -> None:
    """Let time have its effect on the accounts whose lots are loaded: holds end, lots become active or expire.

    The tasks do the same for those nobody looks at; here nobody has to wait for them.
    """
    for hold in [hold for hold in ledger.holds.values() if hold.until <= ledger.at]:
        ledger.end_hold(hold, HoldState.EXPIRED)
    for account in ledger.accounts.values():
        lots = ledger.lots_of(account)
        activate(ledger, account, [lot for lot in lots if lot.is_pending and lot.active_from <= ledger.at])
        expire(ledger, account, [lot for lot in lots if lot.expires_at is not None and lot.expires_at <= ledger.at])


def activate(ledger: Ledger, account: AccountState, lots: Sequence[LotState]) -> None:
    """Pending lots may be spent; a debt takes its part at once."""
    amount = sum(lot.remaining for lot in lots)
    for lot in lots:
        lot.is_pending = False
        ledger.touch(lot)
    if not amount:
        return
    journal = ledger.journal(JournalKind.ACTIVATE, reason="May be spent now")
    ledger.post(journal, account, Book.PENDING, -amount)
    ledger.post(journal, account, Book.ACTIVE, amount)
    settle_debt(ledger, account, journal, lots)
    tell(ledger, account, facts.PointsActivated, facts.CreditActivated, journal, amount, reason="May be spent now")


def expire(ledger: Ledger, account: AccountState, lots: Sequence[LotState]) -> int:
    """What is left in lots past their time lapses; a part held for a cart waits for its hold to end."""
    parts = [(lot, lot.remaining - lot.reserved) for lot in lots if lot.remaining > lot.reserved]
    if not parts:
        return 0
    amount = sum(part for _, part in parts)
    journal = ledger.journal(JournalKind.EXPIRE, reason="Expired")
    for lot, part in parts:
        ledger.use(journal, lot, -part)
        ledger.post(journal, account, Book.PENDING if lot.is_pending else Book.ACTIVE, -part)
    ledger.post_programme(journal, account.unit, Book.EXPIRED, amount)
    tell(ledger, account, facts.PointsExpired, facts.CreditExpired, journal, amount, reason="Expired")
    return amount


def settle_debt(ledger: Ledger, account: AccountState, journal: UUID, lots: Sequence[LotState]) -> int:
    """What is owed is taken from what just came in, in the same journal."""
    settled = 0
    for lot in spending_order(lots):
        part = min(account.debt, lot.free)
        if part <= 0:
            continue
        ledger.use(journal, lot, -part)
        ledger.post(journal, account, Book.ACTIVE, -part)
        ledger.post(journal, account, Book.DEBT, part)
        settled += part
    return settled


def let_go_of_holds(ledger: Ledger, account: AccountState) -> None:
    """Carts lose what they kept: what is taken back comes before what was only promised."""
    for hold in ledger.holds_of(account):
        ledger.end_hold(hold, HoldState.RELEASED)


@dataclass(frozen=True, slots=True)
class ClawBack:
    """What became of it: `taken` from the balance, `debt` owed from now on, `forgiven` let go."""

    taken: int
    debt: int
    forgiven: int = 0


def take_back(
    ledger: Ledger, account: AccountState, journal: UUID, wanted: Sequence[tuple[LotState, int]], *, policy: str
) -> ClawBack:
    """Take back so much of each lot as it once gave; what was spent of it meanwhile goes by the policy.

    debt            from the rest of the balance, then owed.
    within_balance  from the rest of the balance, then let go.
    write_off       only what is left of the lots themselves.
    A lot past its expiry is not asked for more than is left of it: what lapsed was never used.
    """
    if sum(part for _, part in wanted) > sum(min(lot.remaining - lot.reserved, part) for lot, part in wanted):
        let_go_of_holds(ledger, account)
    taken = short = forgiven = 0
    for lot, part in wanted:
        own = min(lot.remaining - lot.reserved, part)
        lot.reversed += part
        ledger.touch(lot)
        _take(ledger, account, journal, lot, own)
        taken += own
        if lot.expires_at is not None and lot.expires_at <= ledger.at:
            forgiven += part - own
        else:
            short += part - own
    if policy != DebtPolicy.WRITE_OFF:
        for lot in spending_order(ledger.lots_of(account)):
            part = min(short, lot.free)
            _take(ledger, account, journal, lot, part)
            taken, short = taken + part, short - part
    owed = 0
    if policy == DebtPolicy.DEBT:
        owed, short = short, 0
        if owed:
            ledger.post(journal, account, Book.DEBT, -owed)
    if taken + owed:
        ledger.post_programme(journal, account.unit, Book.ISSUED, taken + owed)
    return ClawBack(taken=taken, debt=owed, forgiven=forgiven + short)


def _take(ledger: Ledger, account: AccountState, journal: UUID, lot: LotState, amount: int) -> None:
    if amount > 0:
        ledger.use(journal, lot, -amount)
        ledger.post(journal, account, Book.PENDING if lot.is_pending else Book.ACTIVE, -amount)
