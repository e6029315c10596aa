from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self) -> None:
        from omnichannel.observability.gauges import SqlGauge
        from omnichannel.observability.metrics import gauges

        gauges.register(
            "omnichannel_orders_last_hour",
            SqlGauge(
                documentation="Orders placed in the last hour.",
                sql="""
                    SELECT channel, status, count(*) FROM orders_order
                    WHERE placed_at > now() - interval '1 hour' GROUP BY channel, status
                """,
                labels=("channel", "status"),
            ),
        )
