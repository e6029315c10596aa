from django.urls import path

from stores.api.views.devices import (
    AssociateSessionsView,
    AssociatesView,
    CurrentAssociateSessionView,
    CurrentDeviceView,
    EnrolView,
)
from stores.api.views.places import AvailabilityView, StoresView, StoreView
from stores.api.views.stock import AdjustmentsView, ExpectedView, LevelsView, LevelView, MovementsView, ReceiptsView

urlpatterns = [
    path("stores", StoresView.as_view(), name="stores"),
    path("stores/<slug:store>", StoreView.as_view(), name="store"),
    path("availability", AvailabilityView.as_view(), name="availability"),
    path("devices/enrol", EnrolView.as_view(), name="enrol-device"),
    path("devices/current", CurrentDeviceView.as_view(), name="current-device"),
    path("associates", AssociatesView.as_view(), name="associates"),
    path("associate-sessions", AssociateSessionsView.as_view(), name="associate-sessions"),
    path("associate-sessions/current", CurrentAssociateSessionView.as_view(), name="current-associate-session"),
    path("stock/levels", LevelsView.as_view(), name="stock-levels"),
    path("stock/levels/<int:level_id>", LevelView.as_view(), name="stock-level"),
    path("stock/movements", MovementsView.as_view(), name="stock-movements"),
    path("stock/adjustments", AdjustmentsView.as_view(), name="stock-adjustments"),
    path("stock/receipts", ReceiptsView.as_view(), name="stock-receipts"),
    path("stock/expected", ExpectedView.as_view(), name="stock-expected"),
]
