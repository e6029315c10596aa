"""What carts ask: one statement, the price that holds, the picture that fits."""

from datetime import timedelta

import pytest

from catalog.queries import find_variant_by_code, list_sellables
from catalog.states import ProductStatus
from omnichannel.kernel.clock import now
from omnichannel.kernel.ids import uuid7
from tests.catalog.factories import CategoryFactory, ImageFactory, PriceFactory, ProductFactory, VariantFactory

pytestmark = pytest.mark.django_db


def test_a_sellable_carries_what_a_cart_needs_in_one_statement(django_assert_num_queries):
    # given a dress in a category with a list price, a sale until tomorrow and a planned price next week
    at = now()
    women = CategoryFactory(slug="women")
    product = ProductFactory(
        slug="dune-dress", name="Dune dress", category=CategoryFactory(slug="dresses", parent=women)
    )
    variant = VariantFactory(
        product=product, sku="DUNE-S", name="Sage, S", options={"Colour": "Sage", "Size": "S"}, price_minor=False
    )
    listed = at + timedelta(days=7)
    PriceFactory(variant=variant, amount_minor=9000, valid_until=listed)
    PriceFactory(variant=variant, amount_minor=9900, valid_from=listed)
    sale = PriceFactory(variant=variant, amount_minor=7000, is_sale=True, valid_until=at + timedelta(days=1))
    PriceFactory(variant=variant, amount_minor=8500, currency="EUR")
    ImageFactory(product=product, url="https://images.example/all.jpg")
    ImageFactory(product=product, url="https://images.example/rust.jpg", variant_options={"Colour": "Rust"}, position=1)
    ImageFactory(product=product, url="https://images.example/sage.jpg", variant_options={"Colour": "Sage"}, position=2)
    # when it is asked for
    with django_assert_num_queries(1):
        found = list_sellables([variant.id, uuid7()], "USD", at)
    # then only it is there, with the sale price, the list price beside it and the next boundary
    sellable = found.pop(variant.id)
    assert not found
    assert (sellable.price_minor, sellable.list_price_minor, sellable.price_id) == (7000, 9000, sale.id)
    assert sellable.price_until == at + timedelta(days=1)
    assert (sellable.sku, sellable.product_name, sellable.variant_name) == ("DUNE-S", "Dune dress", "Sage, S")
    assert sellable.options == {"Colour": "Sage", "Size": "S"}
    assert sellable.image_url == "https://images.example/sage.jpg"
    assert (sellable.category_path, sellable.tax_category, sellable.stock_policy) == (
        "women/dresses",
        "standard",
        "tracked",
    )
    assert sellable.is_sellable


def test_after_the_sale_the_list_price_holds_and_before_any_price_there_is_none():
    # given a price from yesterday and a sale that ended an hour ago
    at = now()
    variant = VariantFactory(price_minor=2500)
    PriceFactory(variant=variant, amount_minor=100, is_sale=True, valid_until=at - timedelta(hours=1))
    # when asked now, and two days back
    today = list_sellables([variant.id], "USD", at)[variant.id]
    before = list_sellables([variant.id], "USD", at - timedelta(days=2))[variant.id]
    # then the list price holds now; before there was none
    assert (today.price_minor, today.list_price_minor, today.price_until) == (2500, 2500, None)
    assert (before.price_minor, before.list_price_minor, before.price_id) == (None, None, None)
    assert list_sellables([variant.id], "EUR", at)[variant.id].price_minor is None


@pytest.mark.parametrize("change", ["inactive variant", "draft product"])
def test_what_may_not_be_sold_says_so_and_is_not_found_by_code(change):
    # given a variant that is off, or whose product is not active
    variant = VariantFactory(
        is_active=change != "inactive variant",
        product__status=ProductStatus.DRAFT if change == "draft product" else ProductStatus.ACTIVE,
    )
    # then it is not sellable, and no code leads to it
    assert not list_sellables([variant.id], "USD", now())[variant.id].is_sellable
    assert find_variant_by_code(variant.sku) is None
    assert find_variant_by_code(variant.barcode) is None


def test_a_code_is_a_sku_a_barcode_or_the_same_gtin_with_other_zeros(django_assert_num_queries):
    # given a UPC-A on one variant and a SKU that reads like a barcode on another
    upc = VariantFactory(sku="MUG", barcode="036000291452")
    digits = VariantFactory(sku="4006381333931", barcode=None)
    # when they are looked up
    with django_assert_num_queries(1):
        by_ean = find_variant_by_code("0036000291452")
    # then the zeros of the scanner do not matter, and a SKU wins
    assert by_ean.variant_id == upc.id and by_ean.sku == "MUG"
    assert find_variant_by_code("MUG").variant_id == upc.id
    assert find_variant_by_code("4006381333931").variant_id == digits.id
    assert find_variant_by_code("nothing") is None
