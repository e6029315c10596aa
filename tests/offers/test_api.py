"""Offers and codes through the API: written, published, tried, given out, explained."""

from datetime import timedelta

import pytest

from campaigns.offers.models import Code, Offer
from campaigns.offers.services.codes import issue_code
from campaigns.offers.services.publishing import ensure_ready_made
from omnichannel.events.models import Event
from omnichannel.kernel.clock import now
from tests.customers.factories import CustomerFactory, UserFactory
from tests.events.tools import deliver_twice
from tests.offers.world import STAFF, amount, percent, publish, shared_code
from tests.requirements.world import World, add, refused, said, staff_of, web_of
from tests.stores.fixtures import key_api

pytestmark = pytest.mark.django_db
TEN = {"label": "10% off", "benefit": {"kind": "percent", "percent": "10"}, "by_code": True}


@pytest.fixture
def world() -> World:
    world = World.build()
    world.sell("JACKET", 8999)
    world.sell("SWIMSUIT", 3333)
    return world


@pytest.fixture
def marketer():
    return staff_of(is_superuser=True)


def test_an_offer_from_draft_to_its_end(world: World, marketer):
    made = said(marketer.post_json("/offers", {"key": "ten", "name": "Ten", "definition": {"label": "x"}}), 201)
    path = f"/offers/{made['id']}"
    # a draft may be unfinished; published it may not
    problem = refused(marketer.post_json(f"{path}/publish", {}), 422, "offer_invalid")
    assert problem["data"]["problems"][0]["pointer"] == "/benefit/kind"
    changed = said(marketer.patch_json(path, {"definition": TEN, "budget": {"amount_minor": 5000, "currency": "USD"}}))
    assert (changed["status"], changed["live"], changed["version"]) == ("draft", None, 2)
    live = said(marketer.post_json(f"{path}/publish", {}))
    assert (live["status"], live["live"]["number"]) == ("live", 1)
    assert live["live"]["sentence"] == "Takes 10% off everything, with a code."
    # publishing the same words again makes no version; other words do
    assert said(marketer.post_json(f"{path}/publish", {}))["live"]["number"] == 1
    said(marketer.patch_json(path, {"definition": TEN | {"label": "Ten off"}}))
    assert said(marketer.post_json(f"{path}/publish", {}))["live"]["number"] == 2
    assert said(marketer.post_json(f"{path}/status", {"status": "paused"}))["status"] == "paused"
    assert said(marketer.post_json(f"{path}/status", {"status": "live"}))["status"] == "live"
    assert said(marketer.post_json(f"{path}/status", {"status": "ended"}))["status"] == "ended"
    refused(marketer.post_json(f"{path}/status", {"status": "live"}), 409, "offer_step_unknown")
    refused(marketer.patch_json(path, {"name": "x"}), 409, "offer_ended")
    refused(marketer.post_json("/offers", {"key": "ten", "name": "Ten", "definition": {}}), 409, "offer_key_taken")
    told = [event.data["status"] for event in Event.objects.filter(name="offer.published").order_by("id")]
    assert told == ["live", "live", "live", "paused", "live", "ended"]
    assert [row["key"] for row in said(marketer.get_json("/offers?status=ended"))["items"]] == ["ten"]


