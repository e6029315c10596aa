"""The figures for staff and systems that may read them; each names the rows behind it."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from customers.queries import get_customer
from insights.api import serializers as wire
from insights.queries import figures
from insights.queries.orders import list_values
from insights.queries.paths import get_path, list_credits, list_paths
from omnichannel.rest.pagination import PAGE_PARAMETERS, page
from omnichannel.rest.principal import Caller
from omnichannel.rest.serializers import read_query
from omnichannel.rest.views import ApiView


class InsightView(ApiView):
    callers = frozenset({Caller.STAFF, Caller.API_KEY})
    read_scope = "insights:read"
    staff_permission = "insights.view_path"


class SalesView(InsightView):
    """Sales of a period by channel or store, beside the stretch before it."""

    @extend_schema(operation_id="insights_sales", parameters=[wire.SalesQuery], responses=wire.SalesPage)
    def get(self, request: Request) -> Response:
        given = read_query(wire.SalesQuery, request)
        period = wire.read_period(given)
        rows = [wire.show_sales(row, period.currency) for row in figures.list_sales(period, by=given["by"])]
        return Response({"since": period.since, "until": period.until, "items": rows})


class OverviewView(InsightView):
    """Funnel, repeat rate and the crossings between store and screen."""

    @extend_schema(operation_id="insights_overview", parameters=[wire.PeriodQuery], responses=wire.OverviewOut)
    def get(self, request: Request) -> Response:
        period = wire.read_period(read_query(wire.PeriodQuery, request))
        answer = wire.show_overview(
            period, figures.get_funnel(period), figures.get_repeat(period), figures.get_crossings(period)
        )
        return Response(answer)


class AttributionView(InsightView):
    """What each source is credited with under each model."""

    @extend_schema(operation_id="insights_attribution", parameters=[wire.PeriodQuery], responses=wire.AttributionOut)
    def get(self, request: Request) -> Response:
        period = wire.read_period(read_query(wire.PeriodQuery, request))
        rows = [wire.show_source(row, period.currency) for row in figures.list_attribution(period)]
        return Response({"since": period.since, "until": period.until, "items": rows})


class CreditsView(InsightView):
    """The orders behind one figure of the attribution."""

    @extend_schema(
        operation_id="insights_credits", parameters=[wire.CreditQuery, *PAGE_PARAMETERS], responses=wire.CreditPage
    )
    def get(self, request: Request) -> Response:
        given = read_query(wire.CreditQuery, request)
        period = wire.read_period(given)
        rows = list_credits(
            kind=given["kind"],
            source=given["source"],
            campaign=given["campaign"],
            model=given["model"],
            since=period.since,
            until=period.until,
        )
        return Response(page(request, rows, by=("-id",), show=wire.show_credit))


class PathsView(InsightView):
    """Paths, newest first; of one customer when named."""

    @extend_schema(
        operation_id="insights_paths", parameters=[wire.PathQuery, *PAGE_PARAMETERS], responses=wire.PathPage
    )
    def get(self, request: Request) -> Response:
        given = read_query(wire.PathQuery, request)
        period = wire.read_period(given) if given.get("since") or given.get("until") else None
        rows = list_paths(
            customer_id=given.get("customer"),
            since=period.since if period else None,
            until=period.until if period else None,
        )
        return Response(page(request, rows, by=("-converted_at", "-pk"), show=wire.show_path))


class PathView(InsightView):
    """One order's path, each touch with its credit under each model."""

    @extend_schema(operation_id="insights_path", responses=wire.PathDetailOut)
    def get(self, request: Request, order_id: UUID) -> Response:
        path = get_path(order_id)
        touches = [wire.show_touch(touch, path.currency) for touch in path.touches.all()]
        return Response(wire.show_path(path) | {"touches": touches})


class WorthView(InsightView):
    """What a customer is worth so far."""

    @extend_schema(operation_id="insights_customer", responses=wire.WorthOut)
    def get(self, request: Request, customer_id: UUID) -> Response:
        customer = get_customer(customer_id)
        rows = list_values([customer.pk])
        _, orders, worth, currency, first, last = rows[0] if rows else (customer.pk, 0, 0, None, None, None)
        return Response(
            {
                "customer_id": customer.pk,
                "orders": orders,
                "worth": wire.money(worth, currency or wire.get_brand().default_currency),
                "first_order_at": first,
                "last_order_at": last,
            }
        )
