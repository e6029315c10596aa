"""Guest into customer with a report and an undo, device to device by a code, link to cart."""

from datetime import timedelta

import pytest

from carts.models import Cart, CartHandoff
from omnichannel.events.models import Event
from omnichannel.kernel.clock import now
from tests.carts.world import Api, Shop, guest_api, make_person, make_store, make_till

pytestmark = pytest.mark.django_db


def quantities(cart: dict) -> dict[str, int]:
    return {line["sku"]: line["quantity"] for line in cart["lines"]}


def code_of(answer) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


@pytest.mark.parametrize(
    ("strategy", "both", "outcome"),
    [("sum", 5, "summed"), ("maximum", 3, "replaced"), ("keep_customer", 2, "kept"), ("keep_guest", 3, "replaced")],
)
def test_a_guest_cart_goes_into_the_customers_by_the_stated_rule(shop: Shop, strategy: str, both: int, outcome: str):
    # given a thing in both carts, one in each alone, a scarce one, one that became dearer and one no longer sold
    both_have, gone, dearer = shop.sell("BOTH", 1000), shop.sell("GONE", 500), shop.sell("DEARER", 700)
    shop.sell("MINE", 300)
    shop.sell("GUESTS", 400)
    shop.sell("SCARCE", 900, stock=2)
    guest, person = guest_api(), make_person()
    for sku, quantity in (("BOTH", 3), ("GUESTS", 1), ("SCARCE", 6), ("GONE", 1), ("DEARER", 1)):
        guest.add(sku, quantity)
    person.api.add("BOTH", 2)
    before = person.api.add("MINE", 1).json()
    gone.is_active = False
    gone.save()
    dearer.prices.update(amount_minor=750)
    # when the guest signs in and merges
    answer = person.api.post("/cart/merge", {"token": guest.headers["X-Cart-Token"], "strategy": strategy})
    # then a report says what became of each line
    merged = answer.json()
    assert {row["sku"]: (row["outcomes"], row["quantity"]) for row in merged["report"]} == {
        "BOTH": ([outcome], both),
        "GUESTS": (["added"], 1),
        "SCARCE": (["capped"], 2),
        "GONE": (["dropped"], 0),
        "DEARER": (["added", "repriced"], 1),
    }
    assert next(row for row in merged["report"] if row["sku"] == "DEARER")["now"]["amount_minor"] == 750
    assert quantities(merged["cart"]) == {"BOTH": both, "MINE": 1, "GUESTS": 1, "SCARCE": 2, "DEARER": 1}
    assert both_have.sku == "BOTH"
    # the guest's token opens nothing any more, and cannot be merged again
    assert code_of(guest.get("/cart")) == (404, "no_cart")
    assert code_of(person.api.post("/cart/merge", {"token": guest.headers["X-Cart-Token"]})) == (409, "cart_closed")
    # and undone, both carts are as they were
    undone = person.api.post(f"/cart/merges/{merged['id']}/undo")
    assert quantities(undone.json()) == quantities(before)
    assert [line["changed"] for line in undone.json()["lines"]] == [line["changed"] for line in before["lines"]]
    assert quantities(guest.get("/cart").json()) == {"BOTH": 3, "GUESTS": 1, "SCARCE": 6, "GONE": 1, "DEARER": 1}
    assert code_of(person.api.post(f"/cart/merges/{merged['id']}/undo")) == (409, "merge_undone")


def test_undoing_keeps_what_was_done_since_and_ends_with_the_order(shop: Shop):
    shop.sell("A", 1000)
    shop.sell("B", 1000)
    guest, person = guest_api(), make_person()
    guest.add("A", 3)
    person.api.add("A", 2)
    merged = person.api.post("/cart/merge", {"token": guest.headers["X-Cart-Token"]}).json()
    # when the customer adds one and another thing after the merge, and takes it back
    person.api.add("A", 1)
    person.api.add("B", 4)
    assert quantities(person.api.post(f"/cart/merges/{merged['id']}/undo").json()) == {"A": 3, "B": 4}
    # once the cart is an order there is nothing to undo
    again = person.api.post("/cart/merge", {"token": guest.headers["X-Cart-Token"]}).json()
    Cart.objects.filter(pk=again["cart"]["id"]).update(status="placed")
    assert code_of(person.api.post(f"/carts/{again['cart']['id']}/merges/{again['id']}/undo")) == (409, "cart_closed")


def test_only_a_guests_own_token_merges(shop: Shop):
    shop.sell("A", 1000)
    ada, eve = make_person("ada"), make_person("eve")
    ada.api.add("A")
    assert code_of(eve.api.post("/cart/merge", {"token": "made-up"})) == (422, "cart_token_unknown")
    link = ada.api.post("/cart/links", {}).json()["token"]
    restored = Api().post("/cart-links/restore", {"token": link}).json()["token"]
    for token in (link, restored):
        assert code_of(eve.api.post("/cart/merge", {"token": token})) == (422, "cart_token_unknown")


