from django.apps import AppConfig


class OffersConfig(AppConfig):
    name = "campaigns.offers"
    label = "campaign_offers"
    verbose_name = "Offers"
