"""The lines of one cart in memory, and what may be done to them. One line for each variant and personalisation."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import orjson

from carts.errors import LineMissing, QuantityTooLarge, TooManyLines
from carts.ports import Mark

MAX_QUANTITY = 9_999
MAX_LINES = 200


@dataclass(frozen=True, slots=True)
class Line:
    id: UUID
    variant_id: UUID
    quantity: int
    added: Mark
    changed: Mark
    personalisation: Mapping[str, Any]
    personalisation_key: str = ""
    is_gift: bool = False
    note: str = ""
    fulfilment_kind: str = ""
    fulfilment_store_id: UUID | None = None
    price_seen_minor: int = 0

    @property
    def key(self) -> tuple[UUID, str]:
        return self.variant_id, self.personalisation_key


@dataclass(frozen=True, slots=True)
class LineWish:
    """What somebody wants added. `quantity` ≥ 1; None leaves what a line that is there already says."""

    variant_id: UUID
    quantity: int
    price_minor: int
    personalisation: Mapping[str, Any]
    is_gift: bool | None = None
    note: str | None = None
    fulfilment_kind: str | None = None
    fulfilment_store_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class LineChange:
    """One step of history: quantities before and after; 0 is not there. `kind` is added, changed, removed or cleared."""

    kind: str
    line: Line
    before: int
    after: int


class Lines:
    """A working copy. Knows what differs from what was loaded, so that one statement can write it."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._loaded = {line.id: line for line in lines}
        self._lines = dict(self._loaded)
        self._by_key = {line.key: line.id for line in self._loaded.values()}
        self.changes: list[LineChange] = []

    def __iter__(self) -> Any:
        return iter(self._lines.values())

    def __len__(self) -> int:
        return len(self._lines)

    def get(self, line_id: UUID, pointer: str = "") -> Line:
        """Raises LineMissing."""
        try:
            return self._lines[line_id]
        except KeyError:
            raise LineMissing(pointer=pointer) from None

    def find(self, variant_id: UUID, personalisation_key: str) -> Line | None:
        line_id = self._by_key.get((variant_id, personalisation_key))
        return self._lines.get(line_id) if line_id else None

    def add(self, wish: LineWish, *, line_id: UUID, mark: Mark, pointer: str = "", added: Mark | None = None) -> Line:
        """Add pieces: to the line of the same variant and personalisation, or as a new one under `line_id`.

        added   where it was first put into a cart, when that was another one.

        A line taken out earlier in the same working copy comes back under its old id.
        Raises QuantityTooLarge, TooManyLines.
        """
        key = (wish.variant_id, personalisation_key(wish.personalisation))
        line = self.find(*key)
        before = line.quantity if line else 0
        if before + wish.quantity > MAX_QUANTITY:
            raise QuantityTooLarge(pointer=pointer, quantity=before + wish.quantity, maximum=MAX_QUANTITY)
        if line is None:
            if len(self._lines) >= MAX_LINES:
                raise TooManyLines(pointer=pointer, maximum=MAX_LINES)
            line = Line(
                id=self._by_key.get(key, line_id),
                variant_id=key[0],
                personalisation_key=key[1],
                personalisation=wish.personalisation,
                quantity=0,
                added=added or mark,
                changed=mark,
            )
        kind = line.fulfilment_kind if wish.fulfilment_kind is None else wish.fulfilment_kind
        return self._put(
            replace(
                line,
                quantity=before + wish.quantity,
                is_gift=line.is_gift if wish.is_gift is None else wish.is_gift,
                note=line.note if wish.note is None else wish.note,
                fulfilment_kind=kind,
                fulfilment_store_id=line.fulfilment_store_id
                if wish.fulfilment_kind is None
                else wish.fulfilment_store_id,
                price_seen_minor=wish.price_minor,
                changed=mark,
            ),
            before,
            kind="added",
        )

    def change(self, line_id: UUID, *, mark: Mark, pointer: str = "", **fields: Any) -> Line:
        """Set fields of a line; a quantity of 0 takes it out. Raises LineMissing, QuantityTooLarge."""
        line = self.get(line_id, pointer)
        quantity = fields.get("quantity", line.quantity)
        if quantity == 0:
            return self.remove(line_id, pointer)
        if quantity > MAX_QUANTITY:
            raise QuantityTooLarge(pointer=pointer, quantity=quantity, maximum=MAX_QUANTITY)
        return self._put(replace(line, **fields, changed=mark), line.quantity)

    def remove(self, line_id: UUID, pointer: str = "") -> Line:
        """Raises LineMissing."""
        line = self.get(line_id, pointer)
        del self._lines[line_id]
        self.changes.append(LineChange("removed", line, line.quantity, 0))
        return line

    def clear(self) -> None:
        for line in self._lines.values():
            self.changes.append(LineChange("cleared", line, line.quantity, 0))
        self._lines.clear()

    def restore(self, line: Line) -> None:
        """Put back a line as it was, whatever stands under its key (undoing a merge)."""
        standing = self.find(*line.key)
        if standing is not None:
            line = replace(line, id=standing.id)
        self._put(line, standing.quantity if standing else 0)

    @property
    def written(self) -> list[Line]:
        """New and changed lines."""
        return [line for line in self._lines.values() if self._loaded.get(line.id) != line]

    @property
    def gone(self) -> list[UUID]:
        return [line_id for line_id in self._loaded if line_id not in self._lines]

    def _put(self, line: Line, before: int, kind: str = "changed") -> Line:
        self._lines[line.id] = line
        self._by_key[line.key] = line.id
        self.changes.append(LineChange(kind, line, before, line.quantity))
        return line


def personalisation_key(personalisation: Mapping[str, Any]) -> str:
    """The same wishes, in whatever order they were written, have the same key; none has the empty one."""
    if not personalisation:
        return ""
    return hashlib.sha256(orjson.dumps(personalisation, option=orjson.OPT_SORT_KEYS)).hexdigest()
