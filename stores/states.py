"""States of places, devices, stock and holds."""

from django.db import models


class StoreKind(models.TextChoices):
    SHOP = "shop", "Shop"
    POPUP = "popup", "Pop-up"
    WAREHOUSE = "warehouse", "Warehouse"


class MovementKind(models.TextChoices):
    RECEIPT = "receipt", "Received"
    SALE = "sale", "Sold"
    RETURN = "return", "Returned"
    ADJUSTMENT = "adjustment", "Adjusted"
    COUNT = "count", "Counted"
    DAMAGE = "damage", "Damaged"
    WRITE_OFF = "write_off", "Written off"
    TRANSFER_OUT = "transfer_out", "Sent to another store"
    TRANSFER_IN = "transfer_in", "Came from another store"
    HOLD = "hold", "Held"
    RELEASE = "release", "Hold released"
    EXPECT = "expect", "Expected"
    IMPORT = "import", "Imported"


class Condition(models.TextChoices):
    """In what condition goods come back, and so where they go."""

    AS_NEW = "as_new", "As new: back to stock"
    DAMAGED = "damaged", "Damaged: kept apart"
    WRITE_OFF = "write_off", "Written off"


class HoldState(models.TextChoices):
    HELD = "held", "Held"
    CONSUMED = "consumed", "Taken"
    RELEASED = "released", "Released"
    EXPIRED = "expired", "Expired"
    BROKEN = "broken", "Broken by a stock change"


HOLD_TRANSITIONS: dict[HoldState, frozenset[HoldState]] = {
    HoldState.HELD: frozenset({HoldState.CONSUMED, HoldState.RELEASED, HoldState.EXPIRED, HoldState.BROKEN}),
    HoldState.CONSUMED: frozenset(),
    HoldState.RELEASED: frozenset(),
    HoldState.EXPIRED: frozenset(),
    HoldState.BROKEN: frozenset(),
}


class DeviceState(models.TextChoices):
    INVITED = "invited", "Waiting for enrolment"
    ACTIVE = "active", "Active"
    REVOKED = "revoked", "Revoked"
