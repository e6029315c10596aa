"""Products as a plain CSV: one row a variant; rows of one product follow each other.

A row may also add a price in another currency (same SKU again) or a picture (no SKU).
"""

from collections.abc import Sequence
from datetime import datetime

import orjson
from babel.numbers import list_currencies

from catalog.providers.importing import Described, apply_groups, at_row
from catalog.services.data import ImageData, PriceData, ProductData, VariantData
from catalog.states import ProductStatus, StockPolicy
from omnichannel.kernel.context import Context
from omnichannel.kernel.money import currency_exponent
from omnichannel.transfer.ports import Applied, Batch, Column, Export, Row, RowRefused

OPTIONS = (1, 2, 3)


class ProductImporter:
    kind, title = "products", "Products with variants, prices, barcodes, categories and pictures"
    columns = (
        Column("product_id", required=True, aliases=("external_id",)),
        *(
            Column(name)
            for name in (
                "name",
                "slug",
                "description",
                "vendor",
                "category",
                "tax_category",
                "status",
                "tags",
                "attributes",
            )
        ),
        *(Column(f"option{n}_{part}") for n in OPTIONS for part in ("name", "value")),
        *(Column(name) for name in ("sku", "barcode", "variant_name", "stock_policy", "weight_grams", "is_active")),
        *(
            Column(name)
            for name in ("currency", "price", "sale_price", "sale_from", "sale_until", "image_url", "image_alt")
        ),
    )
    batch_rows = 1_000
    group_by = "product_id"
    ignore_unknown = False

    def apply(self, batch: Batch, *, by: Context, at: datetime) -> Applied:
        return apply_groups(batch, _describe, by=by, at=at)


def _describe(rows: Sequence[Row], currency: str, at: datetime) -> Described:
    first = rows[0]
    variants: dict[str, VariantData] = {}
    variant_rows: list[Row] = []
    prices: dict[str, list[PriceData]] = {}
    images: dict[str, ImageData] = {}
    names: list[str] = []

    def read(row: Row) -> None:
        url = row.text("image_url", longest=500)
        if url:
            images.setdefault(url, ImageData(url, row.text("image_alt", longest=200)))
        sku = row.text("sku", longest=80, required=not url)
        if not sku:
            return
        if sku not in variants:
            variants[sku] = _variant(row, sku, names)
            variant_rows.append(row)
        prices.setdefault(sku, []).extend(_prices(row, currency, at))

    at_row(first, lambda row: names.extend(filter(None, (row.text(f"option{n}_name", longest=60) for n in OPTIONS))))
    for row in rows:
        at_row(row, read)
    product: list[ProductData] = []
    at_row(first, lambda row: product.append(_product(row, names)))
    data = ProductData(
        **{name: getattr(product[0], name) for name in ProductData.__slots__ if name not in ("variants", "images")},
        variants=tuple(
            VariantData(
                **{name: getattr(variant, name) for name in VariantData.__slots__ if name != "prices"},
                prices=tuple(prices[sku]),
            )
            for sku, variant in variants.items()
        ),
        images=tuple(images.values()) if "image_url" in first.cells and first.cells["image_url"] is not None else None,
    )
    return Described(data, rows, variant_rows)


def _product(row: Row, names: list[str]) -> ProductData:
    def said(name: str, longest: int) -> str | None:
        return row.text(name, longest=longest) if row.cells.get(name) is not None else None

    tags = said("tags", 2_000)
    return ProductData(
        external_id=row.text("product_id", longest=120, required=True),
        name=row.text("name", longest=200, required=True),
        slug=said("slug", 190) or None,
        description=said("description", 50_000),
        vendor=said("vendor", 120),
        category_path=said("category", 500),
        tax_category=said("tax_category", 40) or None,
        status=row.choice("status", ProductStatus.values, ProductStatus.ACTIVE),
        option_names=tuple(names),
        attributes=_attributes(row),
        tags=tuple(tag.strip() for tag in tags.split(",") if tag.strip()) if tags is not None else None,
    )


def _attributes(row: Row) -> dict[str, str] | None:
    """`Material=Linen; Season=Summer`, or a JSON object of texts."""
    if row.cells.get("attributes") is None:
        return None
    text = row.text("attributes", longest=10_000)
    if text.startswith("{"):
        try:
            found = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise RowRefused("attributes_invalid", "attributes is not a JSON object.", "attributes") from error
        return {str(name)[:60]: str(value)[:500] for name, value in found.items()}
    pairs = (pair.partition("=") for pair in text.split(";") if pair.strip())
    return {name.strip()[:60]: value.strip()[:500] for name, _, value in pairs}


