"""The demo brand's goods: whole, drawn, and the same at every load."""

from __future__ import annotations

from catalog.rules.barcodes import is_valid_barcode
from demo.art.__main__ import draw_all
from demo.catalogue import load_catalogue
from demo.people import imagine_people
from demo.places import PLACES


def test_every_variant_has_a_sku_and_a_valid_barcode_of_its_own():
    variants = [variant for product in load_catalogue().products for variant in product.variants]
    assert len(variants) == 691
    assert len({variant.sku for variant in variants}) == len(variants)
    assert len({variant.barcode for variant in variants}) == len(variants)
    assert all(is_valid_barcode(variant.barcode) and variant.barcode.startswith("2") for variant in variants)


def test_a_barcode_follows_from_the_name_alone():
    dress = next(product for product in load_catalogue().products if product.slug == "linen-wrap-dress")
    found = {variant.sku: variant.barcode for variant in dress.variants}
    assert found["LINEN-WRAP-DRESS-INK-10"] == "2187474043219"


def test_categories_relations_and_tax_categories_name_what_is_there():
    catalogue = load_catalogue()
    paths = {category.path for category in catalogue.categories}
    slugs = {product.slug for product in catalogue.products}
    assert all(category.parent is None or category.parent in paths for category in catalogue.categories)
    for product in catalogue.products:
        assert product.category in paths
        assert product.tax_category in {tax.code for tax in catalogue.tax_categories}
        related = {*product.complementary, *product.accessory, *product.similar}
        assert related <= slugs
        assert product.slug not in related


def test_every_product_is_drawn_in_every_colour_and_the_pictures_are_up_to_date():
    pictures = draw_all()
    assert len(pictures) == sum(len(product.colours) for product in load_catalogue().products) == 161
    stale = [path.name for path, text in pictures.items() if not path.exists() or path.read_text("utf-8") != text]
    assert stale == [], "run python -m demo.art"


def test_a_sale_price_is_below_the_list_price_and_ends_in_whole_dollars():
    reduced = [product for product in load_catalogue().products if product.sale_pct]
    assert {product.slug: product.sale_price_minor("USD") for product in reduced} == {
        "tideline-pocket-tee": 2_500,
        "headland-cardigan": 8_600,
        "lagoon-bandeau-suit": 6_200,
        "chandler-jacket": 9_900,
        "check-scarf": 4_500,
        "candle-driftwood": 2_700,
    }
    assert all(product.sale_price_minor("USD") < product.prices_minor["USD"] for product in reduced)


def test_imagined_people_are_the_same_for_the_same_seed_and_never_share_an_email():
    people = list(imagine_people(500))
    assert people == list(imagine_people(500))
    assert len({person.email for person in people}) == 500


def test_places_are_four_shops_a_popup_and_a_warehouse_with_people_in_each():
    assert [place.kind for place in PLACES].count("shop") == 4
    assert {place.kind for place in PLACES} == {"shop", "popup", "warehouse"}
    assert all(place.associates for place in PLACES)
    popup = next(place for place in PLACES if place.kind == "popup")
    assert popup.opens_in_days < 0 < popup.closes_in_days
