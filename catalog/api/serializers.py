"""What the catalogue's API takes and shows. Reads are stored documents: the outputs here describe them."""

from datetime import datetime
from typing import Any

from babel.numbers import list_currencies
from django.core.validators import RegexValidator
from rest_framework import serializers

from catalog.services.data import ImageData, PriceData, ProductData, VariantData
from catalog.states import ProductStatus, RelationKind, StockPolicy
from omnichannel.rest.serializers import (
    InputSerializer,
    MoneySerializer,
    StrictBooleanField,
    StrictCharField,
    StrictIntegerField,
    StrictUUIDField,
)

MAX_AMOUNT = 10**12
SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"


class SlugField(StrictCharField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators.append(RegexValidator(SLUG))


class CurrencyField(StrictCharField):
    default_error_messages = {"currency": "A currency is an ISO 4217 code, such as USD."}

    def to_internal_value(self, data: Any) -> str:
        value = super().to_internal_value(data)
        if value not in list_currencies():
            self.fail("currency")
        return value


class MomentField(serializers.DateTimeField):
    """RFC 3339 between 1970 and 9000: what both the database and Python can hold."""

    default_error_messages = {"range": "This moment is out of range."}

    def to_internal_value(self, value: Any) -> datetime:
        if not isinstance(value, str):
            self.fail("invalid", format="RFC 3339")
        moment: datetime = super().to_internal_value(value)
        if not 1970 <= moment.year < 9000:
            self.fail("range")
        return moment


class TextMapField(serializers.DictField):
    """A few short texts by name, in order."""

    default_error_messages = {"names": "Names are 1 to 60 characters, at most 30 of them, without control characters."}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("child", StrictCharField(max_length=500))
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> dict[str, str]:
        if isinstance(data, dict) and (
            len(data) > 30 or not all(0 < len(name) <= 60 and name.isprintable() for name in data)
        ):
            self.fail("names")
        return super().to_internal_value(data)


class PriceInput(InputSerializer):
    currency = CurrencyField(min_length=3, max_length=3)
    amount_minor = StrictIntegerField(min_value=0, max_value=MAX_AMOUNT)
    sale = StrictBooleanField(default=False)
    valid_from = MomentField(required=False, allow_null=True, help_text="From now on when absent.")
    valid_until = MomentField(required=False, allow_null=True, help_text="Until further notice when absent.")


class PricesInput(InputSerializer):
    prices: serializers.ListSerializer[Any] = serializers.ListSerializer(
        child=PriceInput(), allow_empty=False, max_length=50
    )


class VariantFields(InputSerializer):
    sku = StrictCharField(max_length=80)
    barcode = StrictCharField(max_length=32, allow_null=True)
    name = StrictCharField(max_length=200, allow_blank=True)
    options = TextMapField(child=StrictCharField(max_length=100))
    stock_policy = serializers.ChoiceField(StockPolicy.choices)
    weight_grams = StrictIntegerField(min_value=0, max_value=10_000_000)
    is_active = StrictBooleanField()


class VariantInput(VariantFields):
    prices: serializers.ListSerializer[Any] = serializers.ListSerializer(
        child=PriceInput(), required=False, max_length=50
    )

    def get_fields(self) -> dict[str, serializers.Field]:
        return _optional(super().get_fields(), but={"sku"})


class VariantPatch(VariantFields):
    position = StrictIntegerField(min_value=0)

    def get_fields(self) -> dict[str, serializers.Field]:
        return _optional(super().get_fields())


class ImageInput(InputSerializer):
    url = StrictCharField(max_length=500, help_text="An http(s) address, or a path of this site.")
    alt = StrictCharField(max_length=200, allow_blank=True, required=False)
    options = TextMapField(required=False, help_text='Shown for variants with these options, e.g. {"Colour": "Sage"}.')


class ProductFields(InputSerializer):
    name = StrictCharField(max_length=200)
    slug = SlugField(max_length=190)
    description = StrictCharField(max_length=50_000, allow_blank=True)
    vendor = StrictCharField(max_length=120, allow_blank=True)
    category_path = StrictCharField(max_length=500, allow_blank=True, help_text="Slugs from the root: women/dresses.")
    tax_category = StrictCharField(max_length=40)
    status = serializers.ChoiceField(ProductStatus.choices)
    attributes = TextMapField()
    tags = serializers.ListField(child=StrictCharField(max_length=60), max_length=50)


class ProductPatch(ProductFields):
    def get_fields(self) -> dict[str, serializers.Field]:
        return _optional(super().get_fields())


class ProductPut(ProductFields):
    option_names = serializers.ListField(child=StrictCharField(max_length=60), max_length=5)
    variants: serializers.ListSerializer[Any] = serializers.ListSerializer(child=VariantInput(), max_length=300)
    images: serializers.ListSerializer[Any] = serializers.ListSerializer(child=ImageInput(), max_length=100)

    def get_fields(self) -> dict[str, serializers.Field]:
        return _optional(super().get_fields(), but={"name"})


class ProductInput(ProductPut):
    external_id = StrictCharField(max_length=120, required=False, allow_null=True)


class RelationsInput(InputSerializer):
    kind = serializers.ChoiceField(RelationKind.choices)
    related = serializers.ListField(child=StrictUUIDField(), max_length=50, help_text="Products, in order.")


class CategoryFields(InputSerializer):
    name = StrictCharField(max_length=120)
    slug = SlugField(max_length=120)
    parent_id = StrictUUIDField(allow_null=True)
    position = StrictIntegerField(min_value=0)


class CategoryInput(CategoryFields):
    def get_fields(self) -> dict[str, serializers.Field]:
        return _optional(super().get_fields(), but={"name"})


class CategoryPatch(CategoryFields):
    def get_fields(self) -> dict[str, serializers.Field]:
        return _optional(super().get_fields())


class CategoryOutput(serializers.Serializer):
    id = serializers.UUIDField()
    parent_id = serializers.UUIDField(allow_null=True)
    path = serializers.CharField()
    name = serializers.CharField()
    slug = serializers.CharField()
    position = serializers.IntegerField()


class CategoryListOutput(serializers.Serializer):
    items = CategoryOutput(many=True)
    next = serializers.CharField(allow_null=True)


class ImageOutput(serializers.Serializer):
    url = serializers.CharField()
    alt = serializers.CharField(allow_blank=True)
    options = serializers.DictField(child=serializers.CharField())


class VariantOutput(serializers.Serializer):
    id = serializers.UUIDField()
    sku = serializers.CharField()
    barcode = serializers.CharField(allow_null=True)
    name = serializers.CharField(allow_blank=True)
    options = serializers.DictField(child=serializers.CharField())
    price = MoneySerializer(allow_null=True)
    list_price = MoneySerializer(allow_null=True)
    sale = serializers.BooleanField()
    stock_policy = serializers.ChoiceField(StockPolicy.choices)
    image_url = serializers.CharField(allow_blank=True)


class CardOutput(serializers.Serializer):
    id = serializers.UUIDField()
    slug = serializers.CharField()
    name = serializers.CharField()
    image_url = serializers.CharField(allow_blank=True)
    price = MoneySerializer(allow_null=True)
    list_price = MoneySerializer(allow_null=True)
    sale = serializers.BooleanField()
    price_varies = serializers.BooleanField()
    options = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))


