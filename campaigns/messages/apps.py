from typing import Any

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS
from django.db.models.signals import post_migrate


class MessagesConfig(AppConfig):
    name = "campaigns.messages"
    label = "campaign_messages"
    verbose_name = "Messages"

    def ready(self) -> None:
        from anymail.signals import tracking

        from campaigns.messages.facts import SENTENCES
        from campaigns.messages.handlers import FACTS, tell_customer
        from campaigns.messages.personal_data import SentMessages
        from campaigns.messages.ports import carriers
        from campaigns.messages.providers.email import EmailCarrier
        from campaigns.messages.providers.mail_service import hear
        from campaigns.messages.providers.paper import PaperCarrier
        from campaigns.messages.providers.sms import SmsCarrier
        from omnichannel.events.ports import describe, subscribe
        from omnichannel.kernel.personal_data import personal_data

        subscribe(name="messages.tell_customer", facts=FACTS, handle=tell_customer, queue="messages")
        for name, sentence in SENTENCES.items():
            describe(name, sentence)
        personal_data.register("messages", SentMessages(), order=60)
        carriers.register("email", EmailCarrier())
        carriers.register("sms", SmsCarrier())
        carriers.register("mail", PaperCarrier())
        tracking.connect(hear, dispatch_uid="messages.mail_service")
        post_migrate.connect(_load_words, sender=self, dispatch_uid="messages.shipped")


def _load_words(using: str, plan: Any = (), **_: Any) -> None:
    """The product's own words, once the tables are those that this code knows."""
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    from campaigns.messages.services.shipped import load_shipped

    if using != DEFAULT_DB_ALIAS or any(backwards for _, backwards in plan):
        return
    executor = MigrationExecutor(connections[using])
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        load_shipped()
