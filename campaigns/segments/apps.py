from django.apps import AppConfig


class SegmentsConfig(AppConfig):
    name = "campaigns.segments"
    label = "campaign_segments"
    verbose_name = "Segments"

    def ready(self) -> None:
        from campaigns.offers.ports import label_names
        from campaigns.segments.errors import SegmentKeyTaken
        from campaigns.segments.facts import SENTENCES
        from campaigns.segments.handlers import FACTS, follow
        from campaigns.segments.personal_data import ListsOfPerson
        from campaigns.segments.providers import SegmentNames, SegmentsPanel
        from customers.ports import profile_panels
        from omnichannel.events.ports import describe, subscribe
        from omnichannel.kernel.personal_data import personal_data
        from omnichannel.rest.idempotency import map_constraint

        subscribe(name="segments.follow", facts=FACTS, handle=follow)
        for name, sentence in SENTENCES.items():
            describe(name, sentence)
        label_names.register("segment", SegmentNames())
        profile_panels.register("segments", SegmentsPanel(), order=60)
        personal_data.register("segments", ListsOfPerson(), order=62)
        map_constraint("campaign_segments_segment_key_key", SegmentKeyTaken)
