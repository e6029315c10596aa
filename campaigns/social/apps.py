from django.apps import AppConfig


class SocialConfig(AppConfig):
    name = "campaigns.social"
    label = "campaign_social"
    verbose_name = "Social"
