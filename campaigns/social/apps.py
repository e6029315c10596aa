from django.apps import AppConfig


class SocialConfig(AppConfig):
    name = "campaigns.social"
    label = "campaign_social"
    verbose_name = "Social"

    def ready(self) -> None:
        from campaigns.social.errors import HandleTaken
        from campaigns.social.facts import SENTENCES
        from campaigns.social.handlers import hide_photos
        from campaigns.social.personal_data import SocialData
        from campaigns.social.providers.panels import SocialPanel
        from customers.ports import profile_panels
        from omnichannel.events.ports import describe, subscribe
        from omnichannel.kernel.personal_data import personal_data
        from omnichannel.rest.idempotency import map_constraint

        subscribe(name="social.hide_photos", facts=["consent.withdrawn"], handle=hide_photos)
        for name, sentence in SENTENCES.items():
            describe(name, sentence)
        profile_panels.register("social", SocialPanel(), order=75)
        personal_data.register("social", SocialData(), order=75)
        map_constraint("social_handle_verified_once", HandleTaken)
