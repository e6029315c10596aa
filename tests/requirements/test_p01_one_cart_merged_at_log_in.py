"""P1: one open cart per customer on every device; the guest's merged by a stated rule with a per-line report."""

import pytest
from django.db import IntegrityError, transaction

from carts.models import Cart
from omnichannel.kernel.clock import now
from tests.carts.world import guest_api, make_person, make_shop, make_store, make_till

pytestmark = pytest.mark.django_db


def test_every_device_has_the_one_cart_and_the_database_allows_no_second():
    shop = make_shop()
    shop.sell("A", 1000)
    person, till = make_person(), make_till(make_store("harbour"))
    cart = person.api.add("A").json()["id"]
    assert till.api.get(f"/customers/{person.id}/cart").json()["id"] == cart
    assert person.api.post("/cart").json()["id"] == cart
    with pytest.raises(IntegrityError, match="cart_one_open_per_customer"), transaction.atomic():
        Cart.objects.create(
            customer_id=person.id, currency="USD", channel="web", last_activity_at=now(), created_at=now()
        )


def test_the_report_says_what_became_of_every_line_and_log_in_needs_no_merge():
    shop = make_shop()
    for sku, stock in (("BOTH", 99), ("SCARCE", 3), ("GONE", 9), ("DEARER", 9)):
        shop.sell(sku, 1000, stock=stock)
    guest, person = guest_api(), make_person()
    for sku, quantity in (("BOTH", 1), ("SCARCE", 8), ("GONE", 1), ("DEARER", 1)):
        guest.add(sku, quantity)
    person.api.add("BOTH", 1)
    shop.variants["GONE"].is_active = False
    shop.variants["GONE"].save()
    shop.variants["DEARER"].prices.update(amount_minor=1100)
    merged = person.api.post("/cart/merge", {"token": guest.headers["X-Cart-Token"]}).json()
    assert {row["sku"]: row["outcomes"] for row in merged["report"]} == {
        "BOTH": ["summed"],
        "SCARCE": ["capped"],
        "GONE": ["dropped"],
        "DEARER": ["added", "repriced"],
    }
    # a token that is wrong costs an answer, never the session
    assert person.api.post("/cart/merge", {"token": "wrong"}).status_code == 422
    assert person.api.get("/cart").status_code == 200
