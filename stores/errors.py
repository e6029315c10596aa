"""What stores refuse."""

from collections.abc import Mapping
from uuid import UUID

from omnichannel.kernel.errors import Conflict, Forbidden, RuleViolation, Stale


class InsufficientStock(Conflict):
    """Fewer units are left than were wanted; nothing was taken. `available` has every short variant."""

    code = "insufficient_stock"
    title = "There is not enough stock for this."

    def __init__(self, *, available: Mapping[UUID, int], store_id: UUID | None = None) -> None:
        self.available = dict(available)
        self.store_id = store_id
        super().__init__(
            store_id=str(store_id) if store_id else None,
            shortages=[{"variant_id": str(variant), "available": left} for variant, left in sorted(available.items())],
        )


class HoldEnded(Conflict):
    code = "hold_ended"
    title = "This hold has ended; its units may be sold to others."


class UnknownVariant(RuleViolation):
    code = "variant_unknown"
    title = "There is no such variant."


class UnknownSku(RuleViolation):
    code = "sku_unknown"
    title = "There is no product with this SKU."


class UntrackedVariant(RuleViolation):
    code = "variant_untracked"
    title = "The stock of this variant is not tracked."


class StockChanged(Stale):
    """Compare-and-set failed: the level is not what the caller saw."""

    code = "stock_changed"
    title = "The stock has changed since you read it."


class EnrolmentRefused(RuleViolation):
    code = "enrolment_code_invalid"
    title = "This code is wrong, used or older than ten minutes. Make a new one in the admin."


class PinRefused(Forbidden):
    code = "pin_wrong"
    title = "The PIN does not match."


class AssociateLocked(Forbidden):
    code = "associate_locked"
    title = "Too many wrong PINs. Wait, or ask a manager to set a new one."