@pytest.mark.parametrize(
    ("definition", "pointer"),
    [
        ({"label": "x", "benefit": {"kind": "percent", "percent": "101"}}, "/benefit/percent"),
        ({"label": "x", "benefit": {"kind": "percent", "percent": "10", "extra": 1}}, "/benefit/extra"),
        ({"label": "x", "benefit": {"kind": "amount", "amount": {"USD": -5}}}, "/benefit/amount/USD"),
        ({"label": "x", "benefit": {"kind": "tiers", "steps": []}}, "/benefit/steps"),
        ({"benefit": {"kind": "free_shipping"}}, "/label"),
        (TEN | {"starts_at": "2026-01-02T00:00:00Z", "ends_at": "2026-01-01T00:00:00Z"}, "/ends_at"),
        (TEN | {"starts_at": "tomorrow"}, "/starts_at"),
        (TEN | {"condition": {"channels": ["fax"]}}, "/condition/channels/0"),
        (TEN | {"scope": {"products": ["x"]}}, "/scope/products/0"),
        (TEN | {"scope": [1]}, "/scope"),
        (TEN | {"priority": 1000}, "/priority"),
    ],
)
def test_what_is_wrong_is_said_where_it_is(marketer, definition, pointer):
    found = said(marketer.post_json("/offers/simulate", {"definition": definition}))
    assert [problem["pointer"] for problem in found["problems"]] == [pointer] and found["sentence"] == ""


def test_a_definition_has_no_fields_but_its_own(marketer):
    answer = marketer.post_json("/offers/simulate", {"definition": TEN | {"nothing": 1}})
    assert answer.status_code == 400
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [
        ("/definition/nothing", "unknown_field")
    ]


def test_a_draft_is_tried_on_a_made_up_cart_and_on_a_real_one(world: World, marketer):
    publish("five", amount(500), group="promotions")
    body = {
        "definition": TEN | {"group": "promotions"},
        "items": [{"sku": "JACKET"}, {"sku": "SWIMSUIT", "quantity": 3}],
    }
    found = said(marketer.post_json("/offers/simulate", body))
    assert found["sentence"] == "Takes 10% off everything, with a code."
    assert [(line["total"]["amount_minor"], line["off"][0]["label"]) for line in found["lines"]] == [
        (8099, "10% off"),
        (8999, "10% off"),
    ]
    assert (found["items"]["amount_minor"], found["total"]["amount_minor"]) == (18998, 17098)
    assert [(row["key"], row["is_draft"], row["applies"], row["why"]) for row in found["offers"]] == [
        ("draft", True, True, ""),
        ("five", False, False, "It does not go together with “10% off”, which comes first here."),
    ]
    cart = add(world.app, "SWIMSUIT")
    real = said(marketer.post_json("/offers/simulate", {"cart_id": cart["id"], "definition": TEN}))
    assert (real["discount"]["amount_minor"], len(real["lines"])) == (-783, 1)
    # nothing came of it
    assert said(world.app.get_json("/cart"))["totals"]["discount"]["amount_minor"] == -500
    refused(marketer.post_json("/offers/simulate", {"items": [{"sku": "NONE"}]}), 422, "sku_unknown")
    assert Offer.objects.count() == 1


def test_codes_shared_and_bulk_with_a_streamed_file(world: World, marketer):
    offer = publish("ten", percent("10"), by_code=True)
    path = f"/offers/{offer.pk}/codes"
    shared = said(marketer.post_json(path, {"code": "welcome-10", "max_uses": 500}), 201)["code"]
    assert (shared["code"], shared["max_uses"]) == ("WELCOME-10", 500)
    refused(marketer.post_json(path, {"code": "WELCOME10"}), 409, "offer_code_taken")
    refused(marketer.post_json(path, {"code": "ü"}), 422, "offer_code_unreadable")
    refused(marketer.post_json(path, {}), 400, "invalid")
    batch = said(marketer.post_json(path, {"count": 50, "prefix": "card", "name": "Postcards"}), 201)["batch"]
    answer = marketer.get(batch["export_url"])
    rows = b"".join(answer.streaming_content).decode().splitlines()
    assert (answer.status_code, answer["Content-Type"], len(rows)) == (200, "text/csv", 51)
    assert rows[1].startswith("CARD-")
    listed = said(marketer.get_json(f"{path}?batch={batch['id']}&limit=100"))["items"]
    assert len(listed) == 50
    gone = said(marketer.delete_json(f"{path}/{listed[0]['id']}"))
    assert gone["revoked_at"] is not None
    add(world.app, "JACKET")
    cart = said(world.app.post_json("/cart/codes", {"code": listed[0]["code"]}))
    assert cart["codes"][0]["reason"] == "This code was taken back."