class CategoryRef(serializers.Serializer):
    path = serializers.CharField()
    name = serializers.CharField()


class RelationsOutput(serializers.Serializer):
    complementary = CardOutput(many=True)
    similar = CardOutput(many=True)
    accessory = CardOutput(many=True)


class ProductOutput(serializers.Serializer):
    id = serializers.UUIDField()
    slug = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    vendor = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(ProductStatus.choices)
    category = CategoryRef(allow_null=True)
    attributes = serializers.DictField(child=serializers.CharField(allow_blank=True))
    tags = serializers.ListField(child=serializers.CharField())
    option_names = serializers.ListField(child=serializers.CharField())
    images = ImageOutput(many=True)
    price = MoneySerializer(allow_null=True)
    list_price = MoneySerializer(allow_null=True)
    sale = serializers.BooleanField()
    variants = VariantOutput(many=True)
    relations = RelationsOutput()
    version = serializers.IntegerField()


class FacetValueOutput(serializers.Serializer):
    value = serializers.CharField()
    count = serializers.IntegerField()


class FacetOutput(serializers.Serializer):
    name = serializers.CharField(help_text="The query parameter that narrows by it.")
    values = FacetValueOutput(many=True)


class PriceRangeOutput(serializers.Serializer):
    min = MoneySerializer()
    max = MoneySerializer()


class ProductListOutput(serializers.Serializer):
    items = CardOutput(many=True)
    next = serializers.CharField(allow_null=True)
    total = serializers.IntegerField(allow_null=True, help_text="On the first page.")
    facets = FacetOutput(many=True, help_text="On the first page.")
    price_range = PriceRangeOutput(allow_null=True)


class VariantByCodeOutput(serializers.Serializer):
    variant = VariantOutput()
    product = CardOutput()


class PriceOutput(serializers.Serializer):
    id = serializers.IntegerField()
    currency = serializers.CharField()
    amount_minor = serializers.IntegerField()
    sale = serializers.BooleanField()
    valid_from = serializers.DateTimeField()
    valid_until = serializers.DateTimeField(allow_null=True)
    withdrawn_at = serializers.DateTimeField(allow_null=True)


class PriceListOutput(serializers.Serializer):
    items = PriceOutput(many=True)
    next = serializers.CharField(allow_null=True)


def price_data(row: dict[str, Any]) -> PriceData:
    return PriceData(row["currency"], row["amount_minor"], row["sale"], row.get("valid_from"), row.get("valid_until"))


def variant_data(row: dict[str, Any]) -> VariantData:
    given = {name: value for name, value in row.items() if name != "prices"}
    return VariantData(**given, prices=tuple(price_data(price) for price in row.get("prices", ())))


def product_data(row: dict[str, Any], *, external_id: str | None = None) -> ProductData:
    given = {name: value for name, value in row.items() if name not in ("variants", "images", "external_id")}
    images = tuple(ImageData(**image) for image in row["images"]) if "images" in row else None
    return ProductData(
        **given,
        external_id=external_id or row.get("external_id"),
        variants=tuple(variant_data(variant) for variant in row.get("variants", ())),
        images=images,
    )


def _optional(fields: dict[str, Any], *, but: frozenset[str] | set[str] = frozenset()) -> dict[str, Any]:
    for name, entry in fields.items():
        entry.required = name in but
    return fields
