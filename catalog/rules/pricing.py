"""Prices in time: which one holds at a moment, and what a change does to those that stand.

The spans of one variant, currency and kind (list or sale) never overlap; a sale price wins over a list price.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PriceSpan:
    """One row of price history. `valid_until` is exclusive; None means until further notice."""

    amount_minor: int
    valid_from: datetime
    valid_until: datetime | None = None
    is_sale: bool = False
    id: int | None = None

    def holds(self, at: datetime) -> bool:
        return self.valid_from <= at and (self.valid_until is None or at < self.valid_until)


@dataclass(frozen=True, slots=True)
class ResolvedPrice:
    """What a variant costs at a moment, and until when that is known to hold (None: no end is planned)."""

    price_minor: int | None
    list_price_minor: int | None
    price_id: int | None
    until: datetime | None

    @property
    def on_sale(self) -> bool:
        return (
            self.list_price_minor is not None
            and self.price_minor is not None
            and self.price_minor < self.list_price_minor
        )


def resolve_price(spans: Iterable[PriceSpan], at: datetime) -> ResolvedPrice:
    """The price of one variant in one currency at `at`. Spans are not withdrawn ones."""
    spans = list(spans)
    holding = sorted((span for span in spans if span.holds(at)), key=lambda span: (span.is_sale, span.valid_from))
    listed = [span for span in holding if not span.is_sale]
    best = holding[-1] if holding else None
    return ResolvedPrice(
        price_minor=best.amount_minor if best else None,
        list_price_minor=listed[-1].amount_minor if listed else None,
        price_id=best.id if best else None,
        until=min((moment for span in spans for moment in _ends(span) if moment > at), default=None),
    )


@dataclass(frozen=True, slots=True)
class PriceChange:
    """What a change does: history is closed and added to, never overwritten.

    closed     rows that held before, by id, with the moment they now end.
    withdrawn  rows that had not begun and now never will.
    opened     rows to add.
    """

    closed: tuple[tuple[PriceSpan, datetime], ...] = ()
    withdrawn: tuple[PriceSpan, ...] = ()
    opened: tuple[PriceSpan, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.closed or self.withdrawn or self.opened)


def plan_price(spans: Sequence[PriceSpan], new: PriceSpan) -> PriceChange:
    """Fit `new` among the spans of its kind.

    With an end it takes exactly its span: what it covers is closed or withdrawn, and an earlier price comes
    back after it. Without an end it holds until the next planned price. No change when it says what stands.
    """
    until = new.valid_until
    if until is None:
        until = min((span.valid_from for span in spans if span.valid_from > new.valid_from), default=None)
    if any(
        span.amount_minor == new.amount_minor and span.holds(new.valid_from) and _reaches(span, until) for span in spans
    ):
        return PriceChange()
    closed, withdrawn = [], []
    opened = [PriceSpan(new.amount_minor, new.valid_from, until, new.is_sale)]
    for span in spans:
        if (until is not None and span.valid_from >= until) or (
            span.valid_until is not None and span.valid_until <= new.valid_from
        ):
            continue
        if span.valid_from < new.valid_from:
            closed.append((span, new.valid_from))
        else:
            withdrawn.append(span)
        # Only an end that the caller gave brings the earlier price back; one that came from a planned price does not.
        if new.valid_until is not None and (span.valid_until is None or span.valid_until > new.valid_until):
            opened.append(PriceSpan(span.amount_minor, new.valid_until, span.valid_until, new.is_sale))
    return PriceChange(tuple(closed), tuple(withdrawn), tuple(opened))


def plan_none(spans: Sequence[PriceSpan], at: datetime) -> PriceChange:
    """End what holds now and withdraw what was planned."""
    return PriceChange(
        closed=tuple((span, at) for span in spans if span.holds(at) and span.valid_from < at),
        withdrawn=tuple(span for span in spans if span.valid_from >= at),
    )


def plan_end(spans: Sequence[PriceSpan], price_id: int, at: datetime) -> PriceChange:
    """End one price now, or withdraw it when it has not begun. No change when it is over already."""
    for span in spans:
        if span.id == price_id:
            if span.valid_from >= at:
                return PriceChange(withdrawn=(span,))
            if span.valid_until is None or span.valid_until > at:
                return PriceChange(closed=((span, at),))
    return PriceChange()


def _ends(span: PriceSpan) -> tuple[datetime, ...]:
    return (span.valid_from,) if span.valid_until is None else (span.valid_from, span.valid_until)


def _reaches(span: PriceSpan, until: datetime | None) -> bool:
    return span.valid_until is None or (until is not None and span.valid_until >= until)
