"""Many writers, one cart: nothing is lost. Each race has a control that shows what the lock prevents."""

import random
import threading

import pytest
from django.db import transaction

from carts.models import Cart, CartHandoff, CartLine
from carts.services import working
from omnichannel.events.models import Event
from tests.carts.racing import all_at_once
from tests.carts.world import Api, Shop, guest_api, make_person, make_shop, make_store, make_till

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS = 20


@pytest.fixture
def shop(transactional_db: None) -> Shop:
    return make_shop()


def adder(person_api: Api, sku: str):
    """A client of its own for each thread: the test client is not shared."""
    return lambda: Api(**person_api.headers).add(sku).status_code


@pytest.mark.parametrize("situation", ["no cart yet", "no line yet", "line there"])
def test_twenty_adds_at_once_make_twenty_pieces(shop: Shop, situation: str):
    # given a customer in one of three situations
    shop.sell("A", 1000)
    shop.sell("B", 1000)
    person = make_person()
    if situation != "no cart yet":
        person.api.add("B" if situation == "no line yet" else "A")
    # when twenty adds arrive at once
    answers = all_at_once([adder(person.api, "A") for _ in range(WRITERS)])
    # then every one counts, in one cart, on one line, each with a version of its own
    assert answers == [200] * WRITERS
    cart = Cart.objects.get(customer_id=person.id)
    line = CartLine.objects.get(cart=cart, variant__sku="A")
    had = situation == "line there"
    assert line.quantity == WRITERS + had
    assert cart.version == WRITERS + (situation != "no cart yet")
    versions = [event.data["version"] for event in Event.objects.filter(name="cart.line_added", subject_id=cart.pk)]
    assert sorted(versions) == list(range(1, cart.version + 1))
    # and the document says the same
    assert {entry["sku"]: entry["quantity"] for entry in person.api.get("/cart").json()["lines"]}["A"] == line.quantity


def test_control_without_the_lock_adds_are_lost(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    """Two writers that both read before either writes, as happens where nobody locks."""
    shop.sell("A", 1000)
    person = make_person()
    person.api.add("A")
    both_read = threading.Barrier(2)
    monkeypatch.setattr(working, "_LOAD", working._LOAD.replace("FOR NO KEY UPDATE OF c", ""))
    save = working.save_cart

    def save_after_both_read(*args, **kwargs):
        both_read.wait(10)
        return save(*args, **kwargs)

    monkeypatch.setattr("carts.services.lines.save_cart", save_after_both_read)
    assert all_at_once([adder(person.api, "A"), adder(person.api, "A")]) == [200, 200]
    assert CartLine.objects.get().quantity == 2  # three were added


def test_two_hundred_random_operations_from_three_channels_lose_nothing(shop: Shop):
    # given one cart that the customer has on web and app and an associate on the tablet
    skus = [f"S{number}" for number in range(8)]
    for sku in skus:
        shop.sell(sku, 1000)
    person, till = make_person(), make_till(make_store("shop"))
    cart = person.api.add(skus[0]).json()["id"]
    hand_over = person.api.post("/cart/links", {}).json()["token"]
    web = Api().post("/cart-links/restore", {"token": hand_over}).json()["token"]
    start = Cart.objects.get(pk=cart).version
    channels = [(person.api.headers, "/cart"), ({"X-Cart-Token": web}, "/cart"), (till.api.headers, f"/carts/{cart}")]
    chance = random.Random(20)
    plans = [[(chance.choice(skus), chance.randint(1, 4)) for _ in range(25)] for _ in range(8)]
    added: dict[str, int] = {}
    for plan in plans:
        for sku, quantity in plan:
            added[sku] = added.get(sku, 0) + quantity

    def play(headers: dict[str, str], path: str, plan: list[tuple[str, int]]):
        def run() -> list[int]:
            api = Api(**headers)
            statuses = []
            for step, (sku, quantity) in enumerate(plan):
                # adding too many in one call and taking none away: a batch in every fifth step
                body = {"operations": [{"op": "add", "sku": sku, "quantity": quantity}]}
                answer = api.post(f"{path}/batch", body) if step % 5 == 4 else api.add(sku, quantity, path=path)
                statuses.append(answer.status_code)
            return statuses

        return run

    # when two hundred operations are sent from eight clients at once
    answers = all_at_once([play(*channels[number % 3], plan) for number, plan in enumerate(plans)])
    # then all succeeded and every piece is there
    assert [status for statuses in answers for status in statuses] == [200] * 200
    lines = {
        line.variant.sku: line.quantity for line in CartLine.objects.filter(cart_id=cart).select_related("variant")
    }
    added[skus[0]] += 1
    assert lines == added
    # every client sees the same version and the same bytes
    shown = [Api(**headers).get(path) for headers, path in channels]
    assert {answer["ETag"] for answer in shown} == {f'"{start + 200}"'}
    assert shown[0].content == shown[2].content
    # and the log tells of each with its channel
    log = Event.objects.filter(name="cart.line_added", subject_id=cart)
    assert log.count() == 201
    assert {event.channel for event in log} == {"mobile", "web", "tablet"}
    assert {event.associate_id for event in log if event.channel == "tablet"} == {till.associate.pk}


def test_one_code_scanned_by_ten_opens_for_one(shop: Shop):
    shop.sell("A", 1000)
    guest = guest_api()
    guest.add("A")
    code = guest.post("/cart/handoff").json()["code"]
    tills = [make_till(make_store(f"shop-{number}")) for number in range(10)]

    def redeem(till):
        return lambda: Api(**till.device_api.headers).post("/handoffs/redeem", {"code": code}).status_code

    answers = all_at_once([redeem(till) for till in tills])
    assert sorted(answers) == [200] + [409] * 9
    assert CartHandoff.objects.get().used_at is not None


def test_merging_both_ways_at_once_neither_deadlocks_nor_merges_twice(shop: Shop):
    shop.sell("A", 1000)
    guest, person = guest_api(), make_person()
    guest.add("A", 2)
    person.api.add("A")
    token = guest.headers["X-Cart-Token"]
    merge = [lambda: Api(**person.api.headers).post("/cart/merge", {"token": token}).status_code for _ in range(5)]
    write = [lambda: Api(**guest.headers).add("A").status_code for _ in range(5)]
    answers = all_at_once([*merge, *write])
    assert sorted(answers[:5]) == [200] + [409] * 4
    assert set(answers[5:]) <= {200, 404}
    # guests who came before the merge are in it, those after it were told that there is no cart any more
    assert person.api.get("/cart").json()["item_count"] == 3 + answers[5:].count(200)


def test_a_reader_in_a_transaction_sees_the_document_of_a_finished_write(shop: Shop):
    """Version and lines are written by one statement: no reader finds one without the other."""
    shop.sell("A", 1000)
    person = make_person()
    person.api.add("A")
    seen: list[tuple[int, int]] = []

    def read() -> None:
        api = Api(**person.api.headers)
        for _ in range(20):
            cart = api.get("/cart").json()
            seen.append((cart["version"], cart["lines"][0]["quantity"]))

    all_at_once([read, *[adder(person.api, "A") for _ in range(10)]])
    assert all(version == quantity for version, quantity in seen)
    assert transaction.get_autocommit()
