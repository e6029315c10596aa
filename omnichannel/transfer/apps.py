from django.apps import AppConfig


class TransferConfig(AppConfig):
    name = "omnichannel.transfer"
    label = "transfer"
