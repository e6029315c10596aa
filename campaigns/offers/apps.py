from django.apps import AppConfig


class OffersConfig(AppConfig):
    name = "campaigns.offers"
    label = "campaign_offers"
    verbose_name = "Offers"

    def ready(self) -> None:
        from campaigns.offers import handlers
        from campaigns.offers.errors import CodeTaken, CodeUsed, OfferKeyTaken, OfferUsedUp
        from campaigns.offers.facts import SENTENCES
        from campaigns.offers.personal_data import OfferRecords
        from campaigns.offers.providers.discounts import OfferCodes, OfferDiscounts
        from campaigns.offers.providers.profile import CodesPanel
        from carts.ports import code_resolvers, discount_providers
        from customers.ports import profile_panels
        from omnichannel.events.ports import describe, subscribe
        from omnichannel.kernel.personal_data import personal_data
        from omnichannel.rest.idempotency import map_constraint

        discount_providers.register("offers", OfferDiscounts(), order=10)
        code_resolvers.register("offers", OfferCodes(), order=10)
        profile_panels.register("codes", CodesPanel(), order=40)
        personal_data.register("offers", OfferRecords(), order=50)
        map_constraint("offer_within_budget", OfferUsedUp)
        map_constraint("offer_within_uses", OfferUsedUp)
        map_constraint("offer_code_within_uses", CodeUsed)
        map_constraint("offer_code_once", CodeTaken)
        map_constraint("campaign_offers_offer_key_key", OfferKeyTaken)
        subscribe(
            name="offers.roll_back_lines",
            facts=["return.recorded", "order.cancelled"],
            handle=handlers.roll_back_lines,
        )
        subscribe(name="offers.reprice_carts", facts=["offer.published"], handle=handlers.reprice_carts)
        subscribe(
            name="offers.reprice_used_codes", facts=["code.redeemed"], handle=handlers.reprice_carts_with_used_codes
        )
        for name, sentence in SENTENCES.items():
            describe(name, sentence)
