"""The rule tree as typed values. Made from JSON by `reading`, compiled by `compile`, said by `explain`."""

from dataclasses import dataclass
from datetime import datetime, timedelta

MAX_DEPTH = 6
MAX_CONDITIONS = 40


@dataclass(frozen=True, slots=True)
class Window:
    """The last `span` before the moment of asking, or the fixed time from `start` up to, not including, `end`."""

    span: timedelta | None = None
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Compare:
    """`op` is one of >=, <=, >, <, is."""

    op: str
    value: float


@dataclass(frozen=True, slots=True)
class Goods:
    """Any of these: products by id, all below a category by its path."""

    categories: tuple[str, ...] = ()
    products: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Where:
    """A condition on one property of an event. For `category` and `product` the value is `goods`."""

    field: str
    op: str
    value: str | float | bool | tuple[str, ...] | None = None
    goods: Goods | None = None


@dataclass(frozen=True, slots=True)
class Since:
    """When the first or the last one was: within the last `span`, or longer ago than it."""

    which: str
    op: str
    span: timedelta


@dataclass(frozen=True, slots=True)
class ProfileIs:
    field: str
    op: str
    value: str | float | tuple[str, ...] | None = None
    span: timedelta | None = None
    moment: datetime | None = None


@dataclass(frozen=True, slots=True)
class ConsentIs:
    """The latest word on channel and purpose; `state` none: never asked."""

    channel: str
    purpose: str
    state: str


@dataclass(frozen=True, slots=True)
class KnownBy:
    """Has an identity of this kind (email, phone, social, …); `verified` asks that it was proven."""

    identity: str
    has: bool = True
    verified: bool = False


@dataclass(frozen=True, slots=True)
class EventDone:
    """Did an event so often, or for a sum of a property, or first or last at a time. At most one of the three."""

    name: str
    did: bool = True
    count: Compare | None = None
    total: Compare | None = None
    total_of: str = ""
    since: Since | None = None
    window: Window | None = None
    where: tuple[Where, ...] = ()


@dataclass(frozen=True, slots=True)
class Ordered:
    """Bought: confirmed orders, by when they were placed.

    Without goods an order counts whole and is worth what is left of its total; with goods only the pieces of them
    count that were neither cancelled nor returned.
    """

    did: bool = True
    goods: Goods | None = None
    count: Compare | None = None
    pieces: Compare | None = None
    spend: Compare | None = None
    currency: str = ""
    since: Since | None = None
    window: Window | None = None
    channel: str = ""
    store_id: str = ""


@dataclass(frozen=True, slots=True)
class CartHolds:
    """Has an open cart with something in it; worth, goods and rest narrow it. Worth in minor units."""

    has: bool = True
    goods: Goods | None = None
    worth: Compare | None = None
    currency: str = ""
    resting: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Wishes:
    has: bool = True
    goods: Goods | None = None


@dataclass(frozen=True, slots=True)
class PointsHeld:
    """`unit` is `points`, `pending` (earned, not active yet) or `credit` (minor units of `currency`)."""

    unit: str
    amount: Compare
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Referral:
    """`role` friend: came by a code; `role` member: friends of theirs did."""

    role: str
    count: Compare | None = None
    has: bool = True


@dataclass(frozen=True, slots=True)
class LabelHeld:
    """A derived mark (tier, stage, value …); without `key` any of the kind. `amount` compares its number."""

    label: str
    key: str = ""
    has: bool = True
    amount: Compare | None = None


@dataclass(frozen=True, slots=True)
class NearStore:
    """`how` lives: an address in the store's city or postal area; bought: ordered or was served there."""

    store_id: str
    how: str
    has: bool = True


@dataclass(frozen=True, slots=True)
class InSegment:
    segment: str
    has: bool = True


@dataclass(frozen=True, slots=True)
class RfmScore:
    """1 to 5: recency of the last order, frequency and money of the last year (`rfm`)."""

    part: str
    op: str
    value: int
    currency: str = ""


Condition = (
    ProfileIs
    | ConsentIs
    | KnownBy
    | EventDone
    | Ordered
    | CartHolds
    | Wishes
    | PointsHeld
    | Referral
    | LabelHeld
    | NearStore
    | InSegment
    | RfmScore
)


@dataclass(frozen=True, slots=True)
class AllOf:
    of: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    of: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    of: "Node"


Node = AllOf | AnyOf | Not | Condition


def conditions_of(node: Node, pointer: str = "") -> list[tuple[str, Condition]]:
    """Every condition in order, with where it stands in the JSON."""
    match node:
        case AllOf(of=inner):
            return [row for n, each in enumerate(inner) for row in conditions_of(each, f"{pointer}/all/{n}")]
        case AnyOf(of=inner):
            return [row for n, each in enumerate(inner) for row in conditions_of(each, f"{pointer}/any/{n}")]
        case Not(of=each):
            return conditions_of(each, f"{pointer}/not")
        case _:
            return [(pointer, node)]
