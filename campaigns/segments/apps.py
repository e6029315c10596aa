from django.apps import AppConfig


class SegmentsConfig(AppConfig):
    name = "campaigns.segments"
    label = "campaign_segments"
    verbose_name = "Segments"
