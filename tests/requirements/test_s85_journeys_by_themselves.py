"""S4, S18, S33, S35, S81, S85, S86, S92: what somebody does, or leaves undone, sets a journey going, unattended.

Journeys are drawn and published through the API; the mails reach a real server; the rest is what worker and beat do.
"""

from datetime import datetime, timedelta
from typing import Any

import pytest

from campaigns.journeys.services.defaults import default_graph
from campaigns.offers.services.publishing import ensure_ready_made
from customers.services.sources import create_source
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from tests.customers.factories import CustomerFactory, UserFactory
from tests.journeys.story.mails import text_of
from tests.journeys.story.stage import StageHere, basic
from tests.messages.conftest import smtp  # noqa: F401  a real mail server
from tests.requirements.world import ADDRESS, World, add, check_out, said, staff_of, web_of
from tests.stores.factories import StoreFactory
from tests.stores.fixtures import key_api

pytestmark = pytest.mark.django_db(transaction=True)


class Shop:
    def __init__(self, caught: Any) -> None:
        self.world, self.staff = World.build(), staff_of(is_superuser=True)
        self.desk = key_api("customers:read", "messages:read")
        self.stage = StageHere({}, caught, dict)
        self.smtp = caught
        yes = [{"channel": "email", "purpose": "marketing", "granted": True}]
        said(self.world.web.put_json("/me/preferences", {"choices": yes}))
        _, self.write_key = create_source(name="Shop", channel="web", by=SYSTEM, at=now())

    def publish(self, key: str, graph: dict[str, Any]) -> None:
        journey = said(self.staff.post_json("/journeys", {"key": key, "name": key, "graph": graph}), 201)["id"]
        said(self.staff.post_json(f"/journeys/{journey}/publish", {}))

    def track(self, event: str, **properties: Any) -> None:
        message = {
            "type": "track", "event": event, "userId": str(self.world.suzie.pk), "messageId": f"{event}-{properties}",
            "properties": properties, "context": {"userAgent": "Mozilla/5.0 (iPhone)"},
        }  # fmt: skip
        page = self.stage.client(basic(self.write_key))
        assert not said(page.call("POST", "/v1/batch", {"batch": [message]})).get("rejected")

    def mails(self) -> list[Any]:
        return list(self.smtp.to(self.world.suzie.email))

    def told(self, name: str) -> list[dict[str, Any]]:
        rows = said(self.desk.get_json(f"/customers/{self.world.suzie.pk}/timeline?limit=100"))["items"]
        return [row for row in rows if row["name"] == name]


@pytest.fixture
def shop(smtp: Any) -> Shop:  # noqa: F811
    return Shop(smtp)


def step(step_id: str, kind: str, then: Any = "", **settings: Any) -> dict[str, Any]:
    following = {"then": then} if isinstance(then, str) and then else dict(then or {})
    return {"id": step_id, "kind": kind, "name": step_id, "settings": settings, "next": following}


def test_the_rule_fires_and_the_mail_with_her_jacket_and_its_code_is_out_within_a_minute(shop: Shop) -> None:
    # given the house's journey, and a jacket in two sizes
    ensure_ready_made(key="item-off-48h", by=SYSTEM, at=now())
    shop.publish("abandoned_cart", default_graph("abandoned_cart", item_offer="item-off-48h"))
    ten = shop.world.sell("JACKET-10", 8999)
    shop.world.sell("JACKET-12", 8999, product=ten.product)
    shop.world.sell("SOCKS", 777)
    # when she adds the one in her size and leaves, until the rule for carts left behind fires
    cart = add(shop.world.web, "JACKET-10")
    assert not shop.mails()
    shop.stage.rest_cart(cart["id"])
    shop.stage.settle()
    # then one mail shows it, and nothing else of the shop
    [mail] = shop.mails()
    assert "Jacket 10" in text_of(mail) and "Socks" not in text_of(mail)
    [abandoned], [sent] = shop.told("cart.abandoned"), shop.told("message.sent")
    took = datetime.fromisoformat(sent["at"]) - datetime.fromisoformat(abandoned["at"])
    assert took <= timedelta(seconds=60)
    # and the code in it ends at the second it says, for that very item
    [code] = said(shop.world.web.get_json("/me/codes"))["items"]
    assert code["code"] in text_of(mail) and code["expires_at"][13:19] in text_of(mail)
    given = datetime.fromisoformat(code["expires_at"]) - datetime.fromisoformat(abandoned["at"])
    assert timedelta(hours=48) <= given <= timedelta(hours=48, minutes=1)
    add(shop.world.web, "JACKET-12")
    add(shop.world.web, "SOCKS")
    cart = said(shop.world.web.post_json("/cart/codes", {"code": code["code"]}))
    paid = {line["sku"]: line["line_total"]["amount_minor"] for line in cart["lines"]}
    assert paid == {"JACKET-10": 7499, "JACKET-12": 8999, "SOCKS": 777}