def test_a_personal_code_is_issued_once_and_seen_in_the_wallet(world: World, marketer):
    # given a code for one item, for two days, issued twice for one occasion
    ensure_ready_made(key="item-off-48h", by=STAFF, at=now())
    jacket = world.variants["JACKET"]
    ends = now() + timedelta(hours=48)
    issued = [
        issue_code(
            offer_key="item-off-48h", customer_id=world.suzie.pk, variant_ids=[jacket.pk], expires_at=ends,
            issue_key="abandoned:1", reason="She left a jacket", by=STAFF, at=now(),
        )
        for _ in range(2)
    ]  # fmt: skip
    assert issued[0] == issued[1] and Code.objects.count() == 1
    fact = Event.objects.get(name="code.issued")
    assert (fact.identity_id, fact.data["label"]) == (world.suzie.pk, "$15.00 off this item")
    assert issued[0].code not in str(fact.data)
    # then it stands in her wallet, and the associate reads what it is for
    wallet = said(world.app.get_json("/me/codes"))["items"]
    assert [(row["code"], row["state"], row["items"][0]["name"]) for row in wallet] == [
        (issued[0].code, "open", "Jacket")
    ]
    publish("ship", {"kind": "free_shipping"}, condition={"min_spend": {"USD": 10000}}, label="Free shipping")
    add(world.app, "SWIMSUIT")
    seen = said(world.till.get_json(f"/customers/{world.suzie.pk}/offers"))
    assert [(row["label"], row["applies"], row["why"]) for row in seen["offers"]] == [
        ("Free shipping", False, "Spend $66.67 more on what it covers.")
    ]
    assert [row["code"] for row in seen["codes"]] == [issued[0].code]
    why = said(world.till.get_json(f"/codes/{issued[0].code}/why?customer={world.suzie.pk}"))
    assert (why["works"], why["reason"]) == (False, "The item this code is for is not in the cart.")
    # a stranger with the code is told so, and an unknown one is counted as a guess
    olga = CustomerFactory(user=UserFactory(email="olga@example.com"))
    add(web_of(olga), "JACKET")
    other = said(marketer.get_json(f"/codes/{issued[0].code}/why?customer={olga.pk}"))
    assert (other["reason"], other["customer"]) == (
        "This code was made for another customer.",
        f"{world.suzie.first_name} {world.suzie.last_name}",
    )
    refused(marketer.get_json("/codes/XXXXX-XXXXX/why"), 422, "offer_code_unknown")


def test_a_publish_reprices_open_carts_when_they_are_next_read(world: World):
    add(world.app, "SWIMSUIT")
    offer = publish("ten", percent("10"), label="Ten")
    deliver_twice()
    assert said(world.app.get_json("/cart"))["totals"]["discount"]["amount_minor"] == -333
    shared_code(offer, "LATER")
    # and the moment an offer begins ends what the cart was priced with
    starts = now() + timedelta(hours=1)
    publish("later", percent("5"), starts_at=starts.isoformat(), ends_at=(starts + timedelta(days=1)).isoformat())
    deliver_twice()
    until = said(world.app.get_json("/cart"))["priced_until"]
    assert until[:19] == starts.isoformat()[:19]


def test_who_may_not(world: World):
    for client in (world.app, world.till, key_api("catalog:read"), staff_of()):
        assert client.get_json("/offers").status_code == 403
    assert said(key_api("offers:read").get_json("/offers"))["items"] == []
    assert (
        key_api("offers:read").post_json("/offers", {"key": "ten", "name": "T", "definition": TEN}).status_code == 403
    )
    assert world.app.get_json(f"/customers/{world.suzie.pk}/offers").status_code == 403
