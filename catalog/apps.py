from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "catalog"

    def ready(self) -> None:
        from catalog import errors
        from catalog.handlers import refresh_related
        from catalog.providers.products_csv import PRODUCTS, ProductImporter
        from catalog.providers.shopify_csv import ShopifyProductImporter
        from catalog.providers.things import CatalogThings
        from omnichannel.events.ports import subscribe, thing_finders
        from omnichannel.rest.idempotency import map_constraint
        from omnichannel.transfer.ports import exporters, importers

        subscribe(name="catalog.refresh_related", facts=["product.updated", "price.changed"], handle=refresh_related)
        thing_finders.register("catalog", CatalogThings())
        importers.register("products", ProductImporter(), order=10)
        importers.register("shopify_products", ShopifyProductImporter(), order=20)
        exporters.register("products", PRODUCTS, order=10)
        map_constraint("catalog_variant_sku_key", errors.SkuTaken)
        map_constraint("catalog_variant_barcode_key", errors.BarcodeTaken)
        map_constraint("catalog_product_slug_key", errors.SlugTaken)
        map_constraint("catalog_product_external_id_key", errors.ExternalIdTaken)
        map_constraint("catalog_category_path_key", errors.CategoryPathTaken)
        map_constraint("price_spans_apart", errors.PriceChangedMeanwhile)
        map_constraint("price_one_open_end", errors.PriceChangedMeanwhile)
        map_constraint("relation_not_itself", errors.RelationInvalid)
