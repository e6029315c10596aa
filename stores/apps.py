from django.apps import AppConfig


class StoresConfig(AppConfig):
    name = "stores"

    def ready(self) -> None:
        from customers.ports import place_names
        from omnichannel.kernel.errors import Conflict
        from omnichannel.rest.idempotency import map_constraint
        from omnichannel.transfer.ports import exporters, importers
        from stores.providers.places import StoreNames
        from stores.providers.stock_csv import MOVEMENTS, STOCK, StockImporter
        from stores.providers.stores_csv import STORES, StoreImporter

        map_constraint(
            "stock_reserved_within_on_hand",
            lambda: Conflict("insufficient_stock", "There is not enough stock for this."),
        )
        map_constraint(
            "stock_counts_not_negative", lambda: Conflict("stock_below_zero", "A count would fall below zero.")
        )
        map_constraint(
            "associate_session_one_open",
            lambda: Conflict("session_taken", "Somebody else signed in on this device at this moment. Try again."),
        )
        place_names.register("stores", StoreNames())
        importers.register("stores", StoreImporter(), order=30)
        importers.register("stock", StockImporter(), order=40)
        exporters.register("stores", STORES, order=30)
        exporters.register("stock", STOCK, order=40)
        exporters.register("stock_movements", MOVEMENTS, order=50)
