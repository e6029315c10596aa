"""Integrations write with a key of scope catalog:write; strict input, versions, replays."""

import io

import pytest
from PIL import Image

from catalog.models import Category, Price, Product, Variant
from omnichannel.integrations.models import ApiKey
from omnichannel.kernel.ids import token_hash
from tests.catalog.factories import ean

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standard_tax")]


@pytest.fixture
def api(client):
    """Calls the API as an integration with both scopes."""
    ApiKey.objects.create(
        name="ERP", prefix="test", secret_hash=token_hash("secret"), scopes=["catalog:read", "catalog:write"]
    )

    def call(method, path, body=None, *, key="secret", **headers):
        names = {name.replace("_", "-"): value for name, value in headers.items()} | {"Authorization": f"Bearer {key}"}
        return getattr(client, method)(f"/api/v1{path}", body, content_type="application/json", headers=names)

    return call


DRESS = {
    "name": "Dune dress",
    "status": "active",
    "option_names": ["Size"],
    "variants": [
        {
            "sku": "DUNE-S",
            "barcode": ean(7),
            "options": {"Size": "S"},
            "prices": [{"currency": "USD", "amount_minor": 9000}],
        }
    ],
}


def test_a_product_is_put_by_external_id_and_again_without_effect(api):
    # when it is put twice
    first = api("put", "/products/erp-7", DRESS)
    second = api("put", "/products/erp-7", DRESS)
    # then it was made once and stands
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json() and first["ETag"] == second["ETag"]
    assert Product.objects.get().external_id == "erp-7" and Price.objects.count() == 1
    # and it is found by all its names
    product = first.json()
    for ref in ("erp-7", "dune-dress", product["id"]):
        assert api("get", f"/products/{ref}").json()["id"] == product["id"]


def test_a_product_and_its_parts_are_changed_under_its_version(api):
    # given a product and its version
    made = api("post", "/products", DRESS | {"external_id": "erp-8"})
    assert made.status_code == 201 and made["Location"] == f"/api/v1/products/{made.json()['id']}"
    variant = made.json()["variants"][0]["id"]
    # when name, prices, variants, relations and pictures change
    renamed = api("patch", "/products/erp-8", {"name": "Dune"}, If_Match=made["ETag"])
    stale = api("patch", "/products/erp-8", {"name": "Old"}, If_Match=made["ETag"])
    priced = api(
        "put",
        f"/variants/{variant}/prices",
        {"prices": [{"currency": "USD", "amount_minor": 9900}, {"currency": "EUR", "amount_minor": 9500}]},
    )
    added = api("post", "/products/erp-8/variants", {"sku": "DUNE-M", "options": {"Size": "M"}})
    hat = api("post", "/products", {"name": "Hat", "variants": [{"sku": "HAT"}]}).json()
    related = api("put", "/products/erp-8/relations", {"kind": "similar", "related": [hat["id"]]})
    pictured = api("post", "/products/erp-8/images", {"url": "https://images.example/1.jpg", "alt": "Dune"})
    bare = api("delete", "/products/erp-8/images/0")
    # then each answer is the product as it then stands
    assert (renamed.json()["name"], stale.status_code, stale.json()["code"]) == ("Dune", 412, "stale")
    assert stale.json()["data"] == {"version": 3}
    assert priced.json()["price"] == {"amount_minor": 9900, "currency": "USD"}
    assert [v["sku"] for v in added.json()["variants"]] == ["DUNE-S", "DUNE-M"]
    assert related.json()["relations"]["similar"] == []  # the hat is a draft
    assert pictured.json()["images"] == [{"url": "https://images.example/1.jpg", "alt": "Dune", "options": {}}]
    assert bare.json()["images"] == []
    # and the history of the price has both rows
    history = api("get", f"/variants/{variant}/prices").json()["items"]
    assert [(p["amount_minor"], p["currency"], p["valid_until"] is None) for p in history] == [
        (9500, "EUR", True),
        (9900, "USD", True),
        (9000, "USD", False),
    ]
    assert api("delete", f"/variants/{variant}/prices/{history[0]['id']}").status_code == 200
    assert api("get", "/products/erp-8?currency=EUR").json()["price"] is None
    assert api("get", "/products/erp-8?currency=JPY").json()["code"] == "currency_unknown"


