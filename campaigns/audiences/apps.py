from django.apps import AppConfig


class AudiencesConfig(AppConfig):
    name = "campaigns.audiences"
    label = "campaign_audiences"
    verbose_name = "Audiences"
