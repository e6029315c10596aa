"""Parts of orders on their way: the steps of a pickup or a parcel."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from unfold.decorators import display

from omnichannel.kernel.context import Context
from omnichannel.staff.admin import ReadOnlyAdmin, ReasonForm, ShownInline, service_action, state
from omnichannel.staff.columns import link
from omnichannel.staff.filters import PeriodFilter
from orders.admin import colours
from orders.admin.forms import CodeForm, PlaceForm, TrackingForm
from orders.models import Fulfilment, FulfilmentChange, FulfilmentLine
from orders.services import fulfilling
from orders.services.fulfilling import Tracking
from orders.states import FULFILMENT_TRANSITIONS, FulfilmentStatus


class PartLineInline(ShownInline):
    model = FulfilmentLine
    verbose_name_plural = "Goods"
    fields = readonly_fields = ("goods", "quantity", "cancelled_quantity")

    def get_queryset(self, request: HttpRequest) -> QuerySet[FulfilmentLine]:
        return super().get_queryset(request).select_related("line__variant")

    @display(description="Goods")
    def goods(self, row: FulfilmentLine) -> SafeString | str:
        variant = row.line.variant
        return link("catalog_product", variant.product_id, row.line.name) if variant else row.line.name


class StepInline(ShownInline):
    model = FulfilmentChange
    verbose_name_plural = "History"
    fields = readonly_fields = ("at", "was", "to_status", "reason", "actor")
    state_colours = {"to_status": colours.PART}

    @display(description="Was")
    def was(self, row: FulfilmentChange) -> str:
        return str(FulfilmentStatus(row.from_status).label) if row.from_status else "–"


def may(to: FulfilmentStatus) -> Callable[[Fulfilment], bool]:
    """Whether the next step of a part can be this one."""
    return lambda part: to in FULFILMENT_TRANSITIONS[part.kind].get(FulfilmentStatus(part.status), frozenset())


@admin.register(Fulfilment)
class FulfilmentAdmin(ReadOnlyAdmin):
    list_display = ("order", "kind", "shown_status", "store", "promised_at", "collect_until", "created_at")
    list_select_related = ("order", "store")
    page_title = "Fulfilment"
    empty_hint = "Each part of an order on its way to the customer: pickups, parcels and what was carried out."
    state_colours = {"status": colours.PART}
    list_filter = ("kind", "status", "store", ("promised_at", PeriodFilter))
    search_fields = ("=order__number", "=tracking_number")
    found_by = {"order__number": str.upper, "tracking_number": str}
    search_help_text = "Order number or tracking number"
    ordering = ("-id",)  # ids rise with time, and have an index
    inlines = (PartLineInline, StepInline)
    exclude = ("pickup_code_hash", "pickup_code_encrypted", "hold_id", "version")
    actions_detail = ("accept", "pick", "ready", "collected", "shipped", "delivered", "reject")

    shown_status = staticmethod(state("status", colours.PART, "State"))

    def row_title(self, row: Fulfilment) -> str:
        return f"{row.get_kind_display()} of {row.order.number}"

    @service_action(title="Take this on?", button="Accept", icon="thumb_up", when=may(FulfilmentStatus.ACCEPTED))
    def accept(self, part: Fulfilment, *, by: Context, at: datetime) -> str:
        fulfilling.accept(fulfilment_id=part.pk, by=by, at=at)
        return "Accepted."

    @service_action(
        title="Begin picking?", button="Start picking", icon="shopping_basket", when=may(FulfilmentStatus.PICKING)
    )
    def pick(self, part: Fulfilment, *, by: Context, at: datetime) -> str:
        fulfilling.start_picking(fulfilment_id=part.pk, by=by, at=at)
        return "Picking has begun."

    @service_action(
        title="Ready for the customer?",
        text="They get a one-time code.",
        button="Put on the shelf",
        form=PlaceForm,
        icon="inventory_2",
        when=may(FulfilmentStatus.READY),
    )
    def ready(self, part: Fulfilment, *, by: Context, at: datetime, place: str) -> str:
        fulfilling.make_ready(fulfilment_id=part.pk, place=place, by=by, at=at)
        return "Ready; the customer is told."

    @service_action(
        title="Hand it over",
        text="Ask for the code.",
        button="Hand over",
        form=CodeForm,
        icon="verified",
        when=may(FulfilmentStatus.COLLECTED),
    )
    def collected(self, part: Fulfilment, *, by: Context, at: datetime, code: str) -> str:
        fulfilling.collect(fulfilment_id=part.pk, code=code, by=by, at=at)
        return "Handed over."

    @service_action(
        title="The parcel leaves",
        button="Ship the parcel",
        form=TrackingForm,
        icon="local_shipping",
        when=may(FulfilmentStatus.SHIPPED),
    )
    def shipped(
        self, part: Fulfilment, *, by: Context, at: datetime, carrier: str, tracking_number: str, tracking_url: str
    ) -> str:
        fulfilling.ship(fulfilment_id=part.pk, tracking=Tracking(carrier, tracking_number, tracking_url), by=by, at=at)
        return "Shipped; the customer is told."

    @service_action(title="Did it arrive?", button="It arrived", icon="home", when=may(FulfilmentStatus.DELIVERED))
    def delivered(self, part: Fulfilment, *, by: Context, at: datetime) -> str:
        fulfilling.deliver(fulfilment_id=part.pk, by=by, at=at)
        return "Delivered."

    @service_action(
        title="This store cannot do it?",
        text="Stock is free again and the money of this part goes back.",
        button="Reject",
        form=ReasonForm,
        icon="block",
        variant="danger",
        when=may(FulfilmentStatus.REJECTED),
    )
    def reject(self, part: Fulfilment, *, by: Context, at: datetime, reason: str) -> str:
        fulfilling.reject(fulfilment_id=part.pk, reason=reason, by=by, at=at)
        return "Rejected; the money of this part goes back."
