"""Readers: search, facets, order, pages, ETags; the statements of the hot reads are counted."""

from datetime import timedelta

import pytest
from django.test import Client

from catalog.models import Product, ProductDocument, Variant
from catalog.services.categories import ensure_categories
from catalog.services.data import PriceData, ProductData, VariantData
from catalog.services.prices import set_prices
from catalog.services.products import create_product
from omnichannel.kernel.clock import now
from tests.catalog.factories import PriceFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standard_tax")]


@pytest.fixture
def shop(by):
    """Three dresses and a hat."""
    ensure_categories(paths=["Women > Dresses", "Women > Hats"])

    def add(name, slug, amount, category, sizes, **more):
        return create_product(
            data=ProductData(
                name=name,
                slug=slug,
                status="active",
                category_path=category,
                attributes={"Material": more.pop("material", "Linen")},
                variants=tuple(
                    VariantData(
                        sku=f"{slug}-{size}".upper(), options={"Size": size}, prices=(PriceData("USD", amount),)
                    )
                    for size in sizes
                ),
                **more,
            ),
            by=by,
            at=now(),
        )

    add("Dune Dress", "dune-dress", 9000, "women/dresses", ["S", "M"])
    add("Crème dress", "creme-dress", 7000, "women/dresses", ["M"], material="Cotton")
    add("Dressy Dune coat dress", "coat-dress", 19000, "women/dresses", ["L"], description="For the dunes in winter.")
    add("Straw hat", "straw-hat", 3000, "women/hats", ["S"], material="Straw", description="Goes with dresses.")
    add("Draft dress", "draft-dress", 100, "women/dresses", ["S"])
    Product.objects.filter(slug="draft-dress").update(status="draft")


def slugs(client, query):
    answer = client.get(f"/api/v1/products{query}")
    assert answer.status_code == 200, answer.content
    return [item["slug"] for item in answer.json()["items"]]


def test_every_word_is_a_prefix_without_accents_or_case(client, shop):
    # then words match beginnings, in any order, in names before descriptions
    assert set(slugs(client, "?q=dress%20dun")) == {"dune-dress", "coat-dress"}
    assert slugs(client, "?q=dress")[-1] == "straw-hat" and len(slugs(client, "?q=dress")) == 4
    assert slugs(client, "?q=CREME%20dr") == ["creme-dress"]
    assert slugs(client, "?q=cr%C3%A8me") == ["creme-dress"]
    assert slugs(client, "?q=straw-hat-s") == ["straw-hat"]
    assert slugs(client, "?q=dresses%20with%20the%20straw") == ["straw-hat"]
    assert set(slugs(client, "?q=dunes")) == {"coat-dress", "dune-dress"}
    assert slugs(client, "?q=nothing") == []
    assert slugs(client, "?q=%27%3A*%20%26%7C!()%5C") == slugs(client, "")


def test_facets_count_what_each_value_would_leave(client, shop):
    # when dresses are listed, narrowed to one material
    answer = client.get("/api/v1/products?category=women/dresses&attribute.Material=Linen").json()
    facets = {facet["name"]: {v["value"]: v["count"] for v in facet["values"]} for facet in answer["facets"]}
    # then other facets count within the choice and the chosen ones as if they were not
    assert answer["total"] == 2
    assert facets["attribute.Material"] == {"Linen": 2, "Cotton": 1}
    assert facets["option.Size"] == {"S": 1, "M": 1, "L": 1}
    assert facets["category"] == {"women": 2, "women/dresses": 2}
    assert answer["price_range"] == {
        "min": {"amount_minor": 9000, "currency": "USD"},
        "max": {"amount_minor": 19000, "currency": "USD"},
    }
    # and values of one facet add up, those of different facets narrow
    assert set(slugs(client, "?option.Size=S&option.Size=L")) == {"dune-dress", "coat-dress", "straw-hat"}
    assert slugs(client, "?option.Size=S&attribute.Material=Straw") == ["straw-hat"]
    assert slugs(client, "?price_min=7000&price_max=9000&sort=price") == ["creme-dress", "dune-dress"]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("newest", ["straw-hat", "coat-dress", "creme-dress", "dune-dress"]),
        ("price", ["straw-hat", "creme-dress", "dune-dress", "coat-dress"]),
        ("-price", ["coat-dress", "dune-dress", "creme-dress", "straw-hat"]),
    ],
)
def test_pages_follow_the_order_without_gaps_or_repeats(client, shop, sort, expected):
    # when the list is walked one by one
    found, cursor = [], ""
    while True:
        answer = client.get(f"/api/v1/products?sort={sort}&limit=1&cursor={cursor}").json()
        found += [item["slug"] for item in answer["items"]]
        cursor = answer["next"]
        if cursor is None:
            break
    # then every product comes once, in order
    assert found == expected


