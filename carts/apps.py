from django.apps import AppConfig


class CartsConfig(AppConfig):
    name = "carts"

    def ready(self) -> None:
        from carts.ports import shipping_providers, tax_providers
        from carts.providers.tables import TableShipping, TableTaxes
        from omnichannel.observability.gauges import SqlGauge
        from omnichannel.observability.metrics import gauges

        tax_providers.register("table", TableTaxes())
        shipping_providers.register("table", TableShipping())
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
