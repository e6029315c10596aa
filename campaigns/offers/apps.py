from django.apps import AppConfig


class OffersConfig(AppConfig):
    name = "campaigns.offers"
    label = "campaign_offers"
    verbose_name = "Offers"

    def ready(self) -> None:
        from campaigns.offers.facts import SENTENCES
        from omnichannel.events.ports import describe

        for name, sentence in SENTENCES.items():
            describe(name, sentence)