def test_relevance_and_name_can_be_walked_too(client, shop):
    # when both orders are walked one by one
    for query in ("?q=dress&limit=1", "?sort=name&limit=1"):
        found, cursor = [], ""
        while cursor is not None:
            answer = client.get(f"/api/v1/products{query}&cursor={cursor}").json()
            found += [item["slug"] for item in answer["items"]]
            cursor = answer["next"]
        # then all four come, once each
        assert sorted(found) == ["coat-dress", "creme-dress", "dune-dress", "straw-hat"]


def test_hot_reads_cost_one_and_two_statements(client, shop, django_assert_num_queries):
    with django_assert_num_queries(1):
        client.get("/api/v1/products/dune-dress")
    product_id = Product.objects.get(slug="dune-dress").pk
    with django_assert_num_queries(1):
        client.get(f"/api/v1/products/{product_id}")
    with django_assert_num_queries(2):
        client.get("/api/v1/products?q=dress&category=women/dresses&limit=20")
    first = client.get("/api/v1/products?limit=1").json()
    with django_assert_num_queries(1):
        client.get(f"/api/v1/products?limit=1&cursor={first['next']}")
    with django_assert_num_queries(2):
        client.get("/api/v1/variants/by-code/DUNE-DRESS-S")


def test_an_unchanged_product_is_not_sent_twice(client, shop, by):
    # given a reader that holds the product
    answer = client.get("/api/v1/products/dune-dress")
    tag = answer["ETag"]
    assert answer["Cache-Control"] == "public, no-cache" and answer.json()["version"] == int(tag.strip('"'))
    # when nothing changed, and after a price change
    same = client.get("/api/v1/products/dune-dress", headers={"If-None-Match": tag})
    set_prices(variant_id=Variant.objects.get(sku="DUNE-DRESS-S").pk, prices=[PriceData("USD", 8000)], by=by, at=now())
    changed = client.get("/api/v1/products/dune-dress", headers={"If-None-Match": tag})
    # then the first is a 304 and the second the new document
    assert (same.status_code, same.content) == (304, b"")
    assert (changed.status_code, changed.json()["price"]["amount_minor"]) == (200, 8000)
    # and lists have tags too
    listed = client.get("/api/v1/products")
    assert client.get("/api/v1/products", headers={"If-None-Match": listed["ETag"]}).status_code == 304


def test_a_read_past_the_boundary_makes_the_document_anew_first(client, shop, by):
    # given a sale whose time came without a sweep
    at = now()
    variant = Variant.objects.get(sku="STRAW-HAT-S")
    PriceFactory(
        variant=variant,
        amount_minor=2000,
        is_sale=True,
        valid_from=at - timedelta(hours=1),
        valid_until=at + timedelta(days=1),
    )
    ProductDocument.objects.filter(product=variant.product_id).update(until=at - timedelta(hours=1))
    # then both reads show it
    body = client.get("/api/v1/products/straw-hat").json()
    assert (body["sale"], body["price"]["amount_minor"], body["list_price"]["amount_minor"]) == (True, 2000, 3000)
    ProductDocument.objects.update(until=at)
    assert client.get("/api/v1/products?q=straw").json()["items"][0]["price"]["amount_minor"] == 2000


def test_drafts_and_unknown_things_are_the_same_nothing(client, shop):
    draft, unknown = client.get("/api/v1/products/draft-dress"), client.get("/api/v1/products/nothing")
    assert draft.status_code == unknown.status_code == 404 and draft.content == unknown.content
    assert client.get("/api/v1/variants/by-code/DRAFT-DRESS-S").status_code == 404


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("?sort=best", "/sort"),
        ("?sort=relevance", "/sort"),
        ("?price_min=-1", "/price_min"),
        ("?limit=0", "/limit"),
        ("?currency=usd", "/currency"),
        ("?cursor=abc", "/cursor"),
        ("?status=draft", "/status"),
        ("?q=" + "x" * 201, "/q"),
        ("?sort=newest&cursor=WyJ4IiwieCJd", "/cursor"),
    ],
)
def test_bad_questions_are_named(client: Client, shop, query, pointer):
    answer = client.get(f"/api/v1/products{query}")
    assert answer.status_code == 422 and answer.json()["errors"][0]["pointer"] == pointer
