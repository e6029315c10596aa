"""Staff screens of places, stock, devices and the people on the floor."""

from stores.admin.people import AssociateAdmin, DeviceAdmin
from stores.admin.places import StoreAdmin
from stores.admin.stock import HoldAdmin, StockLevelAdmin, StockMovementAdmin

__all__ = ["AssociateAdmin", "DeviceAdmin", "HoldAdmin", "StockLevelAdmin", "StockMovementAdmin", "StoreAdmin"]
