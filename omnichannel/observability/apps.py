from importlib import import_module

from django.apps import AppConfig


class ObservabilityConfig(AppConfig):
    name = "omnichannel.observability"
    label = "observability"

    def ready(self) -> None:
        # Binds every `shared_task` to the project's broker, in the web process and in commands alike.
        import_module("omnichannel.celery")
        import_module("omnichannel.observability.checks")
        import_module("omnichannel.observability.work")
        from omnichannel.observability.gauges import QueueLength
        from omnichannel.observability.metrics import gauges

        gauges.register("omnichannel_queue_length", QueueLength())
