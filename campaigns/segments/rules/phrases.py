"""Small pieces of English for a rule: how many, when, what."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from campaigns.segments.rules.tree import Compare, Goods, Where, Window
from campaigns.segments.rules.vocabulary import CHANNELS, NUMBER_OPS, TEXT_OPS

Names = Mapping[str, str]
_COUNTED = {">=": "{} or more times", "<=": "at most {} times", ">": "more than {} times", "<": "fewer than {} times"}
_MINOR_PER_MAJOR = 100


def span(of: timedelta) -> str:
    """As it follows `the last`: `day`, `30 days`."""
    seconds = int(of.total_seconds())
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds % size == 0:
            amount = seconds // size
            return unit if amount == 1 else f"{amount} {unit}s"
    return f"{seconds} seconds"


def day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"


def one(thing: str) -> str:
    """`an email address`, `a city`, `an hour`."""
    return f"{'an' if thing[:1].lower() in 'aeiou' or thing.startswith('hour') else 'a'} {thing}"


def length(of: timedelta) -> str:
    """`a day`, `30 days`."""
    words = span(of)
    return words if words[:1].isdigit() else one(words)


def window(when: Window | None) -> str:
    """` in the last 7 days`, with its leading space; nothing when there is none."""
    if when is None:
        return ""
    if when.span is not None:
        return f" in the last {span(when.span)}"
    if when.start is not None and when.end is not None:
        return f" from {day(when.start)} until {day(when.end)}"
    return f" since {day(when.start)}" if when.start is not None else f" before {day(when.end)}" if when.end else ""


def times(count: Compare | None) -> str:
    """` 2 or more times`, with its leading space."""
    if count is None or (count.op == ">=" and count.value == 1):
        return ""
    number = f"{count.value:g}"
    if count.op == "is":
        return " exactly once" if count.value == 1 else f" exactly {number} times"
    return f" {_COUNTED[count.op].format(number)}".replace("than 1 times", "than once").replace(
        "most 1 times", "most once"
    )


def amount(compare: Compare, unit: str = "") -> str:
    return f"{NUMBER_OPS[compare.op]} {compare.value:,.10g}{unit}"


def money(minor: float, currency: str) -> str:
    return f"{minor / _MINOR_PER_MAJOR:,.2f} {currency}"


def money_amount(compare: Compare, currency: str) -> str:
    return f"{NUMBER_OPS[compare.op]} {money(compare.value, currency)}"


def goods(wanted: Goods | None, names: Names, nothing: str = "") -> str:
    if wanted is None:
        return nothing
    words = [names.get(path, path.rsplit("/", 1)[-1].replace("-", " ").capitalize()) for path in wanted.categories]
    words += [names.get(product, "a product") for product in wanted.products]
    return listed(words, "or")


def listed(words: Sequence[str], joint: str) -> str:
    if len(words) <= 1:
        return words[0] if words else ""
    return f"{', '.join(words[:-1])} {joint} {words[-1]}"


def where(condition: Where, names: Names) -> str:
    if condition.field == "channel" and condition.op == "is":
        return CHANNELS.get(str(condition.value), f"by {condition.value}")
    word = NUMBER_OPS.get(condition.op, "") if isinstance(condition.value, int | float) else ""
    word = word or TEXT_OPS.get(condition.op) or NUMBER_OPS[condition.op]
    if condition.goods is not None:
        return f"other than {goods(condition.goods, names)}"
    if isinstance(condition.value, tuple):
        value = listed([f"“{each}”" for each in condition.value], "or")
    elif condition.value is None:
        value = ""
    elif isinstance(condition.value, str):
        value = names.get(condition.value, f"“{condition.value}”")
    else:
        value = f"{condition.value:g}"
    return f"with {condition.field.replace('_', ' ')} {word} {value}".rstrip()
