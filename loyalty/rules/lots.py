"""Which lots a movement touches: earliest-expiring first out, last taken first back. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from omnichannel.kernel.money import split_by_weight


@dataclass(slots=True)
class LotState:
    """A lot as the ledger holds it while it is locked."""

    id: UUID
    account_id: UUID
    amount: int
    remaining: int
    reserved: int
    reversed: int
    is_pending: bool
    active_from: datetime
    expires_at: datetime | None
    order_id: UUID | None = None
    line_id: UUID | None = None

    @property
    def free(self) -> int:
        """What is neither spent nor held; none while pending."""
        return 0 if self.is_pending else self.remaining - self.reserved


def spending_order(lots: Iterable[LotState]) -> list[LotState]:
    """Earliest expiry first, those without one last; among equals the oldest."""
    return sorted(lots, key=lambda lot: (lot.expires_at is None, lot.expires_at or lot.active_from, lot.id))


def choose_lots(lots: Iterable[LotState], amount: int) -> list[tuple[LotState, int]] | None:
    """What to take from which lot for `amount`; None when the free ones do not reach."""
    chosen: list[tuple[LotState, int]] = []
    left = amount
    for lot in spending_order(lots):
        if left == 0:
            break
        part = min(left, lot.free)
        if part > 0:
            chosen.append((lot, part))
            left -= part
    return chosen if left == 0 else None


@dataclass(frozen=True, slots=True)
class Share:
    """So much of a lot paid for a line (None: for the order as a whole)."""

    lot_id: UUID
    line_id: UUID | None
    amount: int


def share_over_lines(uses: Sequence[tuple[UUID, int]], lines: Sequence[tuple[UUID, int]]) -> list[Share]:
    """Which lot paid for which line: lines in their order take from the lots in the order these were taken.

    uses   (lot, amount) as spent; lines (line, what it cost). By largest remainder, so the parts sum to the whole.
    """
    total = sum(amount for _, amount in uses)
    if not lines:
        return [Share(lot, None, amount) for lot, amount in uses]
    wanted = split_by_weight(total, [max(0, cost) for _, cost in lines])
    shares: list[Share] = []
    queue = iter(uses)
    lot, left = next(queue, (None, 0))
    for (line, _), need in zip(lines, wanted, strict=True):
        while need and lot is not None:
            part = min(need, left)
            if part:
                shares.append(Share(lot, line, part))
            need, left = need - part, left - part
            if not left:
                lot, left = next(queue, (None, 0))
    return shares


def due_back(amount: int, *, gone: int, quantity: int) -> int:
    """What of a line's `amount` is due after `gone` of its units went back: all of it with the last unit."""
    return amount * gone // quantity if quantity else 0


def give_back_shares(
    shares: Sequence[Share], *, restored: Mapping[tuple[UUID, UUID | None], int], due: Mapping[UUID, int], amount: int
) -> list[Share]:
    """Which shares come back for `amount`: those of returned lines first, then any; last taken first.

    restored  what came back before, by (lot, line).
    due       what is due back by line, in all, those restored before included.
    """
    left_of = {position: share.amount for position, share in enumerate(shares)}
    before = dict(restored)
    line_restored: dict[UUID | None, int] = {}
    for position, share in enumerate(shares):
        key = (share.lot_id, share.line_id)
        part = min(before.get(key, 0), share.amount)
        if part:
            before[key] -= part
            left_of[position] -= part
            line_restored[share.line_id] = line_restored.get(share.line_id, 0) + part
    room = {line: max(0, wanted - line_restored.get(line, 0)) for line, wanted in due.items()}
    back: dict[int, int] = {}
    left = amount
    for by_line in (True, False):
        for position in reversed(range(len(shares))):
            share = shares[position]
            part = min(left, left_of[position])
            if by_line:
                part = min(part, room.get(share.line_id, 0) if share.line_id else 0)
            if part <= 0:
                continue
            if by_line and share.line_id:
                room[share.line_id] -= part
            left_of[position] -= part
            left -= part
            back[position] = back.get(position, 0) + part
    return [Share(shares[position].lot_id, shares[position].line_id, part) for position, part in sorted(back.items())]
