from django.apps import AppConfig


class AudiencesConfig(AppConfig):
    name = "campaigns.audiences"
    label = "campaign_audiences"
    verbose_name = "Audiences"

    def ready(self) -> None:
        from campaigns.audiences import handlers
        from campaigns.audiences.errors import AudienceKeyTaken
        from campaigns.audiences.facts import SENTENCES
        from campaigns.audiences.personal_data import AudienceData
        from campaigns.audiences.ports import ad_platforms
        from campaigns.audiences.providers.meta import Meta
        from campaigns.audiences.providers.panels import AudiencesPanel
        from campaigns.audiences.providers.steps import AddToAudience, Audiences, RemoveFromAudience
        from campaigns.journeys.ports import named_things, step_kinds
        from customers.ports import profile_panels
        from omnichannel.events.ports import describe, subscribe
        from omnichannel.kernel.personal_data import personal_data
        from omnichannel.rest.idempotency import map_constraint

        ad_platforms.register("meta", Meta(), order=10)
        step_kinds.register("add_to_audience", AddToAudience(), order=60)
        step_kinds.register("remove_from_audience", RemoveFromAudience(), order=61)
        named_things.register("audience", Audiences())
        subscribe(name="audiences.keep", facts=handlers.FACTS, handle=handlers.keep_audiences)
        subscribe(name="audiences.tell_platforms", facts=handlers.CONVERSIONS, handle=handlers.tell_platforms)
        for name, sentence in SENTENCES.items():
            describe(name, sentence)
        profile_panels.register("audiences", AudiencesPanel(), order=70)
        personal_data.register("audiences", AudienceData(), order=70)
        map_constraint("campaign_audiences_audience_key_key", AudienceKeyTaken)
