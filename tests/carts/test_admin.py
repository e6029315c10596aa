"""Staff screens of carts: open without a crawl, tell what happened, and let staff keep the tables."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from carts.models import CartHandoff, CartMerge, ShippingZone, TaxRate
from omnichannel.accounts.models import User
from tests.carts.world import Shop, guest_api, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> Client:
    user = User.objects.create_superuser(email="admin@example.com", password="secret-enough-1")
    client = Client()
    client.force_login(user)
    return client


def test_open_carts_are_listed_with_their_worth_in_a_fixed_number_of_statements(shop: Shop, staff: Client):
    shop.sell("A", 1999)
    for count in (1, 12):
        for _ in range(count):
            guest_api().add("A", 2)
        staff.get("/admin/carts/cart/")
        with CaptureQueriesContext(connection) as captured:
            page = staff.get("/admin/carts/cart/")
        assert page.status_code == 200
        statements = len(captured)
    assert b"$39.98" in page.content
    with CaptureQueriesContext(connection) as captured:
        staff.get("/admin/carts/cart/")
    assert len(captured) == statements <= 14


def test_one_cart_shows_its_lines_and_its_history(shop: Shop, staff: Client):
    shop.sell("A", 1999)
    person = make_person()
    cart = person.api.add("A", 2, note="wrap").json()["id"]
    page = staff.get(f"/admin/carts/cart/{cart}/change/")
    assert page.status_code == 200
    assert b"The customer added Thing A Sage to the cart in the mobile app: 2 now" in page.content
    assert b'name="_save"' not in page.content
    for term in (cart, person.customer.email, person.customer.number, "nothing"):
        assert staff.get("/admin/carts/cart/", {"q": term}).status_code == 200


def test_merges_and_hand_offs_are_on_record(shop: Shop, staff: Client):
    shop.sell("A", 1999)
    guest, person = guest_api(), make_person()
    guest.add("A")
    guest.post("/cart/handoff")
    person.api.post("/cart/merge", {"token": guest.headers["X-Cart-Token"]})
    merge, handoff = CartMerge.objects.get(), CartHandoff.objects.get()
    assert b"added" in staff.get(f"/admin/carts/cartmerge/{merge.pk}/change/").content
    for path in (
        "cartmerge/",
        "carthandoff/",
        f"carthandoff/{handoff.pk}/change/",
        "wishlist/",
        "taxrate/",
        "shippingzone/",
        "shippingmethod/",
    ):
        assert staff.get(f"/admin/carts/{path}").status_code == 200, path
    assert handoff.code_hash.encode() not in staff.get(f"/admin/carts/carthandoff/{handoff.pk}/change/").content


def test_staff_keep_the_tables_of_tax_and_shipping(shop: Shop, staff: Client):
    rate = {"name": "Maine", "country": "us", "region": "ME", "rate_pct": "5.5", "category": ""}
    answer = staff.post("/admin/carts/taxrate/add/", rate)
    assert answer.status_code == 302, answer.content
    assert TaxRate.objects.get().country == "US"
    assert staff.post("/admin/carts/taxrate/add/", {**rate, "rate_pct": "101"}).status_code == 200
    zone = {"name": "Home", "countries": '["us"]', "regions": "[]", "position": "1"}
    inline = {"methods-TOTAL_FORMS": "0", "methods-INITIAL_FORMS": "0"}
    answer = staff.post("/admin/carts/shippingzone/add/", {**zone, **inline})
    assert answer.status_code == 302, answer.content
    assert ShippingZone.objects.get().countries == ["US"]
