from django.urls import path

from omnichannel.events.api.views import EventsView

urlpatterns = [
    path("events", EventsView.as_view(), name="events"),
]
