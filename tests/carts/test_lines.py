"""Lines through the public API: add, set, remove, clear, batches, scans, and what bad input gets."""

import pytest

from carts.models import Cart, CartLine
from omnichannel.events.models import Event
from tests.carts.world import Api, Shop, guest_api, make_person, make_store, make_till

pytestmark = pytest.mark.django_db


def lines_of(response) -> dict[str, int]:
    assert response.status_code == 200, response.content
    return {line["sku"]: line["quantity"] for line in response.json()["lines"]}


def problem_of(response) -> tuple[int, str, str]:
    body = response.json()
    return response.status_code, body["code"], (body.get("errors") or [{"pointer": ""}])[0]["pointer"]


def test_adding_the_same_thing_again_grows_its_line(shop: Shop):
    # given a cart with two of a thing
    shop.sell("DRESS-10", 4999)
    guest = guest_api()
    guest.add("DRESS-10", 2)
    # when three more are added
    answer = guest.add("DRESS-10", 3)
    # then there is one line of five
    assert lines_of(answer) == {"DRESS-10": 5}
    assert answer.json()["totals"]["total"] == {"amount_minor": 24995, "currency": "USD"}
    assert answer["ETag"] == '"3"'


def test_personalisation_makes_a_line_of_its_own_whatever_order_it_is_written_in(shop: Shop):
    shop.sell("MUG", 1500)
    guest = guest_api()
    guest.add("MUG", personalisation={"text": "Ada", "colour": "blue"})
    guest.add("MUG", personalisation={"colour": "blue", "text": "Ada"})
    answer = guest.add("MUG")
    quantities = [(line["personalisation"], line["quantity"]) for line in answer.json()["lines"]]
    assert quantities == [({"text": "Ada", "colour": "blue"}, 2), ({}, 1)]


def test_setting_removing_and_clearing(shop: Shop):
    for sku in ("A", "B", "C"):
        shop.sell(sku, 1000)
    guest = guest_api()
    for sku in ("A", "B", "C"):
        guest.add(sku)
    line = {entry["sku"]: entry["id"] for entry in guest.get("/cart").json()["lines"]}
    assert lines_of(guest.patch(f"/cart/lines/{line['A']}", {"quantity": 7, "note": "wrap it", "is_gift": True})) == {
        "A": 7,
        "B": 1,
        "C": 1,
    }
    changed = guest.get("/cart").json()["lines"][0]
    assert (changed["note"], changed["is_gift"], changed["added"]["at"] < changed["changed"]["at"]) == (
        "wrap it",
        True,
        True,
    )
    assert lines_of(guest.patch(f"/cart/lines/{line['A']}", {"quantity": 0})) == {"B": 1, "C": 1}
    assert lines_of(guest.delete(f"/cart/lines/{line['B']}")) == {"C": 1}
    assert lines_of(guest.delete("/cart/lines")) == {}
    assert CartLine.objects.count() == 0
    # and each step stands in the history, newest first
    names = [entry["name"] for entry in guest.get("/cart/history").json()["items"]]
    assert names[:4] == ["cart.cleared", "cart.line_removed", "cart.line_removed", "cart.line_changed"]


def test_a_batch_is_all_or_nothing_and_names_the_operation_at_fault(shop: Shop):
    shop.sell("A", 1000)
    shop.sell("B", 500)
    guest = guest_api()
    guest.add("A", 1)
    line = guest.get("/cart").json()["lines"][0]["id"]
    before = Event.objects.count()
    # when the third of three operations cannot be
    answer = guest.post(
        "/cart/batch",
        {
            "operations": [
                {"op": "set", "line_id": line, "quantity": 4},
                {"op": "add", "sku": "B"},
                {"op": "add", "sku": "NOPE"},
            ]
        },
    )
    # then nothing happened
    assert problem_of(answer) == (422, "sku_unknown", "/operations/2")
    assert lines_of(guest.get("/cart")) == {"A": 1}
    assert Event.objects.count() == before
    # and without it all of them happen, as one version
    version = guest.get("/cart").json()["version"]
    answer = guest.post(
        "/cart/batch",
        {
            "operations": [
                {"op": "set", "line_id": line, "quantity": 4},
                {"op": "add", "sku": "B", "quantity": 2},
                {"op": "remove", "line_id": line},
                {"op": "add", "sku": "A", "quantity": 3},
                {"op": "gift", "line_id": line, "is_gift": True},
                {"op": "note", "note": "ring the bell"},
            ]
        },
    )
    assert lines_of(answer) == {"A": 3, "B": 2} and answer.json()["version"] == version + 1
    assert answer.json()["note"] == "ring the bell"
    assert {entry["sku"]: entry["is_gift"] for entry in answer.json()["lines"]} == {"A": True, "B": False}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"sku": "NOPE"}, (422, "sku_unknown", "/sku")),
        ({"sku": "DRAFT"}, (422, "unavailable", "/sku")),
        ({"sku": "EURO"}, (422, "currency_mismatch", "/sku")),
        ({"sku": "A", "quantity": 0}, (400, "invalid", "/quantity")),
        ({"sku": "A", "quantity": -3}, (400, "invalid", "/quantity")),
        ({"sku": "A", "quantity": 10_000}, (400, "invalid", "/quantity")),
        ({"sku": "A", "quantity": 10**30}, (400, "invalid", "/quantity")),
        ({"sku": "A", "quantity": "3"}, (400, "invalid", "/quantity")),
        ({"sku": "A", "quantity": True}, (400, "invalid", "/quantity")),
        ({"sku": 12}, (400, "invalid", "/sku")),
        ({"sku": "A", "barcode": "4006381333931"}, (400, "invalid", "/sku")),
        ({}, (400, "invalid", "/sku")),
        ({"sku": "A", "colour": "red"}, (400, "invalid", "/colour")),
        ({"sku": "A\u0001"}, (400, "invalid", "/sku")),
        ({"sku": "A", "note": "x" * 501}, (400, "invalid", "/note")),
        ({"sku": "A", "variant_id": 5}, (400, "invalid", "/variant_id")),
        ({"sku": "A", "personalisation": {"x": 5}}, (400, "invalid", "/personalisation/x")),
        ({"sku": "A", "fulfilment": {"kind": "pickup"}}, (422, "store_needed", "/store_id")),
        (
            {"sku": "A", "fulfilment": {"kind": "pickup", "store_id": "01a1fff6-84da-7260-9faf-626fe781b22a"}},
            (422, "store_unknown", "/store_id"),
        ),
    ],
)
def test_bad_input_is_named_and_changes_nothing(shop: Shop, body, expected):
    shop.sell("A", 1000)
    shop.sell("DRAFT", 1000, status="draft")
    shop.sell("EURO", 1000, currency="EUR")
    guest = guest_api()
    before = Cart.objects.get().version
    assert problem_of(guest.post("/cart/lines", body)) == expected
    assert Cart.objects.get().version == before


