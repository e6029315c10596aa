"""From JSON to a definition, and every mistake on the way named in words for the marketer."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar
from uuid import UUID

from campaigns.offers.rules.definition import (
    Amount,
    Amounts,
    Benefit,
    BuyGet,
    Condition,
    Definition,
    FixedPrice,
    FreeShipping,
    Gift,
    Percent,
    Scope,
    Step,
    Tiers,
)
from campaigns.offers.rules.words import CHANNEL_WORDS

ValueT = TypeVar("ValueT")
MAX_NAMED = 1000
MAX_AMOUNT_MINOR = 10**12
_CHANNELS = frozenset(CHANNEL_WORDS)


@dataclass(slots=True)
class Problems:
    """What is wrong, by the place in the JSON it belongs to (`/benefit/percent`)."""

    found: list[dict[str, str]] = field(default_factory=list)

    def add(self, pointer: str, title: str) -> None:
        self.found.append({"pointer": pointer, "title": title})


def read_definition(raw: Any) -> tuple[Definition | None, list[dict[str, str]]]:
    """The definition, or None and what is wrong with it."""
    problems = Problems()
    part = _Part(raw, "", problems)
    definition = Definition(
        label=part.text("label", longest=120, needed="Say in a few words what customers read beside the amount."),
        benefit=_read_benefit(part.part("benefit")),
        scope=_read_scope(part.part("scope")),
        condition=_read_condition(part.part("condition")),
        by_code=part.flag("by_code"),
        priority=part.number("priority", 0, 100, 50) or 0,
        group=part.text("group", longest=40),
        starts_at=part.moment("starts_at"),
        ends_at=part.moment("ends_at"),
    )
    part.refuse_unknown()
    if definition.starts_at and definition.ends_at and definition.starts_at >= definition.ends_at:
        problems.add("/ends_at", "It must end after it starts.")
    if isinstance(definition.benefit, Gift) and definition.benefit.variants & definition.scope.variants:
        problems.add("/benefit/variants", "The gift cannot be among the goods it comes with.")
    return (None if problems.found else definition), problems.found


def _read_scope(part: "_Part") -> Scope:
    scope = Scope(
        products=frozenset(part.ids("products")),
        variants=frozenset(part.ids("variants")),
        categories=part.words("categories"),
        not_products=frozenset(part.ids("not_products")),
        not_categories=part.words("not_categories"),
        full_price_only=part.flag("full_price_only"),
    )
    part.refuse_unknown()
    return scope


def _read_condition(part: "_Part") -> Condition:
    condition = Condition(
        min_spend=part.amounts("min_spend"),
        min_quantity=part.number("min_quantity", 0, 9999, 0) or 0,
        first_order=part.flag("first_order"),
        segments=part.words("segments"),
        tiers=part.words("tiers"),
        channels=part.words("channels", of=_CHANNELS),
        stores=frozenset(part.ids("stores")),
    )
    part.refuse_unknown()
    return condition


def _read_benefit(part: "_Part") -> Benefit:
    kind = part.text("kind", longest=20)
    reader = _BENEFITS.get(kind)
    if reader is None:
        part.problems.add("/benefit/kind", f"Choose what it gives: {', '.join(_BENEFITS)}.")
        return FreeShipping()
    benefit = reader(part)
    part.refuse_unknown()
    return benefit


def _read_percent(part: "_Part") -> Percent:
    return Percent(part.percent("percent"), part.number("max_units", 1, 9999, None))


def _read_amount(part: "_Part") -> Amount:
    return Amount(part.amounts("amount", needed="Say how much comes off, in at least one currency."))


def _read_fixed_price(part: "_Part") -> FixedPrice:
    return FixedPrice(part.amounts("price", needed="Say what a piece costs, in at least one currency."))


def _read_buy_get(part: "_Part") -> BuyGet:
    extra = part.part("get_scope")
    return BuyGet(
        buy=part.number("buy", 1, 99, None, needed="Say how many are bought.") or 1,
        get=part.number("get", 1, 99, None, needed="Say how many are then cheaper.") or 1,
        percent=part.percent("percent", default=Decimal(100)),
        get_scope=_read_scope(extra) if extra.raw else None,
        max_times=part.number("max_times", 1, 9999, None),
    )


def _read_tiers(part: "_Part") -> Tiers:
    steps = []
    for each in part.parts("steps"):
        start = each.amounts("from", needed="Say from which spend the step counts.")
        has_percent = each.raw.get("percent") is not None
        step = Step(start, each.percent("percent") if has_percent else None, each.amounts("amount"))
        each.known.add("percent")
        each.refuse_unknown()
        if has_percent == bool(step.amount):
            part.problems.add(each.pointer, "A step takes off either a percentage or an amount.")
        steps.append(step)
    if not steps:
        part.problems.add("/benefit/steps", "Add at least one step.")
    return Tiers(tuple(steps))


def _read_free_shipping(part: "_Part") -> FreeShipping:
    return FreeShipping(part.amounts("most"))


def _read_gift(part: "_Part") -> Gift:
    variants = frozenset(part.ids("variants"))
    if not variants:
        part.problems.add("/benefit/variants", "Choose the gift.")
    return Gift(variants, part.number("quantity", 1, 99, 1) or 1)


_BENEFITS: dict[str, Callable[["_Part"], Benefit]] = {
    "percent": _read_percent,
    "amount": _read_amount,
    "fixed_price": _read_fixed_price,
    "buy_get": _read_buy_get,
    "tiers": _read_tiers,
    "free_shipping": _read_free_shipping,
    "gift": _read_gift,
}
BENEFIT_KINDS = tuple(_BENEFITS)


class _Part:
    """One object of the JSON. Each reader notes what it looked at; what is left over is a mistake."""

    def __init__(self, raw: Any, pointer: str, problems: Problems) -> None:
        self.pointer, self.problems = pointer, problems
        self.known: set[str] = set()
        self.raw: dict[str, Any] = {}
        if isinstance(raw, Mapping):
            self.raw = dict(raw)
        elif raw is not None:
            problems.add(pointer or "/", "This must be an object.")

    def part(self, name: str) -> "_Part":
        return _Part(self._take(name), f"{self.pointer}/{name}", self.problems)

    def parts(self, name: str) -> list["_Part"]:
        rows = self._list(name)
        return [_Part(row, f"{self.pointer}/{name}/{place}", self.problems) for place, row in enumerate(rows[:20])]

    def text(self, name: str, *, longest: int, needed: str = "") -> str:
        value = self._take(name)
        if value is None or value == "":
            if needed:
                self._wrong(name, needed)
            return ""
        if not isinstance(value, str) or len(value) > longest or not value.isprintable():
            self._wrong(name, f"Use at most {longest} characters of text.")
            return ""
        return value.strip()

    def flag(self, name: str) -> bool:
        value = self._take(name)
        if value is not None and not isinstance(value, bool):
            self._wrong(name, "Say true or false.")
        return value is True

    def number(self, name: str, least: int, most: int, default: int | None, *, needed: str = "") -> int | None:
        value = self._take(name)
        if value is None:
            if needed:
                self._wrong(name, needed)
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self._wrong(name, f"Use a whole number from {least} to {most}.")
            return default
        return value

    def percent(self, name: str, *, default: Decimal | None = None) -> Decimal:
        value = self._take(name)
        if value is None and default is not None:
            return default
        try:
            made = Decimal(str(value)) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
        except InvalidOperation:
            made = None
        if made is None or not made.is_finite() or not Decimal(0) < made <= 100 or made != round(made, 2):
            self._wrong(name, "Use a percentage above 0 and up to 100, with at most two decimals.")
            return Decimal(1)
        return made

    def amounts(self, name: str, *, needed: str = "") -> Amounts:
        value = self._take(name)
        if not value:
            if needed or (value is not None and not isinstance(value, Mapping)):
                self._wrong(name, needed or "Give an amount for each currency.")
            return {}
        if not isinstance(value, Mapping):
            self._wrong(name, "Give an amount for each currency.")
            return {}
        for currency, amount in value.items():
            is_whole = isinstance(amount, int) and not isinstance(amount, bool)
            if not re.fullmatch(r"[A-Z]{3}", str(currency)) or not is_whole or not 0 < amount <= MAX_AMOUNT_MINOR:
                self._wrong(
                    f"{name}/{str(currency)[:10]}", "Use an amount above nothing, in minor units of a currency."
                )
                return {}
        return dict(value)

    def ids(self, name: str) -> list[UUID]:
        return self._each(name, UUID, "This is not an id.")

    def words(self, name: str, *, of: frozenset[str] | None = None) -> tuple[str, ...]:
        def word(value: str) -> str:
            if not value or len(value) > 500 or not value.isprintable() or (of is not None and value not in of):
                raise ValueError
            return value

        return tuple(dict.fromkeys(self._each(name, word, "This is not one of the choices.")))

    def moment(self, name: str) -> datetime | None:
        value = self._take(name)
        if value is None or value == "":
            return None
        try:
            made = datetime.fromisoformat(value)
            if made.tzinfo is None or not 2000 <= made.year <= 9000:
                raise ValueError
        except (TypeError, ValueError):
            self._wrong(name, "Use a moment with its time zone, such as 2026-05-03T10:00:00Z.")
            return None
        return made

    def refuse_unknown(self) -> None:
        for name in self.raw:
            if name not in self.known:
                self._wrong(str(name)[:40], "There is no such field.")

    def _each(self, name: str, make: Callable[[str], ValueT], title: str) -> list[ValueT]:
        made = []
        for place, value in enumerate(self._list(name)):
            try:
                if not isinstance(value, str):
                    raise ValueError
                made.append(make(value))
            except ValueError:
                self._wrong(f"{name}/{place}", title)
        return made

    def _list(self, name: str) -> list[Any]:
        value = self._take(name)
        if value is None:
            return []
        if not isinstance(value, list) or len(value) > MAX_NAMED:
            self._wrong(name, f"Give a list of at most {MAX_NAMED}.")
            return []
        return value

    def _take(self, name: str) -> Any:
        self.known.add(name)
        return self.raw.get(name)

    def _wrong(self, name: str, title: str) -> None:
        self.problems.add(f"{self.pointer}/{name}", title)
