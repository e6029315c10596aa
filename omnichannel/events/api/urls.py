from django.urls import path

from omnichannel.events.api.views import EventsView, MyTimelineView

urlpatterns = [
    path("events", EventsView.as_view(), name="events"),
    path("me/timeline", MyTimelineView.as_view(), name="my-timeline"),
]
