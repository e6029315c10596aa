from django.apps import AppConfig


class CartsConfig(AppConfig):
    name = "carts"

    def ready(self) -> None:
        from omnichannel.observability.gauges import SqlGauge
        from omnichannel.observability.metrics import gauges

        gauges.register(
            "omnichannel_carts_open",
            SqlGauge(
                documentation="Open carts with lines, touched in the last day.",
                sql="""
                    SELECT channel, count(*) FROM carts_cart
                    WHERE status = 'open' AND last_activity_at > now() - interval '1 day' AND item_count > 0
                    GROUP BY channel
                """,
                labels=("channel",),
            ),
        )
