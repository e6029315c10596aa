"""What offers took off orders."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from campaigns.offers.models import Redemption
from omnichannel.staff.admin import ReadOnlyAdmin


class CountsFilter(admin.SimpleListFilter):
    """What stands, or what came back whole: the use counts no more, neither towards a limit nor in what was given."""

    title = "counts"
    parameter_name = "counts"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Counts"), ("no", "Came back whole")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Redemption]) -> QuerySet[Redemption]:
        asked = self.value()
        return queryset.filter(released_at__isnull=asked == "yes") if asked in ("yes", "no") else queryset


@admin.register(Redemption)
class RedemptionAdmin(ReadOnlyAdmin):
    list_display = ["offer", "order", "customer", "code", "amount_minor", "rolled_minor", "redeemed_at"]
    list_select_related = ["offer", "order", "customer", "code"]
    list_filter = ["offer", CountsFilter]
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
