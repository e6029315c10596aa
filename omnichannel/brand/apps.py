from django.apps import AppConfig


class BrandConfig(AppConfig):
    name = "omnichannel.brand"
    label = "brand"
