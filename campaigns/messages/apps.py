from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "campaigns.messages"
    label = "campaign_messages"
