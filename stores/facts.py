"""What stores tell the rest of the house."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from omnichannel.events.facts import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class LineOfStock:
    """Units of one variant within a fact."""

    variant_id: UUID
    quantity: int
    backordered: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StockHeld(Fact):
    NAME: ClassVar[str] = "stock.held"
    SUBJECT: ClassVar[str] = "hold_id"
    hold_id: UUID
    store_id: UUID
    holder_kind: str
    holder_id: UUID
    until: datetime | None
    lines: list[LineOfStock] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class StockReleased(Fact):
    """`reason` is `expired` when nobody released it."""

    NAME: ClassVar[str] = "stock.released"
    SUBJECT: ClassVar[str] = "hold_id"
    hold_id: UUID
    store_id: UUID
    holder_kind: str
    holder_id: UUID
    reason: str
    lines: list[LineOfStock] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class StockHoldBroken(Fact):
    """Promised units are not there any more: `quantity` of them were taken from this promise."""

    NAME: ClassVar[str] = "stock.hold_broken"
    SUBJECT: ClassVar[str] = "hold_id"
    hold_id: UUID
    store_id: UUID
    variant_id: UUID
    holder_kind: str
    holder_id: UUID
    quantity: int
    left: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StockAllocated(Fact):
    """Units that were promised beyond stock are now reserved on hand."""

    NAME: ClassVar[str] = "stock.allocated"
    SUBJECT: ClassVar[str] = "hold_id"
    hold_id: UUID
    store_id: UUID
    holder_kind: str
    holder_id: UUID
    lines: list[LineOfStock] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class StockAdjusted(Fact):
    NAME: ClassVar[str] = "stock.adjusted"
    SUBJECT: ClassVar[str] = "variant_id"
    variant_id: UUID
    store_id: UUID
    on_hand_delta: int
    damaged_delta: int
    on_hand: int
    kind: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StockReceived(Fact):
    NAME: ClassVar[str] = "stock.received"
    SUBJECT: ClassVar[str] = "store_id"
    store_id: UUID
    reference_kind: str
    reference_id: UUID | None
    lines: list[LineOfStock] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class StockLow(Fact):
    """Available to sell fell to the reorder point or below it."""

    NAME: ClassVar[str] = "stock.low"
    SUBJECT: ClassVar[str] = "variant_id"
    variant_id: UUID
    store_id: UUID
    available: int
    reorder_point: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StockOut(Fact):
    """Nothing is available to sell any more."""

    NAME: ClassVar[str] = "stock.out"
    SUBJECT: ClassVar[str] = "variant_id"
    variant_id: UUID
    store_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class StockBack(Fact):
    """Something is available to sell again."""

    NAME: ClassVar[str] = "stock.back"
    SUBJECT: ClassVar[str] = "variant_id"
    variant_id: UUID
    store_id: UUID
    available: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StockDriftFound(Fact):
    """The ledger and the level disagree: by how much, level minus ledger (for `reserved` also minus holds)."""

    NAME: ClassVar[str] = "stock.drift_found"
    SUBJECT: ClassVar[str] = "variant_id"
    variant_id: UUID
    store_id: UUID
    drift: dict[str, int]
    repaired: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceFact(Fact):
    SUBJECT: ClassVar[str] = "device_id"
    device_id: UUID
    store_id: UUID
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceInvited(DeviceFact):
    NAME: ClassVar[str] = "device.invited"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceEnrolled(DeviceFact):
    NAME: ClassVar[str] = "device.enrolled"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRevoked(DeviceFact):
    NAME: ClassVar[str] = "device.revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociateFact(Fact):
    """Something an associate did at a device."""

    SUBJECT: ClassVar[str] = "associate_id"
    associate_id: UUID
    device_id: UUID
    store_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociateSignedIn(AssociateFact):
    NAME: ClassVar[str] = "associate.signed_in"


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociateSignedOut(AssociateFact):
    NAME: ClassVar[str] = "associate.signed_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociatePinRefused(AssociateFact):
    NAME: ClassVar[str] = "associate.pin_refused"
    failed_attempts: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociateLockedOut(AssociateFact):
    NAME: ClassVar[str] = "associate.locked_out"
    failed_attempts: int
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociatePinSet(Fact):
    NAME: ClassVar[str] = "associate.pin_set"
    SUBJECT: ClassVar[str] = "associate_id"
    associate_id: UUID