def test_a_cart_goes_from_phone_to_till_once_and_on_record(shop: Shop):
    # given a guest's cart on a phone and a till that does not know it
    shop.sell("A", 1000)
    guest, till = guest_api(), make_till(make_store("shop"))
    cart = guest.add("A", 2).json()["id"]
    assert code_of(till.device_api.get(f"/carts/{cart}")) == (404, "no_cart")
    # when the phone shows a code and the till reads it
    made = guest.post("/cart/handoff")
    assert made.status_code == 201 and made["Cache-Control"] == "no-store"
    code = made.json()["code"]
    assert made.json()["qr_svg"].startswith("<svg") and f"handoff={code}" in made.json()["url"]
    redeemed = till.device_api.post("/handoffs/redeem", {"code": code.lower().replace("-", " ")})
    # then the till works on the same cart, and so does the phone
    assert redeemed.json()["cart"]["id"] == cart and "token" not in redeemed.json()
    assert quantities(till.device_api.add("A", path=f"/carts/{cart}").json()) == {"A": 3}
    assert quantities(guest.get("/cart").json()) == {"A": 3}
    # once, and everybody is told why not
    assert code_of(till.device_api.post("/handoffs/redeem", {"code": code})) == (409, "handoff_used")
    assert code_of(till.device_api.post("/handoffs/redeem", {"code": "ZZZZ-ZZZZ"})) == (422, "handoff_unknown")
    late = guest.post("/cart/handoff").json()["code"]
    CartHandoff.objects.filter(used_at=None).update(expires_at=now() - timedelta(seconds=1))
    assert code_of(till.device_api.post("/handoffs/redeem", {"code": late})) == (409, "handoff_expired")
    # and it is on record
    handed = Event.objects.get(name="cart.handed_off")
    assert (handed.data["from_channel"], handed.data["to_channel"], handed.device_id) == (
        "web",
        "tablet",
        till.device.pk,
    )
    row = CartHandoff.objects.exclude(used_at=None).get()
    assert (row.used_by, row.used_channel, row.created_channel) == (f"device:{till.device.pk}", "tablet", "web")


def test_a_walk_in_cart_goes_from_the_till_into_the_customers_phone(shop: Shop):
    shop.sell("A", 1000)
    shop.sell("B", 500)
    till, person = make_till(make_store("shop")), make_person()
    cart = till.api.post("/carts").json()
    till.api.add("A", 2, path=f"/carts/{cart['id']}")
    person.api.add("B")
    code = till.api.post(f"/carts/{cart['id']}/handoff").json()["code"]
    redeemed = person.api.post("/handoffs/redeem", {"code": code}).json()
    # then it went into the customer's own, with a report, and the till goes on with that one
    assert quantities(redeemed["cart"]) == {"A": 2, "B": 1}
    assert [row["outcomes"] for row in redeemed["merge"]["report"]] == [["added"]]
    assert quantities(till.device_api.get(f"/carts/{redeemed['cart']['id']}").json()) == {"A": 2, "B": 1}
    added = next(line for line in redeemed["cart"]["lines"] if line["sku"] == "A")["added"]
    assert (added["channel"], added["store_id"], added["by_name"]) == ("tablet", str(till.store.pk), "Maya Torres")


def test_a_link_restores_one_cart_and_shows_nobody(shop: Shop):
    # given a customer's cart with contact and address
    shop.sell("A", 1000)
    person = make_person()
    cart = person.api.add("A", 2).json()["id"]
    person.api.put("/cart/contact", {"email": "Suzie@Example.com"})
    address = {
        "name": "S Reed",
        "line1": "1 Quay",
        "city": "Portland",
        "region": "ME",
        "postal_code": "04101",
        "country": "US",
    }
    assert (
        person.api.put("/cart/fulfilment", {"kind": "ship", "ship_to": address}).json()["email"] == "suzie@example.com"
    )
    link = person.api.post("/cart/links", {"product": "p-a"}).json()
    assert "product=p-a" in link["url"] and link["token"] in link["url"]
    # when anybody follows it, twice
    first = Api().post("/cart-links/restore", {"token": link["token"]})
    assert Api().post("/cart-links/restore", {"token": link["token"]}).status_code == 200
    # then they have the cart, not the person
    shown = first.json()
    assert (shown["id"], quantities(shown)) == (cart, {"A": 2})
    assert (shown["customer"], shown["email"], shown["fulfilment"]["ship_to"]) == (None, "", None)
    visitor = Api(**{"X-Cart-Token": shown["token"]})
    assert visitor.get("/cart").json()["customer"] is None
    assert quantities(visitor.add("A").json()) == {"A": 3}
    # and nothing that leads further
    for answer in (
        visitor.post("/cart/handoff"),
        visitor.post("/cart/links", {}),
        visitor.put("/cart/contact", {"email": "x@example.com"}),
        visitor.put("/cart/fulfilment", {"ship_to": address}),
        visitor.post(f"/cart/lines/{shown['lines'][0]['id']}/save-for-later"),
    ):
        assert code_of(answer) == (403, "cart_link_only")
    assert visitor.get("/me").status_code in (401, 403)
    assert visitor.get("/wish-lists").status_code == 403
    # the link's own token is no credential
    assert Api(**{"X-Cart-Token": link["token"]}).get("/cart").status_code == 401
    # its customer needs no token
    assert "token" not in person.api.post("/cart-links/restore", {"token": link["token"]}).json()
    assert code_of(Api().post("/cart-links/restore", {"token": "made-up"})) == (422, "cart_link_unknown")


