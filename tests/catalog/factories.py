"""The valid minimum of what is sold. Values that matter to a test stand in the test."""

from datetime import timedelta

import factory
from factory.django import DjangoModelFactory

from catalog.models import Category, Price, Product, ProductImage, ProductRelation, TaxCategory, Variant
from catalog.rules.barcodes import check_digit
from catalog.states import ProductStatus, RelationKind
from omnichannel.kernel.clock import now


class TaxCategoryFactory(DjangoModelFactory):
    class Meta:
        model = TaxCategory
        django_get_or_create = ("code",)

    code = "standard"
    name = "Standard"


class CategoryFactory(DjangoModelFactory):
    class Meta:
        model = Category

    slug = factory.Sequence(lambda n: f"category-{n}")
    name = factory.LazyAttribute(lambda o: o.slug.replace("-", " ").capitalize())
    path = factory.LazyAttribute(lambda o: f"{o.parent.path}/{o.slug}" if o.parent else o.slug)
    parent = None


class ProductFactory(DjangoModelFactory):
    """An active product without variants. Its public document is made by `catalog.services.documents.refresh_documents`."""

    class Meta:
        model = Product

    slug = factory.Sequence(lambda n: f"product-{n}")
    name = factory.Sequence(lambda n: f"Product {n}")
    tax_category = factory.SubFactory(TaxCategoryFactory)
    status = ProductStatus.ACTIVE


def ean(number: int) -> str:
    """An EAN-13 of the in-store range."""
    body = f"29{number:010d}"
    return body + check_digit(body)


class VariantFactory(DjangoModelFactory):
    """A variant of a product of its own, at 19.99 USD (`price_minor=False`: without a price)."""

    class Meta:
        model = Variant
        skip_postgeneration_save = True

    product = factory.SubFactory(ProductFactory)
    sku = factory.Sequence(lambda n: f"SKU-{n}")
    barcode = factory.Sequence(ean)

    @factory.post_generation
    def price_minor(self, create, extracted, currency="USD", **kwargs):
        """`VariantFactory(price_minor=2500, price_minor__currency="EUR")`; not given means 1999 USD."""
        amount = 1999 if extracted is None else extracted
        if create and amount is not False:
            PriceFactory(variant=self, amount_minor=amount, currency=currency)


class PriceFactory(DjangoModelFactory):
    """A list price that has held for a day and has no end."""

    class Meta:
        model = Price

    variant = factory.SubFactory(VariantFactory, price_minor=False)
    currency = "USD"
    amount_minor = 1999
    valid_from = factory.LazyFunction(lambda: now() - timedelta(days=1))


class ImageFactory(DjangoModelFactory):
    class Meta:
        model = ProductImage

    product = factory.SubFactory(ProductFactory)
    url = factory.Sequence(lambda n: f"https://images.example/{n}.jpg")


class RelationFactory(DjangoModelFactory):
    class Meta:
        model = ProductRelation

    product = factory.SubFactory(ProductFactory)
    related = factory.SubFactory(ProductFactory)
    kind = RelationKind.COMPLEMENTARY
