"""Writing products: facts once, versions, documents made at write time, nothing half done."""

from datetime import timedelta

import orjson
import pytest

from catalog.errors import BarcodeInvalid, BarcodeTaken, OptionsMismatch, SkuTaken, StateMoveInvalid
from catalog.models import Price, Product, ProductDocument, Variant
from catalog.services.batches import put_products
from catalog.services.categories import create_category, ensure_categories, move_category
from catalog.services.data import ImageData, PriceData, ProductData, VariantData
from catalog.services.documents import refresh_documents
from catalog.services.prices import end_price, set_prices
from catalog.services.products import add_variant, create_product, put_product, update_product, update_variant
from catalog.services.relations import set_relations
from omnichannel.events.models import Event
from omnichannel.kernel.clock import now
from omnichannel.kernel.errors import Stale
from tests.catalog.factories import VariantFactory, ean

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standard_tax")]


def dress(**changes) -> ProductData:
    values = {
        "name": "Dune dress",
        "external_id": "ext-1",
        "status": "active",
        "variants": (
            VariantData(sku="DUNE-S", barcode=ean(1), options={"Size": "S"}, prices=(PriceData("USD", 9000),)),
            VariantData(sku="DUNE-M", barcode=ean(2), options={"Size": "M"}, prices=(PriceData("USD", 9500),)),
        ),
        "images": (ImageData("https://images.example/dune.jpg", "A dress"),),
    }
    return ProductData(**(values | changes))


def document(product, currency="USD"):
    return orjson.loads(ProductDocument.objects.get(product=product, currency=currency).body)


def names_of_facts():
    return sorted(Event.objects.filter(name__regex="^(product|price)").values_list("name", flat=True))


def test_a_new_product_has_its_document_facts_and_first_prices(by):
    # when a product with two variants is created
    product = create_product(data=dress(), by=by, at=now())
    # then its public document is ready and each price has a row
    body = document(product)
    assert (body["slug"], body["version"], body["status"]) == ("dune-dress", 2, "active")
    assert [(v["sku"], v["price"], v["name"]) for v in body["variants"]] == [
        ("DUNE-S", {"amount_minor": 9000, "currency": "USD"}, "S"),
        ("DUNE-M", {"amount_minor": 9500, "currency": "USD"}, "M"),
    ]
    assert body["price"] == {"amount_minor": 9000, "currency": "USD"} and body["sale"] is False
    assert body["images"] == [{"url": "https://images.example/dune.jpg", "alt": "A dress", "options": {}}]
    assert names_of_facts() == ["product.created"]


def test_putting_the_same_product_again_changes_nothing(by):
    # given a product that was put
    product, created = put_product(data=dress(), by=by, at=now())
    version, events = Product.objects.get(pk=product.pk).version, Event.objects.count()
    # when the same is put again
    again, created_again = put_product(data=dress(), by=by, at=now())
    # then it is the same row, version, prices and facts
    assert (created, created_again, again.pk, again.version) == (True, False, product.pk, version)
    assert Price.objects.count() == 2 and Event.objects.count() == events


def test_a_batch_reports_the_refused_and_keeps_the_rest(by):
    # given a SKU that is taken
    VariantFactory(sku="TAKEN")
    items = [
        dress(external_id="a", name="A", variants=(VariantData(sku="A1"),)),
        dress(external_id="b", name="B", variants=(VariantData(sku="TAKEN"),)),
        dress(external_id="c", name="C", variants=(VariantData(sku="C1", barcode="4006381333930"),)),
        dress(external_id="d", name="D", variants=(VariantData(sku="A1"),)),
    ]
    # when they are put together
    results = put_products(items=items, by=by, at=now())
    # then the first is in and each of the others says why not
    assert [type(r.error) for r in results] == [type(None), SkuTaken, BarcodeInvalid, SkuTaken]
    assert list(Product.objects.filter(external_id__in="abcd").values_list("external_id", flat=True)) == ["a"]