def test_looked_at_and_left_alone_brings_a_code_for_that_item_once(shop: Shop) -> None:
    # given a marketer's own journey: looked at a product, and nothing put into the cart for a day
    ensure_ready_made(key="item-off-48h", by=SYSTEM, at=now())
    graph = [
        step("saw", "trigger", "pause", on="event", event="Product Viewed", reentry="after_days", days=7),
        step("pause", "wait", {"event": "took", "timeout": "code"}, mode="until_event", event="cart.line_added", amount=24, unit="hours"),
        step("code", "issue_code", "write", offer="item-off-48h", goods="last", hours=48),
        step("write", "send", "end", template="newsletter_welcome", channels=["email"]),
        step("took", "exit", reason="It is in the cart"),
        step("end", "exit", reason="Written to"),
    ]  # fmt: skip
    shop.publish("looked", {"steps": graph})
    ten = shop.world.sell("JACKET-10", 8999)
    shop.world.sell("JACKET-12", 8999, product=ten.product)
    # when she looks, twice, and a day goes by
    for visit in (1, 2):
        shop.track("Product Viewed", sku="JACKET-10", visit=visit)
    shop.stage.settle()
    assert not shop.mails()
    from campaigns.journeys.services.advancing import advance_due
    from campaigns.messages.services.sending import send_due

    tomorrow = now() + timedelta(hours=24, seconds=5)
    while advance_due(at=tomorrow):
        pass
    send_due(at=tomorrow + timedelta(minutes=1))
    # then one mail carries a code for it: not for the other size, not for anybody else
    [mail] = shop.mails()
    [code] = said(shop.world.web.get_json("/me/codes"))["items"]
    assert code["code"] in text_of(mail)
    olga = web_of(CustomerFactory(first_name="Olga", user=UserFactory(email="olga@example.com")))
    add(olga, "JACKET-10")
    refused = said(olga.post_json("/cart/codes", {"code": code["code"]}))["codes"][0]
    assert (refused["applied"], refused["reason"]) == (False, "This code was made for another customer.")
    add(shop.world.web, "JACKET-12")
    cart = said(shop.world.web.post_json("/cart/codes", {"code": code["code"]}))
    assert cart["totals"]["discount"]["amount_minor"] == 0
    cart = add(shop.world.web, "JACKET-10")
    paid = {line["sku"]: line["line_total"]["amount_minor"] for line in cart["lines"]}
    assert paid == {"JACKET-12": 8999, "JACKET-10": 7499}


