"""S19: the cart filled on the web is checked out with the app's token, and one cart is one order."""

import pytest

from tests.requirements.world import World, add, check_out, minor, refused, said

pytestmark = pytest.mark.django_db


def test_the_web_cart_checks_out_by_the_apps_token(world: World):
    # given a cart filled on the web
    world.sell("DRESS-10", 4999)
    cart = add(world.web, "DRESS-10", 2)
    said(world.web.put_json("/cart/fulfilment", {"kind": "pickup", "store_id": str(world.harbour.pk)}))
    # when the same customer opens the app and buys
    assert said(world.app.get_json("/cart"))["id"] == cart["id"]
    order = check_out(world.app, email="suzie@example.com")
    # then one order stands in both, placed in the app, its lines from the web
    assert (order["channel"], order["lines"][0]["added"]["channel"]) == ("mobile", "web")
    assert minor(order["totals"], "total") == {"total": 9998}
    assert order["customer_id"] == str(world.suzie.pk)
    for client in (world.web, world.app):
        assert [row["id"] for row in said(client.get_json("/orders"))["items"]] == [order["id"]]
    # and the cart is gone on both; a late checkout on the web is told of the order
    late = world.web.post_json(f"/carts/{cart['id']}/checkout", {"expected_total": cart["totals"]["total"]})
    assert refused(late, 409, "already_placed")["data"]["order_id"] == order["id"]
    refused(world.web.get_json("/cart"), 404, "no_cart")
