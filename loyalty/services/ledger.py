"""The ledger under lock: accounts and lots in memory, every movement written in one statement at the end.

Open it, move, close it. A customer's accounts are locked together, ascending by customer and id, so that points and credit of
one order can never wait for each other; lots and holds are read after that lock and never without it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import orjson
from django.db import connection, transaction

from customers.models import Customer
from loyalty.rules.lots import LotState
from loyalty.services.rows import CLOSE, LOCK, OPEN, READ_HOLDS, READ_LOTS
from loyalty.states.ledger import Book, HoldState, JournalKind
from omnichannel.events.facts import Fact
from omnichannel.events.live import publish_version
from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from omnichannel.kernel.errors import Busy
from omnichannel.kernel.ids import uuid7

Row = dict[str, Any]


@dataclass(slots=True)
class AccountState:
    """An account's cached figures, kept in step with the entries written to it."""

    id: UUID
    customer_id: UUID
    unit: str
    balance: int
    pending: int
    held: int
    debt: int
    version: int


@dataclass(slots=True)
class HoldStateRow:
    id: UUID
    account_id: UUID
    cart_id: UUID
    amount: int
    until: datetime
    lots: list[tuple[UUID, int]] = field(default_factory=list)


class Ledger:
    """Accounts of some customers, locked. Call `close` to write what was moved."""

    def __init__(self, accounts: Iterable[AccountState], *, by: Context, at: datetime) -> None:
        self.by, self.at = by, at
        self.accounts = {account.id: account for account in accounts}
        self._of = {(account.customer_id, account.unit): account for account in self.accounts.values()}
        self.lots: dict[UUID, LotState] = {}
        self._lots_of: dict[UUID, list[LotState]] = {}
        self.holds: dict[UUID, HoldStateRow] = {}
        self._journals: list[Row] = []
        self._entries: dict[tuple[UUID, UUID | None, str, str], int] = {}
        self._new_lots: list[Row] = []
        self._uses: list[Row] = []
        self._new_holds: list[Row] = []
        self._ended: list[Row] = []
        self._moved: set[UUID] = set()
        self._changed_lots: set[UUID] = set()
        self._facts: list[Fact] = []

    # --- reading -------------------------------------------------------------------------------------
    def account(self, customer_id: UUID, unit: str) -> AccountState:
        return self._of[customer_id, unit]

    def accounts_of(self, customer_id: UUID) -> list[AccountState]:
        return [account for account in self.accounts.values() if account.customer_id == customer_id]

    @property
    def moved_customers(self) -> set[UUID]:
        """Whose figures changed since the ledger was opened."""
        return {self.accounts[account].customer_id for account in self._moved}

    def load_lots(self, accounts: Iterable[AccountState] | None = None, *, also: Sequence[UUID] = ()) -> None:
        """Read what is left in these accounts, and the lots named, spent or not. One statement, two with holds.

        Raises  Busy when a named lot is another record's by now: a merge came first.
        """
        chosen = list(self.accounts.values() if accounts is None else accounts)
        with connection.cursor() as cursor:
            cursor.execute(READ_LOTS, {"accounts": [account.id for account in chosen], "also": list(also)})
            for row in cursor.fetchall():
                if row[0] not in self.lots:
                    self._know(LotState(*row))
            keeping = [account.id for account in chosen if account.held]
            if not keeping:
                return
            cursor.execute(READ_HOLDS, {"accounts": keeping})
            for hold_id, account_id, cart_id, amount, until, lot_id, part in cursor.fetchall():
                hold = self.holds.setdefault(hold_id, HoldStateRow(hold_id, account_id, cart_id, amount, until))
                if (lot_id, part) not in hold.lots:
                    hold.lots.append((lot_id, part))

    def lots_of(self, account: AccountState) -> list[LotState]:
        return self._lots_of.get(account.id, [])

    def _know(self, lot: LotState) -> None:
        if lot.account_id not in self.accounts:
            raise Busy()
        self.lots[lot.id] = lot
        self._lots_of.setdefault(lot.account_id, []).append(lot)

    def holds_of(self, account: AccountState) -> list[HoldStateRow]:
        return [hold for hold in self.holds.values() if hold.account_id == account.id]

    # --- moving --------------------------------------------------------------------------------------
    def journal(
        self,
        kind: JournalKind,
        *,
        reason: str,
        reference: str = "",
        order_id: UUID | None = None,
        undoes: UUID | None = None,
    ) -> UUID:
        """Begin a journal. Without a reference it gets one of its own: its cause is guarded by the rows it moves."""
        journal_id = uuid7()
        self._journals.append(
            {
                "id": journal_id,
                "kind": kind,
                "reference": reference or f"{kind}:{journal_id}",
                "reason": reason[:300],
                "order_id": order_id,
                "undoes_id": undoes,
            }
        )
        return journal_id

    def post(self, journal: UUID, account: AccountState, book: Book, amount: int) -> None:
        """An entry in one of the customer's books; the cached figure moves with it."""
        if book is Book.ACTIVE:
            account.balance += amount
        elif book is Book.PENDING:
            account.pending += amount
        else:
            account.debt -= amount
        self._add(journal, account.id, book, account.unit, amount)
        self._moved.add(account.id)

    def post_programme(self, journal: UUID, unit: str, book: Book, amount: int) -> None:
        """An entry in one of the programme's books: a sum of entries, never a row to wait for."""
        self._add(journal, None, book, unit, amount)

    def _add(self, journal: UUID, account: UUID | None, book: Book, unit: str, amount: int) -> None:
        key = (journal, account, str(book), unit)
        self._entries[key] = self._entries.get(key, 0) + amount

    def open_lot(
        self,
        journal: UUID,
        account: AccountState,
        amount: int,
        *,
        active_from: datetime,
        expires_at: datetime | None,
        order_id: UUID | None = None,
        line_id: UUID | None = None,
        rule_id: UUID | None = None,
    ) -> LotState:
        lot = LotState(
            id=uuid7(),
            account_id=account.id,
            amount=amount,
            remaining=amount,
            reserved=0,
            reversed=0,
            is_pending=active_from > self.at,
            active_from=active_from,
            expires_at=expires_at,
            order_id=order_id,
            line_id=line_id,
        )
        self._know(lot)
        self._new_lots.append({"id": lot.id, "journal_id": journal, "rule_id": rule_id})
        self._moved.add(account.id)
        return lot

    def use(self, journal: UUID, lot: LotState, amount: int, *, line_id: UUID | None = None) -> None:
        """Take from a lot (negative) or put back, and write down that this journal did."""
        lot.remaining += amount
        self._uses.append({"lot_id": lot.id, "journal_id": journal, "amount": amount, "line_id": line_id})
        self.touch(lot)

    def touch(self, lot: LotState) -> None:
        self._changed_lots.add(lot.id)

    # --- holds ---------------------------------------------------------------------------------------
    def hold(
        self, account: AccountState, cart_id: UUID, parts: Sequence[tuple[LotState, int]], until: datetime
    ) -> UUID:
        amount = sum(part for _, part in parts)
        row = HoldStateRow(uuid7(), account.id, cart_id, amount, until, [(lot.id, part) for lot, part in parts])
        for lot, part in parts:
            lot.reserved += part
            self.touch(lot)
        account.held += amount
        self.holds[row.id] = row
        self._new_holds.append(
            {"id": row.id, "account_id": account.id, "cart_id": cart_id, "amount": amount, "until": until,
             "lots": [{"lot_id": lot, "amount": part} for lot, part in row.lots]}
        )  # fmt: skip
        self._moved.add(account.id)
        return row.id

    def end_hold(self, hold: HoldStateRow, state: HoldState) -> None:
        for lot_id, part in hold.lots:
            self.lots[lot_id].reserved -= part
            self.touch(self.lots[lot_id])
        self.accounts[hold.account_id].held -= hold.amount
        del self.holds[hold.id]
        self._ended.append({"id": hold.id, "state": state})
        self._moved.add(hold.account_id)

    def tell(self, *facts: Fact) -> None:
        """Facts to record when the ledger closes."""
        self._facts += facts

    # --- writing -------------------------------------------------------------------------------------
    def close(self) -> None:
        """Write everything moved: one statement, and one for the facts. Nothing moved, nothing written."""
        if not self._moved and not self._journals:
            return
        self._require_balance()
        new = {row["id"] for row in self._new_lots}
        with connection.cursor() as cursor:
            cursor.execute(
                CLOSE,
                {
                    "at": self.at,
                    "actor": self.by.actor[:80],
                    "channel": self.by.channel,
                    "store_id": self.by.store_id,
                    "journals": _json(self._journals),
                    "entries": _json(
                        {"journal_id": journal, "account_id": account, "book": book, "unit": unit, "amount": amount}
                        for (journal, account, book, unit), amount in self._entries.items()
                        if amount
                    ),
                    "new_lots": _json(row | _lot_row(self.lots[row["id"]]) for row in self._new_lots),
                    "uses": _json(self._uses),
                    "lots": _json(_lot_row(self.lots[lot]) for lot in sorted(self._changed_lots - new)),
                    "holds": _json(self._new_holds),
                    "ended": _json(self._ended),
                    "accounts": _json(_account_row(self.accounts[account]) for account in sorted(self._moved)),
                },
            )
        record(*self._facts, by=self.by, at=self.at)
        self._publish()

    def _require_balance(self) -> None:
        sums: dict[tuple[UUID, str], int] = {}
        for (journal, _, _, unit), amount in self._entries.items():
            sums[journal, unit] = sums.get((journal, unit), 0) + amount
        if crooked := [key for key, total in sums.items() if total]:
            raise AssertionError(f"journals that do not sum to zero: {crooked}")

    def _publish(self) -> None:
        """The version of a customer's balance is the sum of their accounts' versions: it only rises."""
        for account_id in self._moved:
            self.accounts[account_id].version += 1
        for customer_id in self.moved_customers:
            version = sum(account.version for account in self.accounts_of(customer_id))
            transaction.on_commit(partial(publish_version, f"balance:{customer_id}", version), robust=True)


