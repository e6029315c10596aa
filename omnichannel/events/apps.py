from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "omnichannel.events"
    label = "events"
