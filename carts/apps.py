from django.apps import AppConfig


class CartsConfig(AppConfig):
    name = "carts"

    def ready(self) -> None:
        from carts.ports import shipping_providers, tax_providers
        from carts.providers.tables import TableShipping, TableTaxes

        tax_providers.register("table", TableTaxes())
        shipping_providers.register("table", TableShipping())
