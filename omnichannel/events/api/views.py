"""Reading the log, for staff, associates and systems. Customers read their own timeline (`customers.api.timeline`)."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from omnichannel.events.api.serializers import EventPage, EventQuery, show_event
from omnichannel.events.queries import list_events
from omnichannel.rest.pagination import PAGE_PARAMETERS, page
from omnichannel.rest.principal import Caller
from omnichannel.rest.serializers import read_query
from omnichannel.rest.views import ApiView


class EventsView(ApiView):
    """The log, newest first; oldest first after a given event, to follow it."""

    callers = frozenset({Caller.STAFF, Caller.ASSOCIATE, Caller.API_KEY})
    read_scope = "events:read"
    staff_permission = "events.view_event"

    @extend_schema(operation_id="events_list", parameters=[EventQuery, *PAGE_PARAMETERS], responses=EventPage)
    def get(self, request: Request) -> Response:
        query = read_query(EventQuery, request)
        after = query.get("after")
        rows = list_events(
            subject_id=query.get("subject"), customer_id=query.get("customer"), names=query.get("name", ()), after=after
        )
        return Response(page(request, rows, by=("id",) if after else ("-id",), show=show_event))
