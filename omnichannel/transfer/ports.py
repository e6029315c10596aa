"""What an importer or exporter of some kind of thing must say. Apps register theirs when they start."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

from omnichannel.kernel.context import Context
from omnichannel.kernel.money import currency_exponent, minor_from_decimal
from omnichannel.kernel.registry import Registry

_NUMBER = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?|-?\d+(\.\d+)?|-?\.\d+")
MAX_MINOR = 10**12
MAX_INTEGER = 2**31 - 1
_TRUE = frozenset({"true", "yes", "y", "1", "t", "active"})
_FALSE = frozenset({"false", "no", "n", "0", "f", ""})


@dataclass(frozen=True, slots=True)
class Column:
    """`aliases` are other names of it in other systems' files; names are compared without case and outer space."""

    name: str
    required: bool = False
    aliases: tuple[str, ...] = ()


class RowRefused(Exception):
    """One row cannot go in. `code` is stable, `title` a sentence, `column` where to look.

    row  set by those who read several rows at once.
    """

    row: "Row | None" = None

    def __init__(self, code: str, title: str, column: str = "") -> None:
        self.code, self.title, self.column = code, title, column
        super().__init__(code, title)


@dataclass(frozen=True, slots=True)
class Row:
    """A staged row: its number as a spreadsheet shows it (the header is row 1) and its cells by column."""

    number: int
    cells: Mapping[str, str]

    def text(self, column: str, *, longest: int = 0, required: bool = False) -> str:
        value = (self.cells.get(column) or "").strip()
        if required and not value:
            raise RowRefused("value_missing", f"{column} must be given.", column)
        if longest and len(value) > longest:
            raise RowRefused("value_too_long", f"{column} is longer than {longest} characters.", column)
        return value

    def integer(
        self, column: str, default: int | None = None, *, lowest: int = -MAX_INTEGER, highest: int = MAX_INTEGER
    ) -> int | None:
        """A whole number; `3.0` is one too, because spreadsheets write it so."""
        value = self.decimal(column)
        if value is None:
            return default
        if value != value.to_integral_value():
            raise RowRefused("number_invalid", f"{column} must be a whole number.", column)
        if not lowest <= value <= highest:
            raise RowRefused("number_out_of_range", f"{column} must be between {lowest} and {highest}.", column)
        return int(value)

    def money(self, column: str, currency: str) -> int | None:
        """An amount in whole units (`19.99`, `1,240.00`) as minor units; None when empty. Never negative."""
        value = self.decimal(column)
        if value is None:
            return None
        if value < 0:
            raise RowRefused("amount_negative", f"{column} must not be negative.", column)
        if value != round(value, currency_exponent(currency)):
            raise RowRefused("amount_invalid", f"{column} has more digits than {currency} has.", column)
        minor = minor_from_decimal(value, currency)
        if minor > MAX_MINOR:
            raise RowRefused("number_out_of_range", f"{column} is too large.", column)
        return minor

    def boolean(self, column: str, default: bool = False) -> bool:
        value = self.text(column).lower()
        if not value:
            return default
        if value not in _TRUE | _FALSE:
            raise RowRefused("boolean_invalid", f"{column} must be true or false.", column)
        return value in _TRUE

    def moment(self, column: str) -> datetime | None:
        """ISO 8601, or as Shopify writes it (`2024-03-01 10:00:00 -0500`); without a zone it is UTC."""
        value = self.text(column)
        if not value:
            return None
        try:
            moment = datetime.fromisoformat(re.sub(r" ([+-]\d{2}):?(\d{2})$", r"\1:\2", value.removesuffix(" UTC")))
        except ValueError as error:
            raise RowRefused(
                "date_invalid", f"{column} must be a date such as 2024-03-01T10:00:00Z.", column
            ) from error
        if not 1900 <= moment.year < 9000:
            raise RowRefused("date_invalid", f"{column} is out of range.", column)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def choice(self, column: str, allowed: Sequence[str], default: str = "") -> str:
        value = self.text(column).lower()
        if not value and default:
            return default
        if value not in allowed:
            raise RowRefused("choice_invalid", f"{column} must be one of {', '.join(allowed)}.", column)
        return value

    def decimal(self, column: str) -> Decimal | None:
        value = self.text(column)
        if not value:
            return None
        try:
            if not _NUMBER.fullmatch(value) or len(value) > 30:
                raise InvalidOperation
            return Decimal(value.replace(",", ""))
        except InvalidOperation as error:
            raise RowRefused("number_invalid", f"{column} must be a number.", column) from error


@dataclass(frozen=True, slots=True)
class Applied:
    """What a batch did, in things (products, orders), not rows."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0


class Batch(Protocol):
    """Some staged rows, inside the transaction they are applied in."""

    @property
    def table(self) -> str: ...

    @property
    def where(self) -> str:
        """The condition that picks these rows out of `table`."""

    @property
    def first(self) -> int: ...

    @property
    def last(self) -> int: ...

    def rows(self) -> Iterator[Row]: ...

    def groups(self) -> Iterator[list[Row]]: ...

    def refuse(self, number: int, code: str, title: str, column: str = "") -> None: ...

    def refuse_where(
        self, condition: str, *, code: str, title: str, column: str = "", parameters: Mapping[str, Any] | None = None
    ) -> int: ...


class Importer(Protocol):
    @property
    def kind(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def columns(self) -> Sequence[Column]: ...

    @property
    def batch_rows(self) -> int: ...

    @property
    def group_by(self) -> str: ...

    @property
    def ignore_unknown(self) -> bool: ...

    def apply(self, batch: Batch, *, by: Context, at: datetime) -> Applied: ...


@dataclass(frozen=True, slots=True)
class Export:
    """One SELECT whose column names are the header; it is streamed by COPY, so its size does not matter."""

    kind: str
    title: str
    statement: str


importers: Registry[Importer] = Registry("importers")
exporters: Registry[Export] = Registry("exporters")
