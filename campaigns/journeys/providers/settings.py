"""Fields that several kinds of steps share, and how settings are read."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from campaigns.journeys.ports import Field, Way
from campaigns.journeys.rules.timing import UNITS, length_of

THEN = (Way("then", "then"),)
ONWARD = (Way("then", "then", is_required=False),)
UNIT_CHOICES = tuple((name, name) for name in UNITS)


def amount(*, label: str, default: int, unit: str, shown_if: tuple[str, str] | None = None) -> tuple[Field, Field]:
    """A number and its unit."""
    return (
        Field(
            name="amount",
            label=label,
            kind="number",
            required=True,
            default=default,
            low=1,
            high=730,
            shown_if=shown_if,
        ),
        Field(
            name="unit",
            label="Unit",
            kind="choice",
            required=True,
            choices=UNIT_CHOICES,
            default=unit,
            shown_if=shown_if,
        ),
    )


def length(settings: Mapping[str, Any], *, default: int, unit: str) -> timedelta:
    return length_of(int(settings.get("amount") or default), str(settings.get("unit") or unit))


def text(settings: Mapping[str, Any], name: str, default: str = "") -> str:
    return str(settings.get(name) or default)


def number(settings: Mapping[str, Any], name: str, default: int = 0) -> int:
    return int(settings.get(name) or default)
