from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    name = "omnichannel.integrations"
    label = "integrations"