def open_ledger(*, wanted: Mapping[UUID, Sequence[str]], by: Context, at: datetime) -> Ledger:
    """Lock all accounts of these customers, opening those of the units wanted. One statement, three when one is new.

    Locks   ledger accounts, ascending by customer and id.
    """
    customers = list(wanted)
    accounts = _lock(customers)
    known = {(account.customer_id, account.unit) for account in accounts}
    missing = sorted(
        (customer, unit) for customer, units in wanted.items() for unit in units if (customer, unit) not in known
    )
    if missing:
        with connection.cursor() as cursor:
            cursor.execute(
                OPEN,
                {
                    "ids": [uuid7() for _ in missing],
                    "customers": [customer for customer, _ in missing],
                    "units": [unit for _, unit in missing],
                    "at": at,
                },
            )
        accounts = _lock(customers)
    return Ledger(accounts, by=by, at=at)


def lock_accounts(customers: Iterable[UUID]) -> None:
    """Lock all accounts of these customers, for work that then goes from one of them to the next in another order."""
    _lock(sorted(set(customers)))


def refuse_merged(customers: Iterable[UUID]) -> None:
    """Ask once their accounts are locked, where the owners were read before: a merge may have come first.

    What is booked then would lie where nobody looks. One statement.
    Raises  Busy: who asks again finds the record they became part of.
    """
    if Customer.objects.filter(pk__in=list(customers), merged_into__isnull=False).exists():
        raise Busy()


def _lock(customers: Sequence[UUID]) -> list[AccountState]:
    with connection.cursor() as cursor:
        cursor.execute(LOCK, {"customers": list(customers)})
        return [AccountState(*row) for row in cursor.fetchall()]


def hold_until(at: datetime, minutes: int, lots: Iterable[LotState]) -> datetime:
    """A hold never outlives a lot it keeps: what is promised can be spent."""
    return min([at + timedelta(minutes=minutes), *(lot.expires_at for lot in lots if lot.expires_at is not None)])


def _lot_row(lot: LotState) -> Row:
    return {name: getattr(lot, name) for name in LotState.__slots__}


def _account_row(account: AccountState) -> Row:
    return {name: getattr(account, name) for name in ("id", "balance", "pending", "held", "debt")}


def _json(rows: Iterable[Row]) -> str:
    return orjson.dumps(list(rows)).decode()
