from django.apps import AppConfig


class CartsConfig(AppConfig):
    name = "carts"

    def ready(self) -> None:
        from carts import handlers
        from carts.errors import QuantityTooLarge
        from carts.facts import SENTENCES
        from carts.personal_data import CartRecords
        from carts.ports import shipping_providers, tax_providers
        from carts.providers.live import CartTopic
        from carts.providers.profile import CartPanel
        from carts.providers.tables import TableShipping, TableTaxes
        from customers.ports import profile_panels
        from omnichannel.events.ports import describe, subscribe
        from omnichannel.kernel.personal_data import personal_data
        from omnichannel.live.ports import live_topics
        from omnichannel.observability.gauges import SqlGauge
        from omnichannel.observability.metrics import gauges
        from omnichannel.rest.idempotency import map_constraint

        tax_providers.register("table", TableTaxes())
        shipping_providers.register("table", TableShipping())
        profile_panels.register("cart", CartPanel(), order=10)
        live_topics.register("cart", CartTopic())
        personal_data.register("carts", CartRecords(), order=20)
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
        map_constraint("cart_line_quantity", QuantityTooLarge)
        subscribe(
            name="carts.reprice_on_price_change", facts=["price.changed"], handle=handlers.reprice_on_price_change
        )
        for name, sentence in SENTENCES.items():
            describe(name, sentence)