def test_the_parcel_at_her_door_and_an_event_of_the_shops_own_set_journeys_going(shop: Shop) -> None:
    # given journeys that begin with the delivery, and with something only this shop does
    for key, event in (("arrived", "fulfilment.delivered"), ("fitted", "Fitting Booked")):
        graph = [
            step("begin", "trigger", "write", on="event", event=event, reentry="always"),
            step("write", "send", "end", template="points_statement", channels=["inbox"]),
            step("end", "exit", reason="Told"),
        ]
        shop.publish(key, {"steps": graph})
    shop.world.sell("DRESS-10", 4999)
    add(shop.world.web, "DRESS-10")
    way = {"kind": "ship", "ship_to": ADDRESS, "shipping_method": "standard"}
    said(shop.world.web.put_json("/cart/fulfilment", way))
    order = check_out(shop.world.web)
    said(shop.world.till.post_json(f"/orders/{order['id']}/payments", {"provider": "cash"}), 201)
    shop.stage.settle()
    assert not shop.told("journey.entered")
    # when the carrier hands it over, and she books a fitting
    [part] = said(shop.staff.get_json(f"/orders/{order['id']}"))["fulfilments"]
    said(shop.staff.post_json(f"/fulfilments/{part['id']}/ship", {"carrier": "Coast Post", "tracking_number": "CP-1"}))
    said(shop.staff.post_json(f"/fulfilments/{part['id']}/deliver", {}))
    shop.stage.settle()
    assert len(shop.told("fulfilment.delivered")) == len(shop.told("journey.entered")) == 1
    shop.track("Fitting Booked", store="Harbour Street")
    shop.stage.settle()
    # then each brought her in once, though every fact was told twice
    assert len(shop.told("journey.entered")) == 2
    assert len(said(shop.world.web.get_json("/me/inbox"))["items"]) == 2


def test_the_pop_up_is_told_to_those_who_live_near_it_while_it_is_there(shop: Shop) -> None:
    # given a pop-up of ten days in Portland, and who lives there and who does not
    day = now().date()
    popup = StoreFactory(
        code="coast", name="Sunshine Coast pop-up", kind="popup", city="Portland", region="ME", postal_code="04101",
        country="US", opens_on=day, closes_on=day + timedelta(days=9),
    )  # fmt: skip
    far = CustomerFactory(first_name="Far", user=UserFactory(email="far@example.com"))
    yes = [{"channel": "email", "purpose": "marketing", "granted": True}]
    said(web_of(far).put_json("/me/preferences", {"choices": yes}))
    home = {**ADDRESS, "city": "Portland", "region": "ME", "postal_code": "04102", "is_default": True}
    said(shop.world.web.post_json("/me/addresses", home), 201)
    away = {**ADDRESS, "city": "Seattle", "region": "WA", "postal_code": "98101", "is_default": True}
    said(web_of(far).post_json("/me/addresses", away), 201)
    # when a marketer asks for those near it and publishes the invitation
    tree = {"kind": "store", "store": str(popup.pk), "how": "lives"}
    said(shop.staff.post_json("/segments", {"name": "Near", "key": "near", "tree": tree}), 201)
    shop.publish("popup_invitation", default_graph("popup_invitation", popup_segment="near"))
    [segment] = said(shop.staff.get_json("/segments?q=Near"))["items"]
    said(shop.staff.patch_json(f"/segments/{segment['id']}", {"state": "live"}))
    shop.stage.settle()
    # then she is invited with its name, its town and its last day, and the other is not
    [mail] = shop.mails()
    assert "Sunshine Coast pop-up" in str(mail["Subject"]) and "Portland" in text_of(mail)
    assert f"{day + timedelta(days=9):%B} {(day + timedelta(days=9)).day}" in text_of(mail)
    assert not shop.smtp.to("far@example.com")


def test_no_code_for_an_item_that_is_gone_or_in_somebody_elses_order(shop: Shop) -> None:
    # given a code for the item they came by, whatever event brings them
    ensure_ready_made(key="item-off-48h", by=SYSTEM, at=now())
    graph = [
        step("asked", "trigger", "code", on="event", event="Price Asked", reentry="always"),
        step("code", "issue_code", "end", offer="item-off-48h", goods="last", hours=48),
        step("end", "exit", reason="Done"),
    ]
    shop.publish("asked", {"steps": graph})
    shop.world.sell("JACKET-10", 8999)
    path = shop.world.walk_in(shop.world.till)
    add(shop.world.till, "JACKET-10", path=path)
    order = check_out(shop.world.till, {"provider": "cash"}, path=path)
    # when she has nothing in her cart, and her page names the order of somebody else
    shop.track("Price Asked")
    shop.track("Price Asked", order_id=order["id"])
    shop.track("Price Asked", cart_id=path.rsplit("/", 1)[1])
    shop.stage.settle()
    # then she went through, and no code was given that would open everything
    assert len(shop.told("journey.entered")) == 3
    assert said(shop.world.web.get_json("/me/codes"))["items"] == []
