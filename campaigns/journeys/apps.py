from django.apps import AppConfig


class JourneysConfig(AppConfig):
    name = "campaigns.journeys"
    label = "campaign_journeys"
    verbose_name = "Journeys"
