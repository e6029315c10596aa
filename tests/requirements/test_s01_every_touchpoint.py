"""S1, S3, S48: web, app, social, mail and store on one timeline, whoever reads it; the first touch kept."""

import pytest

from tests.customers.test_tracking_api import Sender, identify, track
from tests.requirements.world import World, said
from tests.stores.fixtures import key_api


@pytest.fixture
def world(db):
    return World.build()


def test_every_touchpoint_on_one_timeline(world):
    world.sell("linen-jacket", 12_800)
    # given an ad on social media, a visit without a name, a mail's link and the app
    page, app, mail = Sender(channel="web"), Sender(channel="mobile"), Sender(channel="email")
    ad = {"page": {"url": "https://shop.example/?utm_source=google&utm_medium=cpc&utm_campaign=Dunes&gclid=G-1"}}
    page.batch(track(who="browser-1", properties={"sku": "linen-jacket", "name": "Linen jacket"}, context=ad))
    mail.batch(track("Email Opened", who="browser-1", properties={"subject": "Dunes"}))
    app.batch(track("Application Opened", who="phone-1"), identify(world.suzie.pk, who="phone-1"))
    # when she logs in on that browser and adds it, and an associate looks after her in the store
    said(world.web.post_json("/cart/lines", {"sku": "linen-jacket"}, x_anonymous_id="browser-1"))
    cart = said(world.till.get_json(f"/customers/{world.suzie.pk}/cart"))["id"]
    said(world.till.post_json(f"/carts/{cart}/lines", {"sku": "linen-jacket"}))
    # then it is one life, in sentences, to staff and to herself
    desk = said(key_api("customers:read").get_json(f"/customers/{world.suzie.pk}/timeline?limit=100"))["items"]
    told = {row["sentence"]: row["channel"] for row in desk}
    assert told["Viewed Linen jacket on the website, from “Dunes” (google)"] == "web"
    assert told["Opened the mail Dunes"] == "email"
    assert told["Opened the app"] == "mobile"
    assert {"cart.line_added"} <= {row["name"] for row in desk} or {"cart.line_changed"} <= {
        row["name"] for row in desk
    }
    assert "Harbour Street" in {row["store"]["name"] for row in desk if row["store"]}
    assert {"web", "email", "mobile", "tablet"} <= {row["channel"] for row in desk}
    mine = {row["id"] for row in said(world.app.get_json("/me/timeline?limit=100"))["items"]}
    assert {row["id"] for row in desk if row["kind"] == "tracked"} <= mine
    # and what brought her here first is kept (S48)
    touch = said(key_api("customers:read").get_json(f"/customers/{world.suzie.pk}/profile"))["touch"]
    assert touch["first"]["campaign"] == {
        "utm_source": "google", "utm_medium": "cpc", "utm_campaign": "Dunes", "gclid": "G-1",
    }  # fmt: skip


def test_an_order_without_a_log_in_takes_its_visits_along(world):
    from omnichannel.events.services import deliver_due
    from orders.models import Order
    from tests.requirements.world import ADDRESS, add, check_out, guest_of

    world.sell("linen-jacket", 12_800)
    page = Sender()
    page.batch(track(who="browser-9", properties={"name": "Linen jacket"}))
    # given a guest on the same browser
    guest = guest_of(**{"X-Anonymous-Id": "browser-9"})
    add(guest, "linen-jacket")
    said(guest.put_json("/cart/fulfilment", {"kind": "ship", "ship_to": ADDRESS, "shipping_method": "standard"}))
    order = check_out(guest, email="nora@example.com")
    deliver_due()
    # then the visit before is on the timeline of who ordered
    nora = Order.objects.get(pk=order["id"]).customer_id
    names = [
        row["name"]
        for row in said(key_api("customers:read").get_json(f"/customers/{nora}/timeline?limit=100"))["items"]
    ]
    assert {"Product Viewed", "order.placed", "customer.identified"} <= set(names)
