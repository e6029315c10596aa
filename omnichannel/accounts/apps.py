from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "omnichannel.accounts"
    label = "accounts"
