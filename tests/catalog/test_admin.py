"""The staff screens: found by name, SKU and barcode; what is typed goes through the services; constant statements."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Category, Price, Product
from catalog.services.data import PriceData, ProductData, VariantData
from catalog.services.products import create_product
from omnichannel.accounts.models import User
from omnichannel.events.models import Event
from omnichannel.kernel.clock import now
from tests.catalog.factories import ean

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("standard_tax"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]


@pytest.fixture
def staff(client):
    user = User.objects.create_superuser(email="ada@example.com", password="x")
    client.force_login(user)
    return client


@pytest.fixture
def dress(by):
    return create_product(
        data=ProductData(
            name="Dune dress",
            status="active",
            variants=(
                VariantData(sku="DUNE-S", barcode=ean(3), options={"Size": "S"}, prices=(PriceData("USD", 9000),)),
            ),
        ),
        by=by,
        at=now(),
    )


@pytest.mark.parametrize("term", ["dune", "DUNE-S", ean(3), "dress%20du"])
def test_a_product_is_found_by_name_sku_and_barcode(staff, dress, term):
    shown = staff.get(f"/admin/catalog/product/?q={term}")
    assert shown.status_code == 200 and b"Dune dress" in shown.content and b"$90.00" in shown.content
    assert b"Dune dress" not in staff.get("/admin/catalog/product/?q=nothing").content


def test_the_page_shows_variants_and_price_history_and_saves_through_the_service(staff, dress):
    # given the page of a product
    page = staff.get(f"/admin/catalog/product/{dress.pk}/change/")
    assert page.status_code == 200 and b"DUNE-S" in page.content and b"price history" in page.content.lower()
    # when it is renamed and moved into a category
    category = Category.objects.create(name="Dresses", slug="dresses", path="dresses")
    form = {
        "name": "Dune",
        "slug": dress.slug,
        "status": "active",
        "category": str(category.pk),
        "tax_category": "standard",
        "vendor": "",
        "description": "",
        "attributes": "{}",
        "tags": "[]",
        "images-TOTAL_FORMS": "0",
        "images-INITIAL_FORMS": "0",
        "variants-TOTAL_FORMS": "0",
        "variants-INITIAL_FORMS": "0",
    }
    saved = staff.post(f"/admin/catalog/product/{dress.pk}/change/", form, follow=True)
    # then the service did it: fact, version and document
    assert saved.status_code == 200
    dress.refresh_from_db()
    assert (dress.name, dress.category_id, dress.version) == ("Dune", category.pk, 3)
    assert Event.objects.get(name="product.updated").data["changed"] == ["category", "name"]


def test_a_price_is_changed_by_a_form_and_the_old_one_stays(staff, dress):
    # when a price is typed
    path = f"/admin/catalog/product/{dress.pk}/change-price/"
    shown = staff.get(path)
    done = staff.post(path, {"_form_submitted": "on", "sku": "", "currency": "usd", "amount": "79.50"})
    # then history has both rows, and a wrong currency is told in the form
    assert shown.status_code == 200 and done.status_code == 200
    assert list(Price.objects.order_by("id").values_list("amount_minor", "created_by")) == [
        (9000, "staff:1"),
        (7950, f"staff:{User.objects.get().pk}"),
    ]
    staff.post(path, {"_form_submitted": "on", "sku": "", "currency": "abc", "amount": "1"})
    assert Price.objects.count() == 2


def test_a_product_is_added_then_its_variant_and_archived(staff):
    form = {
        "name": "Hat",
        "status": "draft",
        "tax_category": "standard",
        "attributes": "{}",
        "tags": "[]",
        "category": "",
        "vendor": "",
        "description": "",
    }
    staff.post("/admin/catalog/product/add/", form)
    hat = Product.objects.get(name="Hat")
    staff.post(
        f"/admin/catalog/product/{hat.pk}/add-variant/",
        {"_form_submitted": "on", "sku": "HAT", "barcode": "", "options": "", "amount": "30"},
    )
    staff.post(f"/admin/catalog/product/{hat.pk}/activate/", {"_form_submitted": "on"})
    hat.refresh_from_db()
    assert (hat.status, hat.variants.get().sku, Price.objects.get().amount_minor) == ("active", "HAT", 3000)


def test_lists_take_as_many_statements_for_forty_rows_as_for_four(staff, by):
    def add(first, count):
        for n in range(first, first + count):
            create_product(
                data=ProductData(name=f"P{n}", variants=(VariantData(sku=f"S{n}", prices=(PriceData("USD", 1),)),)),
                by=by,
                at=now(),
            )

    def count(path):
        with CaptureQueriesContext(connection) as captured:
            assert staff.get(path).status_code == 200
        return len(captured)

    add(0, 4)
    paths = ("/admin/catalog/product/", "/admin/catalog/variant/", "/admin/catalog/category/")
    few = [count(path) for path in paths]
    add(4, 36)
    assert [count(path) for path in paths] == few


def test_a_category_is_moved_with_its_branch_and_a_ring_is_refused(staff):
    staff.post("/admin/catalog/category/add/", {"name": "Women", "slug": "women", "parent": "", "position": "0"})
    women = Category.objects.get()
    staff.post(
        "/admin/catalog/category/add/", {"name": "Dresses", "slug": "dresses", "parent": str(women.pk), "position": "0"}
    )
    dresses = Category.objects.get(path="women/dresses")
    staff.post(
        f"/admin/catalog/category/{women.pk}/change/",
        {"name": "Women", "slug": "women", "parent": str(dresses.pk), "position": "0"},
    )
    staff.post(
        f"/admin/catalog/category/{dresses.pk}/change/",
        {"name": "Dresses", "slug": "frocks", "parent": "", "position": "0"},
    )
    assert sorted(Category.objects.values_list("path", flat=True)) == ["frocks", "women"]
