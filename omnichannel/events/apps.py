from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "omnichannel.events"
    label = "events"

    def ready(self) -> None:
        from omnichannel.events.lag import LAG_SQL, PARKED_SQL, check_relay
        from omnichannel.observability.gauges import SqlGauge
        from omnichannel.observability.metrics import gauges
        from omnichannel.observability.readiness import conditions

        gauges.register("omnichannel_relay_lag_seconds", SqlGauge("Age of the oldest delivery due.", LAG_SQL))
        gauges.register(
            "omnichannel_deliveries_parked", SqlGauge("Deliveries that failed and wait for staff.", PARKED_SQL, ("handler",))
        )
        conditions.register("relay", check_relay, order=50)
