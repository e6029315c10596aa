"""Paths as a list, one path as a picture, and the pages of the figures."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse

from customers.models import Customer
from insights.admin.dashboard import PERIODS, dashboard, last_days
from insights.errors import PathNotFound
from insights.models import Path
from insights.queries.figures import name_stores
from insights.queries.paths import get_path, list_credits
from insights.states import AttributionModel, TouchKind
from omnichannel.kernel.money import format_money
from omnichannel.staff.admin import ReadOnlyAdmin, money


@admin.register(Path)
class PathAdmin(ReadOnlyAdmin):
    """The dashboard stands beside the list: `…/path/dashboard/`."""

    page_title = "Paths"
    empty_hint = "The path of each confirmed order shows here, from the first touch to the last."
    list_display = ["order", "converted_at", "channel", "touch_count", money("net_minor"), "is_first_order"]
    list_filter = ["channel", "is_first_order"]
    list_select_related = ["order"]
    ordering = ["-converted_at"]
    found_by = {"order__number": str.upper, "order__email": str.lower}
    search_fields = ["order__number"]
    search_help_text = "Order number, or the email of the order"

    def get_urls(self) -> list[Any]:
        return [
            path("dashboard/", self.admin_site.admin_view(self.dashboard), name="insights_path_dashboard"),
            path("credits/", self.admin_site.admin_view(self.credits), name="insights_path_credits"),
            path("<uuid:object_id>/change/", self.admin_site.admin_view(self.one), name="insights_path_change"),
            *super().get_urls(),
        ]

    def dashboard(self, request: HttpRequest) -> HttpResponse:
        self._require(request)
        context = dashboard(days=_days(request), model=_model(request))
        return self._page(request, "insights/dashboard.html", "Figures", context)

    def credits(self, request: HttpRequest) -> HttpResponse:
        """The orders behind one figure of the attribution."""
        self._require(request)
        days, model, period = _days(request), _model(request), last_days(_days(request))
        kind = request.GET.get("kind", "")
        if kind not in TouchKind.values:
            raise Http404
        source, campaign = request.GET.get("source", "")[:100], request.GET.get("campaign", "")[:150]
        rows = list_credits(
            kind=kind, source=source, campaign=campaign, model=model, since=period.since, until=period.until
        ).order_by("-path__converted_at", "-id")
        names = name_stores({source})
        shown = Paginator(rows, 50).get_page(request.GET.get("p"))
        context = {
            "rows": [
                {
                    "number": row.path.order.number,
                    "customer": str(row.path.order.customer or "A guest"),
                    "touched_at": row.touch.at,
                    "converted_at": row.path.converted_at,
                    "amount": format_money(row.amount_minor, row.path.currency),
                    "net": format_money(row.path.net_minor, row.path.currency),
                    "url": reverse("admin:insights_path_change", args=[row.path_id]),
                }
                for row in shown
            ],
            "page": shown,
            "query": _without_page(request),
            "what": " · ".join(word for word in (TouchKind(kind).label, names.get(source, source), campaign) if word),
            "model_name": model.label,
            "days": days,
        }
        return self._page(request, "insights/credits.html", "Credit, order by order", context)

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
