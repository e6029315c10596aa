"""The clock of resting carts: each rest once, each return once."""

from datetime import timedelta

import pytest

from carts.models import Cart
from carts.services.abandoning import record_abandoned
from carts.tasks import record_abandoned_carts
from omnichannel.events.models import Event
from omnichannel.kernel.clock import now
from tests.carts.world import Api, Shop, guest_api, make_person

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def recorded(name: str) -> list[dict]:
    return [event.data for event in Event.objects.filter(name=name).order_by("id")]


def rest(cart_id: str, hours: float) -> None:
    Cart.objects.filter(pk=cart_id).update(last_activity_at=now() - timedelta(hours=hours))


def test_a_rest_is_recorded_once_and_so_is_the_return(shop: Shop):
    shop.sell("A", 1000)
    person = make_person()
    cart = person.api.add("A", 2).json()["id"]
    # a cart that rests half an hour is not abandoned, nor an empty one, whatever its age
    empty = guest_api().get("/cart").json()["id"]
    rest(cart, 0.5)
    rest(empty, 9)
    assert record_abandoned(at=now(), after=HOUR) == 0
    # an hour and a bit is one abandonment, however often the clock looks
    rest(cart, 1.1)
    record_abandoned_carts()
    record_abandoned_carts()
    (fact,) = recorded("cart.abandoned")
    assert (fact["cart_id"], fact["item_count"], fact["total_minor"], fact["currency"]) == (cart, 2, 2000, "USD")
    assert Event.objects.get(name="cart.abandoned").identity_id == person.id
    # coming back is one recovery, and the next rest is another abandonment
    person.api.add("A")
    person.api.add("A")
    assert len(recorded("cart.recovered")) == 1
    rest(cart, 2)
    assert record_abandoned(at=now(), after=HOUR) == 1
    assert len(recorded("cart.abandoned")) == 2


def test_following_the_reminders_link_is_coming_back(shop: Shop):
    shop.sell("A", 1000)
    person = make_person()
    cart = person.api.add("A").json()["id"]
    link = person.api.post("/cart/links", {}).json()["token"]
    rest(cart, 2)
    record_abandoned(at=now(), after=HOUR)
    assert Api().post("/cart-links/restore", {"token": link}).status_code == 200
    assert len(recorded("cart.recovered")) == 1
    assert record_abandoned(at=now(), after=HOUR) == 0