def test_guessing_hand_off_codes_is_slowed(shop: Shop, fresh_redis):
    guest = guest_api()
    answers = [guest.post("/handoffs/redeem", {"code": f"AAAA-{number:04d}"}).status_code for number in range(22)]
    assert answers == [422] * 20 + [429] * 2


def test_a_walk_ins_cart_becomes_that_of_who_was_enrolled_meanwhile(shop: Shop):
    # given a walk-in's cart with two things and a code on the tablet, and somebody whose own cart holds a third
    for sku in ("GLOVES", "HAT", "SCARF"):
        shop.sell(sku, 1000)
    till, person = make_till(make_store("shop")), make_person()
    walk_in = till.api.post("/carts").json()["id"]
    till.api.add("GLOVES", 2, path=f"/carts/{walk_in}")
    till.api.add("HAT", 1, path=f"/carts/{walk_in}")
    own = person.api.add("SCARF").json()["id"]
    # when the associate says whose it is
    answer = till.api.post(f"/carts/{walk_in}/customer", {"customer_id": str(person.id)})
    # then all of it is in the customer's one cart, told line by line, and the walk-in's is closed
    assert answer.status_code == 200, answer.content
    merged = answer.json()
    assert (merged["cart"]["id"], quantities(merged["cart"])) == (own, {"GLOVES": 2, "HAT": 1, "SCARF": 1})
    assert {row["sku"]: row["outcomes"] for row in merged["report"]} == {"GLOVES": ["added"], "HAT": ["added"]}
    assert quantities(person.api.get("/cart").json()) == {"GLOVES": 2, "HAT": 1, "SCARF": 1}
    assert Event.objects.filter(name="cart.merged", subject_id=own).count() == 1
    # and it is not there a second time
    again = till.api.post(f"/carts/{walk_in}/customer", {"customer_id": str(person.id)})
    assert code_of(again) == (404, "no_cart")
    # until it is undone
    undone = till.api.post(f"/carts/{own}/merges/{merged['id']}/undo")
    assert quantities(undone.json()) == {"SCARF": 1}


def test_nobody_elses_cart_is_attached(shop: Shop):
    shop.sell("A", 1000)
    ada, eve = make_person("ada"), make_person("eve")
    here, there = make_till(make_store("here")), make_till(make_store("there"))
    adas = ada.api.add("A").json()["id"]
    walk_in = here.api.post("/carts").json()["id"]
    whose = {"customer_id": str(eve.id)}
    # a customer's own cart, a walk-in's of another tablet, one that is not there, a person who is not there
    assert code_of(here.api.post(f"/carts/{adas}/customer", whose)) == (404, "no_cart")
    assert code_of(there.api.post(f"/carts/{walk_in}/customer", whose)) == (404, "no_cart")
    missing = {"customer_id": "00000000-0000-7000-8000-000000000000"}
    assert code_of(here.api.post(f"/carts/{walk_in}/customer", missing))[0] == 404
    # and customers and guests may not say whose a cart is
    assert eve.api.post(f"/carts/{walk_in}/customer", whose).status_code == 403
    assert guest_api().post(f"/carts/{walk_in}/customer", whose).status_code in (403, 404)
    assert not Event.objects.filter(name="cart.merged").exists()


@pytest.mark.parametrize(("client", "channel"), [("app", "mobile"), ("social", "social"), ("till", "web")])
def test_a_guests_client_says_where_they_shop(shop: Shop, client: str, channel: str):
    shop.sell("A", 1000)
    guest = guest_api()
    cart = Api(**guest.headers, **{"X-Client": client}).add("A").json()
    assert cart["lines"][0]["added"]["channel"] == channel
