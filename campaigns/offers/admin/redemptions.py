"""What offers took off orders."""

from django.contrib import admin

from campaigns.offers.models import Redemption
from omnichannel.staff.admin import ReadOnlyAdmin


@admin.register(Redemption)
class RedemptionAdmin(ReadOnlyAdmin):
    list_display = ["offer", "order", "customer", "code", "amount_minor", "rolled_minor", "redeemed_at"]
    list_select_related = ["offer", "order", "customer", "code"]
    list_filter = ["offer"]
    page_title = "Uses of offers"
    empty_hint = "Each order an offer takes something off shows here, with what came back since."
    ordering = ["-redeemed_at", "id"]
    fields = [
        "offer",
        "version",
        "code",
        "order",
        "customer",
        "amount_minor",
        "rolled_minor",
        "redeemed_at",
        "released_at",
    ]
    found_by = {"order__number": lambda term: term.upper(), "code__lookup": lambda term: term.upper().replace("-", "")}
    search_fields = ["order__number"]
    search_help_text = "An order number or a code"
