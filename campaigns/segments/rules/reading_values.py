"""The values inside a condition, read strictly; a problem is kept with its place and reading goes on."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from campaigns.segments.errors import TreeProblem
from campaigns.segments.rules.tree import Compare, Goods, Since, Window
from campaigns.segments.rules.vocabulary import NUMBER_OPS, Known

MAX_TEXT = 200
MAX_NUMBER = 10**13
MAX_DAYS = 3_650
_SPANS = {"days": 86_400, "hours": 3_600, "minutes": 60}


@dataclass(slots=True)
class Reader:
    known: Known
    problems: list[TreeProblem] = field(default_factory=list)

    def problem(self, pointer: str, code: str, title: str) -> None:
        self.problems.append(TreeProblem(pointer, code, title))

    def only(self, data: Mapping[str, Any], allowed: Collection[str], pointer: str) -> None:
        for name in sorted(str(name) for name in data if name not in allowed):
            place = name[:80].replace("~", "~0").replace("/", "~1")
            self.problem(f"{pointer}/{place}", "unknown_field", "There is no such field here.")

    def flag(self, data: Mapping[str, Any], name: str, pointer: str, *, default: bool = True) -> bool:
        value = data.get(name, default)
        if not isinstance(value, bool):
            self.problem(f"{pointer}/{name}", "flag_expected", "Yes or no is expected here.")
            return default
        return value

    def choice(self, data: Mapping[str, Any], name: str, allowed: Collection[str], pointer: str, words: str) -> str:
        value = data.get(name)
        if isinstance(value, str) and value in allowed:
            return value
        self.problem(f"{pointer}/{name}", f"{name}_unknown", words)
        return ""

    def text(self, value: Any, pointer: str, words: str = "Some text is expected here.") -> str:
        if not isinstance(value, str) or not value.strip():
            self.problem(pointer, "text_expected", words)
            return ""
        if len(value) > MAX_TEXT:
            self.problem(pointer, "text_too_long", f"At most {MAX_TEXT} characters fit here.")
            return ""
        if any(ord(character) < 32 or 0xD800 <= ord(character) <= 0xDFFF for character in value):
            self.problem(pointer, "text_control", "Control characters are not allowed.")
            return ""
        return value

    def number(self, value: Any, pointer: str) -> float:
        good = isinstance(value, int | float) and not isinstance(value, bool)
        if not good or not -MAX_NUMBER <= value <= MAX_NUMBER:
            self.problem(pointer, "number_expected", "A number is expected here.")
            return 0
        return int(value) if value == int(value) else float(value)

    def compare(self, data: Any, pointer: str, *, whole: bool = True) -> Compare | None:
        if not isinstance(data, Mapping):
            self.problem(pointer, "comparison_expected", "Say how many: at least, at most, exactly.")
            return None
        self.only(data, {"op", "value"}, pointer)
        op = self.choice(data, "op", NUMBER_OPS, pointer, "Choose at least, at most, more than, less than or exactly.")
        value = self.number(data.get("value"), f"{pointer}/value")
        if whole and value != int(value):
            self.problem(f"{pointer}/value", "number_whole", "A whole number is expected here.")
        if value < 0:
            self.problem(f"{pointer}/value", "number_negative", "A number below zero cannot happen here.")
        return Compare(op, value) if op else None

    def span(self, data: Mapping[str, Any], prefix: str, pointer: str) -> timedelta | None:
        """`last_days`, `last_hours` or `last_minutes` for the prefix `last_`."""
        names = [name for name in _SPANS if f"{prefix}{name}" in data]
        if len(names) != 1:
            self.problem(pointer, "span_expected", "Say how long: a number of days, hours or minutes.")
            return None
        name = names[0]
        place = f"{pointer}/{prefix}{name}"
        value = data[f"{prefix}{name}"]
        if isinstance(value, bool) or not isinstance(value, int):
            self.problem(place, "number_whole", f"A whole number of {name} is expected here.")
            return None
        if value < 1:
            self.problem(place, "window_zero", f"A window of {value} {name} holds nothing: at least 1.")
            return None
        if value * _SPANS[name] > MAX_DAYS * 86_400:
            self.problem(place, "window_too_long", f"At most {MAX_DAYS} days back.")
            return None
        return timedelta(seconds=value * _SPANS[name])

    def moment(self, value: Any, pointer: str) -> datetime | None:
        """A day (`2026-03-01`, from midnight UTC) or a moment with its offset."""
        try:
            read = datetime.fromisoformat(value) if isinstance(value, str) else None
        except ValueError:
            read = None
        if read is None or not 1990 <= read.year <= 2200:
            self.problem(pointer, "moment_expected", "A date is expected here, for example 2026-03-01.")
            return None
        return read if read.tzinfo is not None else read.replace(tzinfo=UTC)

    def window(self, data: Any, pointer: str) -> Window | None:
        if not isinstance(data, Mapping):
            self.problem(pointer, "window_expected", "Say when: in the last so many days, or between two dates.")
            return None
        self.only(data, {"last_days", "last_hours", "last_minutes", "from", "to"}, pointer)
        if "from" not in data and "to" not in data:
            span = self.span(data, "last_", pointer)
            return Window(span=span) if span is not None else None
        if len(set(data) & {"last_days", "last_hours", "last_minutes"}):
            self.problem(pointer, "window_expected", "Either the last so many days, or between two dates.")
            return None
        start = self.moment(data["from"], f"{pointer}/from") if "from" in data else None
        end = self.moment(data["to"], f"{pointer}/to") if "to" in data else None
        if start is not None and end is not None and end <= start:
            self.problem(f"{pointer}/to", "window_zero", "The end must come after the beginning.")
        return Window(start=start, end=end)

    def since(self, data: Any, which: str, pointer: str) -> Since | None:
        if not isinstance(data, Mapping):
            self.problem(pointer, "since_expected", "Say how long ago.")
            return None
        allowed = {f"{op}_{unit}" for op in ("within", "older") for unit in _SPANS}
        self.only(data, allowed, pointer)
        op = "older" if any(str(name).startswith("older_") for name in data) else "within"
        span = self.span(data, f"{op}_", pointer)
        return Since(which, op, span) if span is not None else None

    def goods(self, data: Any, pointer: str) -> Goods | None:
        if not isinstance(data, Mapping):
            self.problem(pointer, "goods_expected", "Choose a category or a product.")
            return None
        self.only(data, {"categories", "products"}, pointer)
        categories = self._listed(data.get("categories", []), f"{pointer}/categories")
        products = self._listed(data.get("products", []), f"{pointer}/products")
        paths = tuple(self.category(value, f"{pointer}/categories/{n}") for n, value in enumerate(categories))
        ids = tuple(self.product(value, f"{pointer}/products/{n}") for n, value in enumerate(products))
        if not paths and not ids:
            self.problem(pointer, "goods_expected", "Choose a category or a product.")
        return Goods(categories=paths, products=ids)

    def category(self, value: Any, pointer: str) -> str:
        """A category's path; `Women > Jackets` is taken as `women/jackets`."""
        text = self.text(value, pointer, "Choose a category.")
        path = "/".join(re.sub(r"[^a-z0-9_-]+", "-", part.strip().lower()) for part in re.split(r"[>/]", text))
        if text and self.known.categories is not None and path not in self.known.categories:
            self.problem(pointer, "category_unknown", f"There is no category {text}.")
        return path

    def product(self, value: Any, pointer: str) -> str:
        return self.identifier(value, pointer, self.known.products, "product")

    def identifier(self, value: Any, pointer: str, known: frozenset[str] | None, thing: str) -> str:
        try:
            read = str(UUID(value)) if isinstance(value, str) and len(value) == 36 else ""
        except ValueError:
            read = ""
        if not read or (known is not None and read not in known):
            self.problem(pointer, f"{thing}_unknown", f"Choose a {thing}: there is none of this id.")
        return read

    def _listed(self, value: Any, pointer: str) -> list[Any]:
        if not isinstance(value, list) or len(value) > 50:
            self.problem(pointer, "list_expected", "A list of at most 50 is expected here.")
            return []
        return value

    def listed_texts(self, value: Any, pointer: str) -> tuple[str, ...]:
        texts = tuple(self.text(each, f"{pointer}/{n}") for n, each in enumerate(self._listed(value, pointer)))
        if not texts:
            self.problem(pointer, "list_expected", "Name at least one.")
        return texts

    def currency(self, data: Mapping[str, Any], pointer: str) -> str:
        value = data.get("currency")
        if isinstance(value, str) and re.fullmatch(r"[A-Z]{3}", value):
            return value
        self.problem(f"{pointer}/currency", "currency_expected", "Say in which currency, for example USD.")
        return ""
