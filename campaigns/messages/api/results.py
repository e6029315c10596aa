"""What came of messages, and the rows behind each number."""

from datetime import timedelta
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.messages.api import result_shapes as shapes
from campaigns.messages.queries.results import Results, Scope, list_messages, list_orders, results_of
from omnichannel.kernel.clock import now
from omnichannel.rest.pagination import PAGE_PARAMETERS, page
from omnichannel.rest.principal import Caller
from omnichannel.rest.serializers import read_query
from omnichannel.rest.views import ApiView


class _Results(ApiView):
    callers = frozenset({Caller.API_KEY, Caller.STAFF})
    read_scope = "messages:read"
    staff_permission = "campaign_messages.view_message"


class MessageResultsView(_Results):
    """Of a message, wherever it was sent from; of a campaign; of a journey's step."""

    @extend_schema(
        operation_id="messages_results", parameters=[shapes.ResultsQuery], responses=shapes.MessageResultsOut
    )
    def get(self, request: Request) -> Response:
        query = read_query(shapes.ResultsQuery, request)
        return Response(show_results(results_of(_scope(query))))


class SentView(_Results):
    """The messages behind a number, the newest first: to whom, and what became of each."""

    @extend_schema(
        operation_id="messages_sent", parameters=[shapes.SentQuery, *PAGE_PARAMETERS], responses=shapes.SentPage
    )
    def get(self, request: Request) -> Response:
        query = read_query(shapes.SentQuery, request)
        rows = list_messages(
            _scope(query), what=query["what"], channel=query.get("channel", ""), hour=query.get("hour")
        )
        return Response(page(request, rows, by=("-created_at", "id"), show=shapes.show_sent))


class MessageOrdersView(_Results):
    """The orders behind the revenue: what each came to, and comes to now."""

    @extend_schema(
        operation_id="messages_orders",
        parameters=[shapes.ResultsQuery, *PAGE_PARAMETERS],
        responses=shapes.MessageOrderPage,
    )
    def get(self, request: Request) -> Response:
        query = read_query(shapes.ResultsQuery, request)
        rows = list_orders(_scope(query)).select_related("customer")
        return Response(page(request, rows, by=("-placed_at", "id"), show=shapes.show_order))


def _scope(query: dict[str, Any]) -> Scope:
    return Scope(
        campaign_id=query.get("campaign"),
        source=query.get("source", ""),
        template_key=query.get("template", ""),
        since=now() - timedelta(days=query["days"]) if "days" in query else None,
    )


def show_results(found: Results) -> dict[str, Any]:
    return {
        "totals": found.totals, "by_channel": found.by_channel, "refused": found.refused, "held": found.held,
        "orders": found.orders, "revenue": found.revenue, "came_back": found.came_back,
    }  # fmt: skip
