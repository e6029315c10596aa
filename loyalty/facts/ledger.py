"""What the ledger makes known. Every fact stands on its customer's timeline, with why in words."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from omnichannel.events.facts import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class _LedgerFact(Fact):
    """`balance`: what may be spent after this and all else that one write moved."""

    SUBJECT: ClassVar[str] = "journal_id"
    journal_id: UUID
    customer_id: UUID
    reason: str
    order_id: UUID | None = None
    balance: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _PointsFact(_LedgerFact):
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _CreditFact(_LedgerFact):
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsEarned(_PointsFact):
    """For an order or something done; `is_pending` until `active_from`."""

    NAME: ClassVar[str] = "points.earned"
    is_pending: bool = False
    active_from: datetime | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsActivated(_PointsFact):
    """Pending points may be spent now."""

    NAME: ClassVar[str] = "points.activated"


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsBurned(_PointsFact):
    NAME: ClassVar[str] = "points.burned"


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsReturned(_PointsFact):
    """Spent points came back, in the lots they were taken from."""

    NAME: ClassVar[str] = "points.returned"


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsExpired(_PointsFact):
    NAME: ClassVar[str] = "points.expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsReversed(_PointsFact):
    """Earned points were taken back; `owed` of them had been spent and are owed, `forgiven` let go."""

    NAME: ClassVar[str] = "points.reversed"
    owed: int = 0
    forgiven: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsAdjusted(_PointsFact):
    """By staff, with a reason; negative when taken."""

    NAME: ClassVar[str] = "points.adjusted"


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditIssued(_CreditFact):
    NAME: ClassVar[str] = "credit.issued"
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditActivated(_CreditFact):
    """Store credit promised for later may be spent now."""

    NAME: ClassVar[str] = "credit.activated"


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditSpent(_CreditFact):
    NAME: ClassVar[str] = "credit.spent"


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditReturned(_CreditFact):
    NAME: ClassVar[str] = "credit.returned"


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditExpired(_CreditFact):
    NAME: ClassVar[str] = "credit.expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditClawedBack(_CreditFact):
    """Credit was taken back; `owed` of it had been spent and is owed, `forgiven` let go."""

    NAME: ClassVar[str] = "credit.clawed_back"
    owed: int = 0
    forgiven: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditAdjusted(_CreditFact):
    """By staff, with a reason; negative when taken."""

    NAME: ClassVar[str] = "credit.adjusted"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerDriftFound(Fact):
    """The reconciliation found a cached figure that its entries do not come to."""

    NAME: ClassVar[str] = "ledger.drift_found"
    SUBJECT: ClassVar[str] = "subject_id"
    subject_id: UUID
    check: str
    difference: int
    repaired: bool


#: How each reads on a timeline (`omnichannel.events.sentences`).
SENTENCES: dict[str, str] = {
    "points.earned": "Earned {data[points]} points: {data[reason]}",
    "points.activated": "{data[points]} points may be spent now",
    "points.burned": "Spent {data[points]} points {on}",
    "points.returned": "{data[points]} spent points came back: {data[reason]}",
    "points.expired": "{data[points]} points expired",
    "points.reversed": "{data[points]} points were taken back: {data[reason]}",
    "points.adjusted": "Points were adjusted by {data[points]}: {data[reason]}",
    "credit.issued": "Store credit was given: {data[reason]}",
    "credit.activated": "Store credit may be spent now",
    "credit.spent": "Store credit was spent {on}",
    "credit.returned": "Spent store credit came back: {data[reason]}",
    "credit.expired": "Store credit expired",
    "credit.clawed_back": "Store credit was taken back: {data[reason]}",
    "credit.adjusted": "Store credit was adjusted: {data[reason]}",
    "ledger.drift_found": "The ledger's figures did not add up: {data[check]}",
}
