"""What the ledger holds of a person. Journals stay as the law asks; a merge moves lots by a journal of its own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from loyalty.models import Account, Adjustment, Entry, Hold, Journal, Lot, LotMove
from loyalty.services.ledger import Ledger, open_ledger
from loyalty.states.ledger import Book, HoldState, JournalKind
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import Context
from omnichannel.kernel.personal_data import MoveReport

_BY = Context(actor="system:merge")
_ERASER = Context(actor="system:erase")
#: The one word a reason may be changed to (`loyalty_refuse_rewriting`).
_ERASED = "Erased"


class LedgerRecords:
    """Points and store credit: accounts, movements, lots."""

    def export(self, *, customer_id: UUID) -> Mapping[str, Any]:
        accounts = Account.objects.filter(customer_id=customer_id).order_by("unit")
        entries = Entry.objects.filter(account__customer_id=customer_id).order_by("id").select_related("journal")
        return {
            "loyalty_accounts": list(accounts.values("unit", "balance", "pending", "debt")),
            "loyalty_adjustments": [
                {
                    "at": row.asked_at.isoformat(),
                    "unit": row.unit,
                    "amount": row.amount,
                    "reason": row.reason,
                    "state": row.state,
                    "note": row.note,
                }
                for row in Adjustment.objects.filter(customer_id=customer_id).order_by("id")
            ],
            "loyalty_movements": [
                {
                    "at": entry.at.isoformat(),
                    "unit": entry.unit,
                    "book": entry.book,
                    "amount": entry.amount,
                    "kind": entry.journal.kind,
                    "reason": entry.journal.reason,
                }
                for entry in entries
            ],
        }

    def erase(self, *, customer_id: UUID, at: datetime) -> None:
        """What is left lapses with the person; nobody could ever claim it. The movements stay, naming no one."""
        Adjustment.objects.filter(customer_id=customer_id).update(reason=_ERASED, note="")
        # What people typed goes; our own words for a movement name nobody. The database lets a reason go, and no more.
        typed = Journal.objects.filter(entries__account__customer_id=customer_id).exclude(actor__startswith="system")
        Journal.objects.filter(pk__in=typed.values("pk")).update(reason=_ERASED)
        ledger = open_ledger(wanted={customer_id: ()}, by=_ERASER, at=at)
        ledger.load_lots()
        for hold in list(ledger.holds.values()):
            ledger.end_hold(hold, HoldState.RELEASED)
        for account in ledger.accounts.values():
            if not (account.balance or account.pending or account.debt):
                continue
            journal = ledger.journal(JournalKind.CLOSE, reason="Lapsed with the record")
            left = account.balance + account.pending - account.debt
            for lot in ledger.lots_of(account):
                ledger.use(journal, lot, -lot.remaining)
            for book, amount in (
                (Book.ACTIVE, -account.balance),
                (Book.PENDING, -account.pending),
                (Book.DEBT, account.debt),
            ):
                ledger.post(journal, account, book, amount)
            ledger.post_programme(journal, account.unit, Book.EXPIRED, left)
        ledger.close()

    def move(self, *, from_id: UUID, to_id: UUID, merge_id: UUID) -> MoveReport:
        """Lots go over whole, with their expiry and what carts hold of them; debts too."""
        units = list(Account.objects.filter(customer_id=from_id).values_list("unit", flat=True))
        if not units or Journal.objects.filter(reference=_reference(merge_id)).exists():
            return MoveReport(moved={})
        ledger = open_ledger(wanted={from_id: units, to_id: units}, by=_BY, at=now())
        if late := {account.unit for account in ledger.accounts_of(from_id)} - set(units):
            # Opened by whoever held the lock before us.
            units += sorted(late)
            ledger = open_ledger(wanted={from_id: units, to_id: units}, by=_BY, at=now())
        # Spent ones too: what a return gives back of them belongs to who the two are now.
        ledger.load_lots(also=list(Lot.objects.filter(account__customer_id=from_id).values_list("id", flat=True)))
        journal = ledger.journal(JournalKind.MOVE, reason="Two records became one", reference=_reference(merge_id))
        moves: list[LotMove] = []
        for unit in units:
            source, target = ledger.account(from_id, unit), ledger.account(to_id, unit)
            lots = list(ledger.lots_of(source))
            moves += [LotMove(merge_id=merge_id, lot_id=lot.id, from_account_id=source.id) for lot in lots]
            _carry(ledger, journal, source.id, target.id, {lot.id for lot in lots}, debt=source.debt)
        ledger.close()
        LotMove.objects.bulk_create(moves)
        return MoveReport(moved={"loyalty_lots": len(moves)})

    def restore(self, *, merge_id: UUID) -> MoveReport:
        """The lots that came go back with what is left of them; of a debt what is still owed."""
        moved = Journal.objects.filter(reference=_reference(merge_id)).first()
        if moved is None or Journal.objects.filter(reference=_reference(merge_id, undo=True)).exists():
            return MoveReport(moved={})
        rows = list(LotMove.objects.filter(merge_id=merge_id).values_list("lot_id", "from_account_id"))
        entries = Entry.objects.filter(journal=moved, account__isnull=False)
        accounts = list(Account.objects.filter(pk__in=entries.values("account_id")))
        ids = {account.customer_id for account in accounts} | set(
            Account.objects.filter(pk__in=[source for _, source in rows]).values_list("customer_id", flat=True)
        )
        owners = ids | set(
            Account.objects.filter(lots__in=[lot for lot, _ in rows]).values_list("customer_id", flat=True)
        )
        ledger = open_ledger(wanted=dict.fromkeys(sorted(owners), ()), by=_BY, at=now())
        ledger.load_lots(also=[lot for lot, _ in rows])
        journal = ledger.journal(
            JournalKind.MOVE,
            reason="The two records were taken apart again",
            reference=_reference(merge_id, undo=True),
            undoes=moved.id,
        )
        back: dict[tuple[UUID, UUID], set[UUID]] = {}
        for lot_id, source in rows:
            back.setdefault((ledger.lots[lot_id].account_id, source), set()).add(lot_id)
        # A debt left the one record as a plus and came to the other as a minus.
        owed: dict[str, dict[bool, tuple[UUID, int]]] = {}
        for unit, account_id, amount in entries.filter(book=Book.DEBT).values_list("unit", "account_id", "amount"):
            if account_id is not None:
                owed.setdefault(unit, {})[amount > 0] = (account_id, abs(amount))
        debts = {(sides[False][0], sides[True][0]): sides[True][1] for sides in owed.values()}
        for here, source in sorted({*back, *debts}):
            debt = min(debts.get((here, source), 0), ledger.accounts[here].debt)
            _carry(ledger, journal, here, source, back.get((here, source), set()), debt=debt)
        ledger.close()
        return MoveReport(moved={"loyalty_lots": len(rows)})


def _carry(ledger: Ledger, journal: UUID, from_id: UUID, to_id: UUID, lots: set[UUID], *, debt: int) -> None:
    """Lots change accounts, with holds made of them alone; a hold that reaches beyond them is let go."""
    source, target = ledger.accounts[from_id], ledger.accounts[to_id]
    for hold in ledger.holds_of(source):
        named = {lot for lot, _ in hold.lots}
        if named <= lots and not _keeps(ledger, to_id, hold.cart_id):
            source.held -= hold.amount
            target.held += hold.amount
            hold.account_id = target.id
            Hold.objects.filter(pk=hold.id).update(account_id=target.id)
        elif named & lots:
            ledger.end_hold(hold, HoldState.RELEASED)
    for lot_id in lots:
        lot = ledger.lots[lot_id]
        lot.account_id = target.id
        ledger.touch(lot)
        book = Book.PENDING if lot.is_pending else Book.ACTIVE
        ledger.post(journal, source, book, -lot.remaining)
        ledger.post(journal, target, book, lot.remaining)
    if debt:
        ledger.post(journal, source, Book.DEBT, debt)
        ledger.post(journal, target, Book.DEBT, -debt)


def _keeps(ledger: Ledger, account_id: UUID, cart_id: UUID) -> bool:
    return any(hold.account_id == account_id and hold.cart_id == cart_id for hold in ledger.holds.values())


def _reference(merge_id: UUID, *, undo: bool = False) -> str:
    return f"{'unmerge' if undo else 'merge'}:{merge_id}"
