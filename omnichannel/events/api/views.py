"""Reading the log: all of it for staff, associates and systems; their own for customers."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from omnichannel.events.api.serializers import (
    EventPage,
    EventQuery,
    TimelinePage,
    TimelineQuery,
    show_event,
    show_timeline_entry,
)
from omnichannel.events.queries import list_events
from omnichannel.events.states import EventKind
from omnichannel.rest.pagination import PAGE_PARAMETERS, page
from omnichannel.rest.principal import Caller, principal_of
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


class MyTimelineView(ApiView):
    """What happened between the customer and the brand, on every channel, newest first."""

    callers = frozenset({Caller.CUSTOMER})

    @extend_schema(operation_id="me_timeline", parameters=PAGE_PARAMETERS, responses=TimelinePage)
    def get(self, request: Request) -> Response:
        read_query(TimelineQuery, request)
        rows = list_events(customer_id=principal_of(request).customer_id).exclude(kind=EventKind.ECHO)
        return Response(page(request, rows, by=("-occurred_at", "-id"), show=show_timeline_entry))
