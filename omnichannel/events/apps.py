from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "omnichannel.events"
    label = "events"

    def ready(self) -> None:
        from omnichannel.events import health
        from omnichannel.observability.metrics import gauges
        from omnichannel.observability.readiness import conditions

        conditions.register("relay", health.check_relay, order=50)
        gauges.register("omnichannel_relay_lag_seconds", health.RelayLag())
        gauges.register("omnichannel_deliveries", health.Deliveries())
