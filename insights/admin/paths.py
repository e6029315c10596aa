"""Paths as a list, one path as a picture, and the pages of the figures."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse

from customers.models import Customer
from insights.admin.dashboard import PERIODS, dashboard, last_days
from insights.admin.rows import NoSuchFigure, behind, context_of
from insights.errors import PathNotFound
from insights.models import Path
from insights.queries.figures import name_stores
from insights.queries.paths import get_path
from insights.states import AttributionModel, TouchKind
from omnichannel.kernel.money import format_money
from omnichannel.staff.admin import ReadOnlyAdmin, money


@admin.register(Path)
class PathAdmin(ReadOnlyAdmin):
    """The dashboard stands beside the list: `…/path/dashboard/`."""

    page_title = "Paths"
    empty_hint = "The path of each confirmed order shows here, from the first touch to the last."
    list_display = ["order", "customer", "ordered", "channel", "touches", money("net_minor", "Comes to"), "first"]
    list_filter = ["channel", "is_first_order"]
    list_select_related = ["order__customer"]
    ordering = ["-converted_at"]
    found_by = {"order__number": str.upper, "order__customer__email": str.lower, "order__email": str.lower}
    search_fields = ["order__number"]
    search_help_text = "Order number, or the email of the customer or the order"

    @admin.display(description="Customer")
    def customer(self, row: Path) -> str:
        return str(row.order.customer or "A guest")

    @admin.display(description="Ordered", ordering="converted_at")
    def ordered(self, row: Path) -> datetime:
        return row.converted_at

    @admin.display(description="Touches", ordering="touch_count")
    def touches(self, row: Path) -> int:
        return row.touch_count

    @admin.display(description="First order", boolean=True)
    def first(self, row: Path) -> bool:
        return row.is_first_order

    def get_urls(self) -> list[Any]:
        return [
            path("dashboard/", self.admin_site.admin_view(self.dashboard), name="insights_path_dashboard"),
            path("rows/", self.admin_site.admin_view(self.rows), name="insights_path_rows"),
            path("<uuid:object_id>/change/", self.admin_site.admin_view(self.one), name="insights_path_change"),
            *super().get_urls(),
        ]

    def dashboard(self, request: HttpRequest) -> HttpResponse:
        self._require(request)
        context = dashboard(days=_days(request), model=_model(request))
        return self._page(request, "insights/dashboard.html", "Figures", context)

    def rows(self, request: HttpRequest) -> HttpResponse:
        """The rows behind one figure of the dashboards; sales are for everybody who reads orders."""
        asked = request.GET.dict()
        if not (asked.get("figure") == "sold" and request.user.has_perm("orders.view_order")):
            self._require(request)
        if asked.get("figure") == "owed" and not request.user.has_perm("loyalty.view_account"):
            raise PermissionDenied
        days = _days(request)
        try:
            found = behind(asked, last_days(days))
        except NoSuchFigure as error:
            raise Http404 from error
        may_go_back = self.has_view_permission(request)
        context = {
            **context_of(found, request.GET.get("p")),
            "query": _without_page(request),
            "back_url": f"{reverse('admin:insights_path_dashboard')}?days={days}" if may_go_back else reverse("admin:index"),
            "back_name": "Back to the figures" if may_go_back else "Home",
        }  # fmt: skip
        return self._page(request, "insights/rows.html", found.title, context)

    def one(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """One order's path, each touch with its credit under each model."""
        self._require(request)
        try:
            found = get_path(object_id)
        except PathNotFound as error:
            raise Http404 from error
        touches = list(found.touches.all())
        names = name_stores({touch.source for touch in touches})
        customer = Customer.objects.filter(pk=found.customer_id).first() if found.customer_id else None
        context = {
            "path": found,
            "customer": customer,
            "net": format_money(found.net_minor, found.currency),
            "models": AttributionModel.labels,
            "touches": [
                {
                    "touch": touch,
                    "kind_name": TouchKind(touch.kind).label,
                    "source": names.get(touch.source, touch.source),
                    "credits": [
                        format_money(credits.get(model, 0), found.currency) for model in AttributionModel.values
                    ],
                    "share": round(100 * credits.get(AttributionModel.LINEAR, 0) / max(found.net_minor, 1)),
                }
                for touch in touches
                for credits in [{row.model: row.amount_minor for row in touch.credits.all()}]
            ],
        }
        return self._page(request, "insights/path.html", f"The path to order {found.order.number}", context)

    def _page(self, request: HttpRequest, template: str, title: str, context: dict[str, Any]) -> HttpResponse:
        return TemplateResponse(
            request, template, self.admin_site.each_context(request) | {"title": title, "opts": self.opts} | context
        )

    def _require(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied


def _days(request: HttpRequest) -> int:
    asked = request.GET.get("days", "30")
    return int(asked) if asked in {str(days) for days in PERIODS} else 30


def _model(request: HttpRequest) -> AttributionModel:
    asked = request.GET.get("model", "")
    return AttributionModel(asked) if asked in AttributionModel.values else AttributionModel.POSITION


def _without_page(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("p", None)
    return query.urlencode()
