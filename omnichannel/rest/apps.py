from django.apps import AppConfig


class RestConfig(AppConfig):
    name = "omnichannel.rest"
    label = "rest"
