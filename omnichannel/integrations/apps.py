from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    name = "omnichannel.integrations"
    label = "integrations"

    def ready(self) -> None:
        from omnichannel.events.ports import describe, fact_copies, subscribe
        from omnichannel.integrations import handlers
        from omnichannel.integrations.services.forgetting import ToldOfPeople

        subscribe(name="integrations.tell_webhooks", facts=["*"], handle=handlers.tell_webhooks, queue="webhooks")
        fact_copies.register("webhooks", ToldOfPeople())
        describe("api_key.created", "{by} made the API key {data[name]}")
        describe("api_key.rotated", "{by} gave an API key a new secret")
        describe("api_key.revoked", "{by} took an API key back")
        describe("webhook_endpoint.disabled", "A webhook endpoint was disabled: {data[reason]}")