def _variant(row: Row, sku: str, names: Sequence[str]) -> VariantData:
    values = {f"option{n}_name": row.text(f"option{n}_value", longest=100) for n in OPTIONS}
    return VariantData(
        sku=sku,
        barcode=row.text("barcode", longest=32).lstrip("'") or None,
        name=row.text("variant_name", longest=200),
        options={name: value for name, value in zip(names, values.values(), strict=False) if value},
        stock_policy=row.choice("stock_policy", StockPolicy.values, StockPolicy.TRACKED),
        weight_grams=row.integer("weight_grams", 0, lowest=0, highest=10_000_000) or 0,
        is_active=row.boolean("is_active", True),
    )


def _prices(row: Row, default_currency: str, at: datetime) -> list[PriceData]:
    currency = row.text("currency").upper() or default_currency
    if currency not in list_currencies():
        raise RowRefused("currency_unknown", "currency must be an ISO 4217 code.", "currency")
    found = []
    amount = row.money("price", currency)
    if amount is not None:
        found.append(PriceData(currency, amount))
    sale = row.money("sale_price", currency)
    begins, ends = row.moment("sale_from"), row.moment("sale_until")
    if sale is not None and (ends is None or ends > at):
        # A sale that began before this import is a sale from now on: the past is not ours to write.
        found.append(PriceData(currency, sale, True, begins if begins and begins > at else None, ends))
    elif row.cells.get("sale_price") is not None and amount is not None:
        found.append(PriceData(currency, None, True))
    return found


def _in_units(alias: str) -> str:
    """An amount in whole units, as the import reads it, for every currency that has not two digits too."""
    other = " ".join(
        f"WHEN '{currency}' THEN {digits}"
        for currency in sorted(list_currencies())
        if (digits := currency_exponent(currency)) != 2
    )
    places = f"CASE {alias}.currency {other} ELSE 2 END"
    return f"round({alias}.amount_minor / power(10::numeric, {places}), {places})"


PRODUCTS = Export(
    "products",
    "Products, one row a variant and currency",
    f"""
    SELECT coalesce(p.external_id, p.id::text) AS product_id, p.name, p.slug, p.description, p.vendor, coalesce(c.path, '') AS category,
           p.tax_category_id AS tax_category, p.status,
           (SELECT string_agg(tag, ',') FROM jsonb_array_elements_text(p.tags) AS tag) AS tags, p.attributes,
           coalesce(p.option_names->>0, '') AS option1_name, coalesce(v.options->>(p.option_names->>0), '') AS option1_value,
           coalesce(p.option_names->>1, '') AS option2_name, coalesce(v.options->>(p.option_names->>1), '') AS option2_value,
           coalesce(p.option_names->>2, '') AS option3_name, coalesce(v.options->>(p.option_names->>2), '') AS option3_value,
           v.sku, v.barcode, v.name AS variant_name, v.stock_policy, v.weight_grams, v.is_active,
           l.currency, {_in_units("l")} AS price,
           {_in_units("s")} AS sale_price, s.valid_from AS sale_from, s.valid_until AS sale_until,
           CASE WHEN v.position = 0 THEN i.url END AS image_url, CASE WHEN v.position = 0 THEN i.alt END AS image_alt
      FROM catalog_product p
      JOIN catalog_variant v ON v.product_id = p.id
      LEFT JOIN catalog_category c ON c.id = p.category_id
      LEFT JOIN catalog_price l ON l.variant_id = v.id AND NOT l.is_sale AND l.withdrawn_at IS NULL
            AND l.valid_from <= now() AND (l.valid_until IS NULL OR l.valid_until > now())
      LEFT JOIN catalog_price s ON s.variant_id = v.id AND s.is_sale AND s.withdrawn_at IS NULL AND s.currency = l.currency
            AND s.valid_from <= now() AND (s.valid_until IS NULL OR s.valid_until > now())
      LEFT JOIN LATERAL (
           SELECT url, alt FROM catalog_productimage WHERE product_id = p.id AND url <> '' ORDER BY position, id LIMIT 1
      ) i ON true
     ORDER BY p.id, v.position, v.sku, l.currency
    """,
)
