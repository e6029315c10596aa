"""Version, ETag, If-Match, If-None-Match; statements counted; repricing when time goes by."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from carts.models import Cart
from carts.queries.access import internally
from carts.services.checkout import close_cart, lock_and_price
from omnichannel.events.ports import RecordedEvent
from omnichannel.kernel.clock import now
from tests.carts.world import Shop, guest_api, make_person

pytestmark = pytest.mark.django_db
#: The principal's own statement: the guest's token, the session's user.
PRINCIPAL = 1


def statements(captured: CaptureQueriesContext) -> list[str]:
    return [
        query["sql"]
        for query in captured.captured_queries
        if not query["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))
    ]


def test_reading_takes_one_statement_and_nothing_when_it_is_known(shop: Shop):
    shop.sell("A", 1000)
    guest = guest_api()
    written = guest.add("A")
    with CaptureQueriesContext(
        connection,
    ) as captured:
        answer = guest.get("/cart")
    assert len(statements(captured)) == 1 + PRINCIPAL, statements(captured)
    # what was written is what is read, to the byte
    assert (answer.content, answer["ETag"]) == (written.content, written["ETag"])
    known = guest.get("/cart", **{"If-None-Match": answer["ETag"]})
    assert (known.status_code, known.content, known["ETag"]) == (304, b"", '"2"')


@pytest.mark.parametrize("count", [1, 5, 50])
def test_a_line_write_takes_the_same_five_statements_whatever_is_in_the_cart(shop: Shop, count: int):
    for place in range(count):
        shop.sell(f"S{place}", 1000 + place)
    guest = guest_api()
    guest.post("/cart/batch", {"operations": [{"op": "add", "sku": f"S{place}"} for place in range(count)]})
    with CaptureQueriesContext(connection) as captured:
        answer = guest.add("S0")
    assert len(answer.json()["lines"]) == count
    assert len(statements(captured)) == 5 + PRINCIPAL, statements(captured)
    # and a batch over all of them takes as many
    with CaptureQueriesContext(connection) as captured:
        guest.post("/cart/batch", {"operations": [{"op": "add", "sku": f"S{place}"} for place in range(count)]})
    assert len(statements(captured)) == 5 + PRINCIPAL


def test_a_customers_first_add_opens_the_cart_within_six_statements(shop: Shop):
    shop.sell("A", 1000)
    person = make_person()
    person.api.get("/cart")
    with CaptureQueriesContext(connection) as captured:
        person.api.add("A")
    assert len(statements(captured)) <= 6 + PRINCIPAL, statements(captured)


def test_a_write_on_an_old_version_is_refused_with_the_one_that_stands(shop: Shop):
    shop.sell("A", 1000)
    guest = guest_api()
    line = guest.add("A").json()["lines"][0]["id"]
    guest.add("A")
    answer = guest.patch(f"/cart/lines/{line}", {"quantity": 9}, **{"If-Match": '"2"'})
    assert (answer.status_code, answer.json()["code"], answer.json()["data"]) == (412, "stale", {"version": 3})
    assert guest.patch(f"/cart/lines/{line}", {"quantity": 9}, **{"If-Match": '"3"'}).json()["version"] == 4
    assert guest.post("/cart/lines", {"sku": "A"}, **{"If-Match": "soon"}).status_code == 422


def test_a_read_past_the_end_of_a_price_reprices_first(shop: Shop):
    # given a sale that ends in an hour
    ends = now() + timedelta(hours=1)
    variant = shop.sell("A", 1000, sale=(800, ends))
    guest = guest_api()
    cart = guest.add("A").json()
    assert cart["totals"]["total"]["amount_minor"] == 800 and cart["priced_until"] is not None
    # when it has ended
    variant.prices.filter(is_sale=True).update(valid_until=now())
    Cart.objects.update(priced_until=now())
    answer = guest.get("/cart")
    # then the next read shows the list price, under a new version, and says what changed
    assert answer.json()["totals"]["total"]["amount_minor"] == 1000
    assert (answer.json()["version"], answer["ETag"]) == (cart["version"] + 1, '"3"')
    assert [problem["code"] for problem in answer.json()["lines"][0]["problems"]] == ["price_changed"]
    # and reading again changes nothing more
    assert guest.get("/cart").json()["version"] == 3


def test_a_changed_price_is_in_every_cart_at_its_next_read(shop: Shop):
    from carts.handlers import reprice_on_price_change

    variant = shop.sell("A", 1000)
    guest = guest_api()
    guest.add("A")
    variant.prices.update(amount_minor=1200)
    event = RecordedEvent(
        id=variant.pk, name="price.changed", kind="domain", occurred_at=now(), identity_id=None, subject_id=variant.pk, channel="system",
        store_id=None, device_id=None, associate_id=None, actor="system", request_id="", context={},
        data={"variant_id": str(variant.pk), "valid_from": now().isoformat()},
    )  # fmt: skip
    # delivered twice
    reprice_on_price_change([event])
    reprice_on_price_change([event])
    assert guest.get("/cart").json()["totals"]["total"]["amount_minor"] == 1200


def test_placing_locks_and_prices_in_two_statements_and_closing_takes_one(shop: Shop):
    shop.sell("A", 1000)
    person = make_person()
    cart_id = person.api.add("A", 2).json()["id"]
    cart = Cart.objects.get(pk=cart_id)
    with CaptureQueriesContext(connection) as captured:
        priced = lock_and_price(ref=internally(cart.pk), at=now())
    assert (len(statements(captured)), priced.totals.total, priced.lines[0].line.added.channel) == (2, 2000, "mobile")
    with CaptureQueriesContext(connection) as captured:
        closed = close_cart(cart_id=cart.pk, at=now())
    assert (len(statements(captured)), closed.cart_id, closed.version) == (1, cart.pk, 2)
    # then the customer has no cart, and the next one counts on from the last
    assert person.api.get("/cart").json()["code"] == "no_cart"
    assert person.api.get(f"/carts/{cart_id}").json()["status"] == "placed"
    assert person.api.add("A", path=f"/carts/{cart_id}").json()["code"] == "cart_closed"
    assert person.api.add("A").json()["version"] == 3