def test_a_line_never_exceeds_what_a_line_may_hold(shop: Shop):
    shop.sell("A", 1000, stock=20_000)
    guest = guest_api()
    guest.add("A", 9_000)
    assert problem_of(guest.add("A", 1_000)) == (422, "quantity_too_large", "/quantity")
    assert lines_of(guest.add("A", 999)) == {"A": 9_999}


def test_a_scanned_barcode_adds_its_thing(shop: Shop):
    shop.sell("A", 1000, barcode="4006381333931")
    guest = guest_api()
    assert lines_of(guest.post("/cart/scan", {"code": "4006381333931"})) == {"A": 1}
    assert lines_of(guest.post("/cart/scan", {"code": "https://id.example.com/01/04006381333931"})) == {"A": 2}
    assert problem_of(guest.post("/cart/scan", {"code": "https://example.com/"})) == (422, "sku_unknown", "/code")


def test_problems_say_what_is_left_and_what_has_changed(shop: Shop):
    # given three in the cart of which two are left, and a price that moved
    thing = shop.sell("A", 1000, stock=2)
    guest = guest_api()
    problems = guest.add("A", 3).json()["lines"][0]["problems"]
    assert problems == [{"code": "insufficient_stock", "title": "Only 2 left.", "available": 2, "wanted": 3}]
    shop.sell("B", 700)
    thing.prices.update(amount_minor=1100)
    line = {entry["sku"]: entry for entry in guest.add("B").json()["lines"]}["A"]
    assert [problem["code"] for problem in line["problems"]] == ["insufficient_stock", "price_changed"]
    assert (line["problems"][1]["was"]["amount_minor"], line["problems"][1]["now"]["amount_minor"]) == (1000, 1100)
    # when the customer changes the line they have seen the price
    line = guest.patch(f"/cart/lines/{line['id']}", {"quantity": 2}).json()["lines"][0]
    assert line["problems"] == []
    # and what is not for sale any more stands in no total
    thing.is_active = False
    thing.save()
    answer = guest.add("B").json()
    assert [problem["code"] for problem in answer["lines"][0]["problems"]] == ["unavailable"]
    assert answer["totals"]["total"]["amount_minor"] == 1400


def test_foreign_carts_are_missing_carts_with_the_same_body(shop: Shop):
    shop.sell("A", 1000)
    ada, eve, guest = make_person("ada"), make_person("eve"), guest_api()
    cart = ada.api.add("A").json()["id"]
    guests = guest.get("/cart").json()["id"]
    till = make_till(make_store("shop"))
    missing = eve.api.get("/carts/01a1fff6-84da-7260-9faf-626fe781b22a")
    assert missing.status_code == 404
    for answer in (
        eve.api.get(f"/carts/{cart}"),
        guest.get(f"/carts/{cart}"),
        eve.api.add("A", path=f"/carts/{cart}"),
        till.device_api.get(f"/carts/{cart}"),
        till.api.get(f"/carts/{guests}"),
        till.device_api.add("A", path=f"/carts/{guests}"),
        eve.api.get("/cart"),
        eve.api.get(f"/carts/{cart}/history"),
    ):
        assert (answer.status_code, answer.content) == (404, missing.content)
    assert Api().get(f"/carts/{cart}").status_code == 401
    # and an associate serves any customer
    assert till.api.add("A", 2, path=f"/carts/{cart}").json()["item_count"] == 3


def test_a_replayed_key_gives_the_first_answer_and_another_body_is_refused(shop: Shop):
    shop.sell("A", 1000)
    person = make_person()
    first = person.api.post("/cart/lines", {"sku": "A"}, **{"Idempotency-Key": "k-1"})
    again = person.api.post("/cart/lines", {"sku": "A"}, **{"Idempotency-Key": "k-1"})
    assert (again.content, again["ETag"], again["Idempotency-Replayed"]) == (first.content, first["ETag"], "true")
    assert problem_of(person.api.post("/cart/lines", {"sku": "A", "quantity": 2}, **{"Idempotency-Key": "k-1"}))[
        :2
    ] == (422, "idempotency_key_reused")
    assert lines_of(person.api.get("/cart")) == {"A": 1}
    # a secret is never replayed for a key that anybody might think of
    assert problem_of(Api().post("/cart", **{"Idempotency-Key": "1"}))[:2] == (422, "idempotency_key_weak")
