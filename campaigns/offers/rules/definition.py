"""What an offer says: condition × benefit × scope, as typed values. `reading.read_definition` makes them of JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from carts.ports import SnapshotLine

#: An amount for each currency it is good in, in minor units.
Amounts = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Scope:
    """The goods an offer is about: any of what is named, without what is left out. Nothing named: everything.

    categories       paths (`women/jackets`), their children included.
    full_price_only  what is on sale already is left out.
    """

    products: frozenset[UUID] = frozenset()
    variants: frozenset[UUID] = frozenset()
    categories: tuple[str, ...] = ()
    not_products: frozenset[UUID] = frozenset()
    not_categories: tuple[str, ...] = ()
    full_price_only: bool = False

    @property
    def names_goods(self) -> bool:
        return bool(self.products or self.variants or self.categories)

    def covers(self, line: SnapshotLine) -> bool:
        if line.product_id in self.not_products or _under(line.category_path, self.not_categories):
            return False
        if self.full_price_only and line.unit_price_minor < line.list_price_minor:
            return False
        return not self.names_goods or (
            line.product_id in self.products
            or line.variant_id in self.variants
            or _under(line.category_path, self.categories)
        )


def _under(path: str, roots: tuple[str, ...]) -> bool:
    return any(path == root or path.startswith(f"{root}/") for root in roots)


@dataclass(frozen=True, slots=True)
class Condition:
    """When it applies: all that is said must hold. Spend and pieces are of covered goods, before any discount."""

    min_spend: Amounts = field(default_factory=dict)
    min_quantity: int = 0
    first_order: bool = False
    segments: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    stores: frozenset[UUID] = frozenset()

    @property
    def asks_labels(self) -> bool:
        return bool(self.segments or self.tiers)


@dataclass(frozen=True, slots=True)
class Percent:
    """So much per cent off, of all covered pieces or (`max_units`) the dearest few."""

    percent: Decimal
    max_units: int | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    """So much off all covered goods together, once for each order."""

    amount: Amounts


@dataclass(frozen=True, slots=True)
class FixedPrice:
    """Each covered piece costs this, where it would cost more."""

    price: Amounts


@dataclass(frozen=True, slots=True)
class BuyGet:
    """Of every `buy` + `get` pieces, dearest first, the last `get` are so much cheaper.

    With `get_scope` the cheaper pieces come from those goods, and the covered ones are what is bought.
    """

    buy: int
    get: int
    percent: Decimal = Decimal(100)
    get_scope: Scope | None = None
    max_times: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    start: Amounts
    percent: Decimal | None = None
    amount: Amounts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tiers:
    """The more is spent on covered goods, the more comes off: the highest step reached."""

    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class FreeShipping:
    """Shipping costs nothing, or (`most`) so much less."""

    most: Amounts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gift:
    """One of these, standing in the cart, costs nothing; the rest of the covered goods are what it comes with."""

    variants: frozenset[UUID]
    quantity: int = 1


Benefit = Percent | Amount | FixedPrice | BuyGet | Tiers | FreeShipping | Gift


@dataclass(frozen=True, slots=True)
class Definition:
    """`group`: of the offers in one group a line takes one. Empty: it goes together with all others.

    label     what customers read beside the amount.
    priority  what is higher takes first; among equals, what takes the larger share of the lines it touches.
    """

    label: str
    benefit: Benefit
    scope: Scope = Scope()
    condition: Condition = Condition()
    by_code: bool = False
    priority: int = 50
    group: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
