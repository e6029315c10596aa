from django.apps import AppConfig


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
