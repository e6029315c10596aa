from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self) -> None:
        from customers.ports import profile_panels
        from omnichannel.events.ports import describe, subscribe
        from omnichannel.kernel.errors import Conflict
        from omnichannel.kernel.personal_data import personal_data
        from omnichannel.observability.gauges import SqlGauge
        from omnichannel.observability.metrics import gauges
        from omnichannel.rest.idempotency import map_constraint
        from omnichannel.transfer.ports import exporters, importers
        from orders import handlers
        from orders.errors import AlreadyPlaced, NotReturnable
        from orders.facts import SENTENCES
        from orders.personal_data import OrderRecords
        from orders.ports import gateways
        from orders.providers.local import Cash, Recorded, Terminal
        from orders.providers.profile import OrdersPanel
        from orders.providers.sales_csv import SALES_EXPORT, SalesImporter
        from orders.providers.sandbox import SandboxGateway
        from orders.providers.shopify_csv import ShopifyOrdersImporter
        from orders.providers.stripe_gateway import StripeGateway

        profile_panels.register("orders", OrdersPanel(), order=40)
        gateways.register("cash", Cash(), order=10)
        gateways.register("terminal", Terminal(), order=20)
        gateways.register("stripe", StripeGateway(), order=30)
        gateways.register("sandbox", SandboxGateway(), order=40)
        gateways.register("recorded", Recorded(), order=90)
        importers.register("sales", SalesImporter(), order=50)
        importers.register("shopify_orders", ShopifyOrdersImporter(), order=51)
        exporters.register("sales", SALES_EXPORT, order=50)
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
        personal_data.register("orders", OrderRecords(), order=50)
        subscribe(
            name="orders.attach_guest_orders",
            facts=["customer.email_verified"],
            handle=handlers.attach_orders_of_verified_email,
        )
        subscribe(
            name="orders.give_guests_a_record", facts=["order.placed"], handle=handlers.give_guest_orders_a_customer
        )
        subscribe(name="orders.broken_promises", facts=["stock.hold_broken"], handle=handlers.tell_of_broken_promises)
        for name, sentence in SENTENCES.items():
            describe(name, sentence)
        map_constraint("orders_order_cart_id_key", AlreadyPlaced)
        map_constraint(
            "order_recorded_once", lambda: Conflict("already_recorded", "This sale is being recorded already.")
        )
        map_constraint(
            "order_refund_within_paid", lambda: Conflict("refund_over_paid", "This would refund more than was paid.")
        )
        map_constraint(
            "payment_money_within", lambda: Conflict("refund_over_paid", "This would refund more than was paid.")
        )
        map_constraint("order_line_not_over_returned", NotReturnable)
        map_constraint("refund_once_per_cause", lambda: Conflict("refund_repeated", "This was refunded already."))