def test_a_picture_is_what_its_bytes_say(api, client, settings, tmp_path):
    # given a product and two files that both claim to be PNGs
    settings.MEDIA_ROOT = tmp_path
    api("put", "/products/erp-9", DRESS)
    real = io.BytesIO()
    Image.new("RGB", (4, 4)).save(real, "PNG")
    real.seek(0)
    fake = io.BytesIO(b"<script>alert(1)</script>")
    real.name = fake.name = "picture.png"
    headers = {"Authorization": "Bearer secret"}
    # when they are uploaded
    kept = client.post("/api/v1/products/erp-9/images", {"file": real, "alt": "Real"}, headers=headers)
    refused = client.post("/api/v1/products/erp-9/images", {"file": fake}, headers=headers)
    # then only the picture is kept
    assert kept.status_code == 201 and kept.json()["images"][0]["url"].endswith(".png")
    assert (refused.status_code, refused.json()["code"]) == (422, "image_invalid")
    assert api("get", "/products/erp-9").json()["images"] == kept.json()["images"]


def test_the_tree_is_built_moved_and_refuses_rings(api):
    women = api("post", "/categories", {"name": "Women"}).json()
    dresses = api("post", "/categories", {"name": "Dresses", "parent_id": women["id"]}).json()
    assert dresses["path"] == "women/dresses"
    ring = api("patch", f"/categories/{women['id']}", {"parent_id": dresses["id"]})
    moved = api("patch", f"/categories/{dresses['id']}", {"parent_id": None, "slug": "frocks"})
    assert (ring.status_code, ring.json()["code"]) == (422, "category_cycle")
    assert moved.json()["path"] == "frocks"
    assert api("delete", f"/categories/{women['id']}").status_code == 204
    assert [row["path"] for row in api("get", "/categories").json()["items"]] == [
        "frocks"
    ] and Category.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "status", "code", "pointer"),
    [
        ({"colour": 1}, 400, "unknown_field", "/colour"),
        ({"name": 5}, 400, "invalid", "/name"),
        ({"name": "a\x01b"}, 400, "control", "/name"),
        ({"variants": [{"sku": "A", "barcode": "4006381333930"}]}, 422, "barcode_invalid", "/variants/0/barcode"),
        (
            {"variants": [{"sku": "A", "prices": [{"currency": "USD", "amount_minor": -1}]}]},
            400,
            "min_value",
            "/variants/0/prices/0/amount_minor",
        ),
        (
            {"variants": [{"sku": "A", "prices": [{"currency": "XXY", "amount_minor": 1}]}]},
            400,
            "currency",
            "/variants/0/prices/0/currency",
        ),
        (
            {"variants": [{"sku": "A"}, {"sku": "A"}], "option_names": []},
            422,
            "options_mismatch",
            "/variants/1/options",
        ),
        ({"category_path": "no/where"}, 422, "category_unknown", "/category_path"),
        ({"tax_category": "none"}, 422, "tax_category_unknown", "/tax_category"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(api, change, status, code, pointer):
    answer = api("post", "/products", {"name": "X", **change})
    assert answer.status_code == status, answer.content
    assert (answer.json()["errors"][0]["code"], answer.json()["errors"][0]["pointer"]) == (code, pointer)
    assert not Product.objects.exists() and not Variant.objects.exists()


def test_only_writers_write(api, client):
    assert client.post("/api/v1/products", DRESS, content_type="application/json").status_code in (401, 403)
    ApiKey.objects.create(name="Reader", prefix="read", secret_hash=token_hash("reader"), scopes=["catalog:read"])
    refused = api("post", "/products", DRESS, key="reader")
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    assert not Product.objects.exists()


def test_a_repeated_key_is_answered_not_repeated(api):
    first = api("post", "/products", DRESS, Idempotency_Key="k1")
    again = api("post", "/products", DRESS, Idempotency_Key="k1")
    taken = api("post", "/products", DRESS | {"slug": "dune-dress"})
    assert (first.status_code, again.status_code, again.json()["id"]) == (201, 201, first.json()["id"])
    assert (taken.status_code, taken.json()["code"]) == (409, "slug_taken")
    assert Product.objects.count() == 1
