"""S29, S87: the list holds what they looked at and what lies in their cart, less what they bought."""

import pytest

from tests.audiences.tools import Visits, audience, deliver
from tests.events.tools import deliver_twice
from tests.requirements.world import World, add, check_out, said, staff_of


def shown(staff, one, **query):
    found = said(staff.get_json(f"/audiences/{one.pk}/items?" + "&".join(f"{k}={v}" for k, v in query.items())))
    return {item["product"]["slug"]: item["reason"] for item in found["items"]}


@pytest.mark.django_db
def test_s29_s87_the_list_is_cart_plus_views_less_what_was_bought(world: World):
    for sku in ("BOOTS", "SOCKS", "HAT"):
        world.sell(sku, 4900)
    staff, visits = staff_of(is_superuser=True), Visits()
    one = audience("viewed_or_carted_not_bought")
    # when she looks at boots and a hat on the web, and a tablet puts socks in her cart
    visits.view("BOOTS", user=world.suzie.pk)
    visits.view("HAT", user=world.suzie.pk)
    cart = said(world.web.post_json("/cart"), 201)
    add(world.till, "SOCKS", path=f"/carts/{cart['id']}")
    deliver_twice()
    assert shown(staff, one) == {
        "boots": "looked at it on the website", "hat": "looked at it on the website", "socks": "put it in the cart in a store",
    }  # fmt: skip
    # when she buys the socks and the boots
    add(world.web, "BOOTS")
    said(world.web.put_json("/cart/fulfilment", {"kind": "pickup", "store_id": str(world.harbour.pk)}))
    order = check_out(world.web, email="suzie@example.com")
    said(world.till.post_json(f"/orders/{order['id']}/payments", {"provider": "cash"}), 201)
    deliver()
    # then only the hat is left
    assert set(shown(staff, one)) == {"hat"}
    assert set(shown(staff, one, removed="yes")) == {"boots", "socks"}