def test_a_batch_takes_as_many_statements_for_thirty_products_as_for_three(by, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def put(first, count):
        items = [
            dress(
                external_id=f"e{n}", name=f"P{n}", variants=(VariantData(sku=f"S{n}", prices=(PriceData("USD", 100),)),)
            )
            for n in range(first, first + count)
        ]
        with CaptureQueriesContext(
            connection,
        ) as captured:
            put_products(items=items, by=by, at=now())
        return len(captured)

    assert put(0, 3) == put(100, 30)


def test_a_price_change_keeps_history_and_moves_document_and_version(by):
    # given a product at 90.00
    at = now()
    product = create_product(data=dress(), by=by, at=at - timedelta(days=1))
    variant = Variant.objects.get(sku="DUNE-S")
    # when the price is raised, and set to the same once more
    changed = set_prices(variant_id=variant.pk, prices=[PriceData("USD", 9900)], expected_version=2, by=by, at=at)
    set_prices(variant_id=variant.pk, prices=[PriceData("USD", 9900)], by=by, at=at + timedelta(hours=1))
    # then the first row is closed, the second open, and the document shows it
    assert list(
        Price.objects.filter(variant=variant).order_by("id").values_list("amount_minor", "valid_until", "created_by")
    ) == [
        (9000, at, "staff:1"),
        (9900, None, "staff:1"),
    ]
    assert changed.version == 3 and document(product)["variants"][0]["price"]["amount_minor"] == 9900
    fact = Event.objects.filter(name="price.changed", data__sku="DUNE-S").latest("id").data
    assert (fact["previous_minor"], fact["amount_minor"]) == (9000, 9900)
    # and acting on the old version is refused
    with pytest.raises(Stale):
        set_prices(variant_id=variant.pk, prices=[PriceData("USD", 1)], expected_version=2, by=by, at=at)


def test_a_sale_shows_while_it_holds_and_is_gone_after_without_any_write(by):
    # given a sale from tomorrow for a day
    at = now()
    product = create_product(data=dress(), by=by, at=at)
    variant = Variant.objects.get(sku="DUNE-S")
    begins, ends = at + timedelta(days=1), at + timedelta(days=2)
    set_prices(variant_id=variant.pk, prices=[PriceData("USD", 7000, True, begins, ends)], by=by, at=at)
    stored = ProductDocument.objects.get(product=product, currency="USD")
    assert (document(product)["sale"], stored.until) == (False, begins)
    # when its time comes, and goes
    refresh_documents(product_ids=[product.pk], at=begins)
    during = document(product)
    refresh_documents(product_ids=[product.pk], at=ends)
    after = document(product)
    # then the document shows it in between only, each time as a new version
    assert (during["sale"], during["price"]["amount_minor"], during["list_price"]["amount_minor"]) == (True, 7000, 9000)
    assert (after["sale"], after["price"]["amount_minor"], after["list_price"]) == (False, 9000, None)
    assert after["version"] == during["version"] + 1
    assert ProductDocument.objects.get(product=product, currency="USD").until is None
    # and a refresh that finds nothing new leaves the version
    refresh_documents(product_ids=[product.pk], at=ends)
    assert document(product)["version"] == after["version"]


def test_a_planned_price_can_be_taken_back_and_a_standing_one_ended(by):
    # given a standing and a planned price
    at = now()
    create_product(data=dress(), by=by, at=at - timedelta(days=1))
    variant = Variant.objects.get(sku="DUNE-S")
    set_prices(variant_id=variant.pk, prices=[PriceData("USD", 1, valid_from=at + timedelta(days=1))], by=by, at=at)
    standing, planned = Price.objects.filter(variant=variant).order_by("id")
    # when both are ended
    end_price(variant_id=variant.pk, price_id=planned.pk, by=by, at=at)
    end_price(variant_id=variant.pk, price_id=standing.pk, by=by, at=at)
    # then the planned one never holds and the standing one ends now
    planned.refresh_from_db()
    standing.refresh_from_db()
    assert (planned.withdrawn_at, standing.valid_until) == (at, at)


def test_fields_status_and_variants_change_with_facts(by):
    # given a product
    product = create_product(data=dress(status="draft"), by=by, at=now())
    # when it is renamed, activated, given a variant and one of its own is renamed
    update_product(product_id=product.pk, changes={"name": "Dune", "status": "active"}, by=by, at=now())
    added = add_variant(product_id=product.pk, data=VariantData(sku="DUNE-L", options={"Size": "L"}), by=by, at=now())
    update_variant(variant_id=added.pk, changes={"is_active": False}, by=by, at=now())
    # then the document follows and every change is told once
    body = document(product)
    assert (body["name"], body["status"], [v["sku"] for v in body["variants"]]) == (
        "Dune",
        "active",
        ["DUNE-S", "DUNE-M"],
    )
    assert [fact.data["changed"] for fact in Event.objects.filter(name="product.updated").order_by("id")] == [
        ["name", "status"],
        ["variants"],
        ["variants"],
    ]
    # and what rules refuse changes nothing
    with pytest.raises(StateMoveInvalid):
        update_product(product_id=product.pk, changes={"status": "draft"}, by=by, at=now())
    with pytest.raises(OptionsMismatch):
        add_variant(product_id=product.pk, data=VariantData(sku="X", options={"Size": "S"}), by=by, at=now())
    with pytest.raises(BarcodeTaken):
        add_variant(
            product_id=product.pk, data=VariantData(sku="X", barcode=ean(1), options={"Size": "X"}), by=by, at=now()
        )
    assert Event.objects.filter(name="product.updated").count() == 3


def test_relations_show_cards_and_follow_the_prices_of_others(by):
    # given a hat that goes with a dress
    at = now()
    product = create_product(data=dress(), by=by, at=at)
    hat = create_product(
        data=ProductData(
            name="Hat", status="active", variants=(VariantData(sku="HAT", prices=(PriceData("USD", 3000),)),)
        ),
        by=by,
        at=at,
    )
    set_relations(product_id=product.pk, kind="accessory", related_ids=[hat.pk], by=by, at=at)
    assert [card["slug"] for card in document(product)["relations"]["accessory"]] == ["hat"]
    # when the hat's price changes and the fact is delivered, twice
    from catalog.handlers import refresh_related
    from catalog.services.documents import list_due
    from omnichannel.events.ports import RecordedEvent

    set_prices(
        variant_id=Variant.objects.get(sku="HAT").pk, prices=[PriceData("USD", 3500)], by=by, at=at + timedelta(hours=1)
    )
    row = Event.objects.filter(name="price.changed").latest("id")
    event = RecordedEvent(**{name: getattr(row, name) for name in RecordedEvent.__slots__})
    refresh_related([event])
    refresh_related([event])
    due = list_due(at=now(), limit=10)
    refresh_documents(product_ids=due, at=at + timedelta(hours=1))
    # then the dress shows the new price
    assert due == [product.pk]
    assert document(product)["relations"]["accessory"][0]["price"]["amount_minor"] == 3500


def test_moving_a_category_keeps_the_paths_below_right_and_marks_the_products(by):
    # given Women > Dresses > Long with a product
    ensure_categories(paths=["Women > Dresses > Long"])
    product = create_product(data=dress(category_path="women/dresses/long"), by=by, at=now())
    sale = create_category(name="Sale")
    dresses = ensure_categories(paths=["women/dresses"])["women/dresses"]
    # when Dresses moves below Sale
    at = now()
    move_category(category_id=dresses.pk, parent_id=sale.pk, at=at)
    refresh_documents(product_ids=[product.pk], at=at)
    # then the whole branch has moved, and the product says so
    assert document(product)["category"] == {"path": "sale/dresses/long", "name": "Long"}
    assert Product.objects.get(pk=product.pk).facets[:3] == [
        "category=sale",
        "category=sale/dresses",
        "category=sale/dresses/long",
    ]
