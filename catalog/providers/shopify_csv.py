"""Products as Shopify exports them: rows of one product share the Handle, later ones carry variants or pictures only.

Old and new column names are both taken; what Shopify keeps for other systems (SEO, Google Shopping, metafields) is left out.
Stock quantities are the stores' (`import shopify_stock`), and prices are in the brand's own currency: the file names none.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP

from catalog.providers.importing import Described, apply_groups, at_row
from catalog.rules.texts import plain_text
from catalog.services.data import ImageData, PriceData, ProductData, VariantData
from catalog.states import ProductStatus, StockPolicy
from omnichannel.kernel.context import Context
from omnichannel.transfer.ports import Applied, Batch, Column, Row, RowRefused

OPTIONS = (1, 2, 3)
_NO_OPTIONS = ("Title", "Default Title")


class ShopifyProductImporter:
    kind, title = "shopify_products", "Products as Shopify exports them"
    columns = (
        Column("Handle", required=True, aliases=("URL handle",)),
        Column("Title", required=True),
        Column("Body (HTML)", aliases=("Description",)),
        Column("Vendor"),
        Column("Product Category"),
        Column("Type"),
        Column("Tags"),
        Column("Published", aliases=("Published on online store",)),
        *(Column(f"Option{n} {part}") for n in OPTIONS for part in ("Name", "Value")),
        Column("Variant SKU", aliases=("SKU",)),
        Column("Variant Grams", aliases=("Weight value (grams)",)),
        Column("Variant Inventory Tracker", aliases=("Inventory tracker",)),
        Column("Variant Inventory Policy", aliases=("Continue selling when out of stock",)),
        Column("Variant Price", required=True, aliases=("Price",)),
        Column("Variant Compare At Price", aliases=("Compare-at price",)),
        Column("Variant Barcode", aliases=("Barcode",)),
        Column("Image Src", aliases=("Product image URL",)),
        Column("Image Position"),
        Column("Image Alt Text"),
        Column("Variant Image", aliases=("Variant image URL",)),
        Column("Status"),
    )
    batch_rows = 1_000
    group_by = "Handle"
    ignore_unknown = True

    def apply(self, batch: Batch, *, by: Context, at: datetime) -> Applied:
        return apply_groups(batch, _describe, by=by, at=at)


def _describe(rows: Sequence[Row], currency: str, at: datetime) -> Described:
    first = rows[0]
    handle = first.text("Handle", longest=120)
    names: list[str] = []
    variants: list[VariantData] = []
    variant_rows: list[Row] = []
    images: dict[str, tuple[int, ImageData]] = {}
    product: list[ProductData] = []

    def read_first(row: Row) -> None:
        if not handle:
            raise RowRefused("value_missing", "Handle must be given.", "Handle")
        names.extend(filter(None, (row.text(f"Option{n} Name", longest=60) for n in OPTIONS)))
        product.append(_product(row, handle))

    def read(row: Row) -> None:
        if url := row.text("Image Src", longest=500):
            place = row.integer("Image Position", len(images) + 1) or 0
            images[url] = (place, ImageData(url, row.text("Image Alt Text", longest=200)))
        if row.text("Variant Price") or row.text("Option1 Value"):
            variant = _variant(row, handle, names, currency)
            variants.append(variant)
            variant_rows.append(row)
            if url := row.text("Variant Image", longest=500):
                place = images[url][0] if url in images else len(images) + 1
                alt = images[url][1].alt if url in images else ""
                images[url] = (place, ImageData(url, alt, _shared_option(images, url, variant)))

    at_row(first, read_first)
    for row in rows:
        at_row(row, read)
    plain = names == [_NO_OPTIONS[0]] and len(variants) == 1
    ordered = tuple(image for _, image in sorted(images.values(), key=lambda entry: entry[0]))
    data = ProductData(
        **{
            name: getattr(product[0], name)
            for name in ProductData.__slots__
            if name not in ("variants", "images", "option_names")
        },
        option_names=() if plain else tuple(names),
        variants=tuple(variants),
        images=ordered,
    )
    return Described(data, rows, variant_rows)


def _product(row: Row, handle: str) -> ProductData:
    published = ProductStatus.ACTIVE if row.boolean("Published", True) else ProductStatus.DRAFT
    return ProductData(
        external_id=f"shopify:{handle}"[:120],
        slug=handle,
        name=row.text("Title", longest=200, required=True),
        description=plain_text(row.text("Body (HTML)", longest=500_000))[:50_000],
        vendor=row.text("Vendor", longest=120),
        category_path=(row.text("Product Category", longest=400) or row.text("Type", longest=120))
        .replace("/", "-")
        .replace(" > ", "/"),
        status=row.choice("Status", ProductStatus.values, published),
        tags=tuple(dict.fromkeys(tag.strip()[:60] for tag in row.text("Tags").split(",") if tag.strip())),
    )


def _variant(row: Row, handle: str, names: Sequence[str], currency: str) -> VariantData:
    values = [row.text(f"Option{n} Value", longest=100) for n in OPTIONS]
    options = {name: value for name, value in zip(names, values, strict=False) if value}
    if list(options.items()) == [_NO_OPTIONS]:
        options = {}
    # A Shopify variant needs no SKU; ours does, and the handle with the options is as lasting.
    sku = (
        row.text("Variant SKU", longest=80).lstrip("'")
        or "-".join((handle, *options.values())).replace(" ", "-").upper()[:80]
    )
    grams = row.decimal("Variant Grams")
    if grams is not None and not 0 <= grams <= 10_000_000:
        raise RowRefused("number_out_of_range", "Variant Grams must be between 0 and 10000000.", "Variant Grams")
    return VariantData(
        sku=sku,
        barcode=row.text("Variant Barcode", longest=33).lstrip("'") or None,
        options=options,
        stock_policy=_stock_policy(row),
        weight_grams=int(grams.quantize(1, ROUND_HALF_UP)) if grams is not None else 0,
        prices=_prices(row, currency),
    )


def _stock_policy(row: Row) -> str:
    if row.cells.get("Variant Inventory Tracker") is not None and not row.text("Variant Inventory Tracker"):
        return StockPolicy.UNTRACKED
    return (
        StockPolicy.BACKORDER
        if row.text("Variant Inventory Policy").lower() in ("continue", "true")
        else StockPolicy.TRACKED
    )


def _prices(row: Row, currency: str) -> tuple[PriceData, ...]:
    """Shopify's price is what is paid now; a higher compare-at price is what it was before the sale."""
    price, before = row.money("Variant Price", currency), row.money("Variant Compare At Price", currency)
    if price is None:
        return ()
    if before is not None and before > price:
        return PriceData(currency, before), PriceData(currency, price, True)
    return PriceData(currency, price), PriceData(currency, None, True)


def _shared_option(images: dict[str, tuple[int, ImageData]], url: str, variant: VariantData) -> dict[str, str]:
    """What the variants of one picture have in common: their colour, when they differ in size."""
    options = dict(variant.options or {})
    known = images[url][1].options if url in images else None
    return options if known is None else {name: value for name, value in known.items() if options.get(name) == value}
