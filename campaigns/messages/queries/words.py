"""How one reader reads numbers, days and moments."""

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_date
from babel.numbers import format_decimal

from customers.models import Customer
from omnichannel.brand.models import BrandKit
from omnichannel.kernel.money import format_money


class Words:
    """A person's locale and clock; the brand's where they did not say."""

    def __init__(self, person: Customer, kit: BrandKit) -> None:
        self.locale = (person.locale or kit.locale or "en_US").replace("-", "_")
        self.zone = zone_of(person.time_zone, kit.time_zone)
        self.currency = kit.default_currency

    def money(self, minor: int, currency: str = "") -> str:
        return format_money(minor, currency or self.currency, locale=self.locale)

    def number(self, value: int) -> str:
        return str(format_decimal(value, locale=self.locale))

    def day(self, at: datetime) -> str:
        return str(format_date(at.astimezone(self.zone), format="long", locale=self.locale))

    def second(self, at: datetime) -> str:
        """To the second, with its zone: what expires then must leave no doubt."""
        local = at.astimezone(self.zone)
        return f"{format_date(local, format='long', locale=self.locale)} at {local:%H:%M:%S} ({local:%Z})"


def zone_of(*names: str) -> ZoneInfo:
    for name in names:
        try:
            if name:
                return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            continue
    return ZoneInfo("UTC")
