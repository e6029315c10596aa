"""Live sets of (customer, item): what brings an item in, what takes it out, and what it says of that."""

from datetime import timedelta

import pytest

from campaigns.audiences.models import AudienceItem, Member
from campaigns.audiences.queries.showing import sentence_of
from campaigns.audiences.services import rebuilding
from campaigns.audiences.services.keeping import refresh_customers
from customers.models import Customer
from customers.services.merging import merge_customers
from omnichannel.events.models import Event
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from stores.models import StockLevel
from tests.audiences.tools import audience, deliver, inside, left, relate, say_no, say_yes
from tests.customers.factories import CustomerFactory
from tests.events.tools import deliver_twice
from tests.requirements.world import add, check_out, said

pytestmark = pytest.mark.django_db
INTEREST, RELATED = "viewed_or_carted_not_bought", "related_to_bought"


def buy(world, *skus, client=None):
    client = client or world.web
    for sku in skus:
        add(client, sku)
    said(client.put_json("/cart/fulfilment", {"kind": "pickup", "store_id": str(world.harbour.pk)}))
    order = check_out(client, email="suzie@example.com")
    return said(world.till.post_json(f"/orders/{order['id']}/payments", {"provider": "cash"}), 201)


def buy_at_till(world, *skus):
    """In her own cart, on the store's tablet."""
    path = f"/carts/{said(world.web.post_json('/cart'), 201)['id']}"
    for sku in skus:
        add(world.till, sku, path=path)
    said(world.till.put_json(f"{path}/fulfilment", {"kind": "carry_out", "store_id": str(world.harbour.pk)}))
    return check_out(world.till, {"provider": "cash"}, path=path)


def test_what_is_viewed_and_carted_is_in_until_it_is_bought(world, visits):
    # given an audience of what people look at
    wanted = audience(INTEREST)
    # when she looks at a dress twice and puts a jacket in the cart, and every fact is delivered twice
    visits.view("DRESS", user=world.suzie.pk)
    visits.view("DRESS", user=world.suzie.pk)
    add(world.web, "JACKET")
    deliver_twice()
    # then both are in once, with the reason
    assert inside(wanted, world.suzie) == {"dress", "jacket"}
    dress = AudienceItem.objects.get(audience=wanted, product__slug="dress")
    assert dress.reason == "looked at it twice on the website"
    # when she buys the jacket
    order = buy(world)
    deliver_twice()
    # then it is gone, and the reason names the order
    assert inside(wanted, world.suzie) == {"dress"}
    assert left(wanted, world.suzie) == {"jacket": f"bought on the website, order {order['number']}"}
    told = Event.objects.filter(name__startswith="audience.", identity_id=world.suzie.pk).order_by("id")
    assert [(event.name, event.data["item"]) for event in told] == [
        ("audience.item_added", "Dress"), ("audience.item_added", "Jacket"), ("audience.item_removed", "Jacket"),
    ]  # fmt: skip


def test_a_store_purchase_counts_and_a_return_brings_it_back(world, visits):
    wanted = audience(INTEREST)
    visits.view("DRESS", user=world.suzie.pk)
    deliver()
    # when she buys it at the till
    order = buy_at_till(world, "DRESS")
    deliver_twice()
    assert inside(wanted, world.suzie) == set()
    assert left(wanted, world.suzie) == {"dress": f"bought at Harbour Street, order {order['number']}"}
    # when she brings it back
    line = order["lines"][0]["id"]
    said(world.till.post_json(f"/orders/{order['id']}/returns", {"lines": [{"line_id": line, "quantity": 1}]}), 201)
    deliver_twice()
    # then it is in again, once, and says so
    assert inside(wanted, world.suzie) == {"dress"}
    open_item = AudienceItem.objects.get(audience=wanted, product__slug="dress", removed_at=None)
    assert open_item.reason.startswith("given back, and looked at it")


def test_an_anonymous_visit_counts_once_it_is_known_who_it_was(world, visits):
    wanted = audience(INTEREST)
    visits.view("DRESS", who="visitor-7")
    deliver()
    assert not AudienceItem.objects.exists()
    # when she signs in on the same browser
    said(world.web.patch_json("/me", {"first_name": "Suzie"}, x_anonymous_id="visitor-7"))
    deliver_twice()
    # then what she had looked at is in
    assert inside(wanted, world.suzie) == {"dress"}


def test_what_goes_with_the_purchase_comes_in_never_what_they_own_and_only_in_stock(world):
    related = audience(RELATED)
    relate(world.variants["DRESS"], world.variants["BELT"], world.variants["HAT"], world.variants["JACKET"])
    StockLevel.objects.filter(variant=world.variants["HAT"]).update(on_hand=0)
    # when she buys a dress and the jacket that goes with it
    order = buy(world, "DRESS", "JACKET")
    deliver_twice()
    # then the belt is in: the jacket is hers, the hat is not to be had
    assert inside(related, world.suzie) == {"belt"}
    belt = AudienceItem.objects.get(audience=related)
    assert belt.reason == f"goes with Dress, bought on the website, order {order['number']}"
    # when the hat comes in and the belt sells out
    StockLevel.objects.filter(variant=world.variants["BELT"]).update(on_hand=0)
    rebuilding.follow_stock(at=now())
    assert inside(related, world.suzie) == set()
    assert left(related, world.suzie) == {"belt": "sold out"}
    StockLevel.objects.filter(variant__in=[world.variants["HAT"], world.variants["BELT"]]).update(on_hand=4)
    rebuilding.follow_stock(at=now())
    # then both are offered
    assert inside(related, world.suzie) == {"belt", "hat"}


def test_a_window_closes_by_the_clock(world, visits):
    wanted = audience(INTEREST, within_days=7)
    visits.view("DRESS", user=world.suzie.pk)
    deliver()
    rebuilding.close_windows(at=now() + timedelta(days=6))
    assert inside(wanted, world.suzie) == {"dress"}
    rebuilding.close_windows(at=now() + timedelta(days=8))
    assert left(wanted, world.suzie) == {"dress": "too long ago"}


def test_who_says_no_to_advertising_leaves_and_comes_back_with_a_yes(world, visits):
    wanted, inner = audience(INTEREST), audience(INTEREST, platform="")
    visits.view("DRESS", user=world.suzie.pk)
    deliver()
    # when she says no
    say_no(world.suzie)
    deliver_twice()
    # then she is in no audience that is for advertising
    assert inside(wanted, world.suzie) == set()
    assert left(wanted, world.suzie) == {"dress": "They said no to advertising on other sites"}
    assert inside(inner, world.suzie) == {"dress"}
    say_yes(world.suzie)
    deliver_twice()
    assert inside(wanted, world.suzie) == {"dress"}


def test_a_category_and_one_kind_of_interest_narrow_it(world, visits):
    carted = audience(INTEREST, did=["carted"])
    elsewhere = audience(INTEREST, category="men")
    women = audience(INTEREST, category="women")
    visits.view("DRESS", user=world.suzie.pk)
    add(world.web, "BELT")
    deliver()
    assert inside(carted, world.suzie) == {"belt"}
    assert inside(elsewhere, world.suzie) == set()
    assert inside(women, world.suzie) == {"belt", "dress"}
    assert "Women" in sentence_of(women)


def test_rebuilding_finds_everybody_the_rule_means(world, visits):
    other = CustomerFactory(first_name="Olga")
    visits.view("DRESS", user=world.suzie.pk)
    visits.view("HAT", user=other.pk)
    visits.view("HAT", who="nobody-known")
    deliver()
    late = audience(INTEREST)
    done = rebuilding.rebuild_audience(audience_id=late.pk, at=now())
    assert (done.added, inside(late, world.suzie), inside(late, other)) == (2, {"dress"}, {"hat"})
    assert Customer.objects.count() == 2


def test_refreshing_again_changes_nothing(world, visits):
    wanted = audience(INTEREST)
    visits.view("DRESS", user=world.suzie.pk)
    deliver()
    before = list(AudienceItem.objects.values())
    done = refresh_customers(customer_ids=[world.suzie.pk], at=now())
    assert (done.added, done.removed) == (0, 0)
    assert list(AudienceItem.objects.values()) == before
    assert inside(wanted, world.suzie) == {"dress"}


def test_a_guest_who_became_a_customer_is_on_no_list_beside_themselves(world):
    # given a guest whose cart was filled under a record of their own, which then became Suzie's
    world.sell("LANTERN", 8900)
    guest = CustomerFactory(email="suzie@example.com", source="guest_order")
    cart = said(world.till.post_json(f"/customers/{guest.pk}/cart"), 201)
    said(world.till.post_json(f"/carts/{cart['id']}/lines", {"sku": "LANTERN"}))
    one = audience("viewed_or_carted_not_bought")
    deliver()
    assert inside(one, guest) == {"lantern"}
    say_yes(world.suzie)
    merge_customers(from_id=guest.pk, to_id=world.suzie.pk, reason="the same address", by=SYSTEM, at=now())
    deliver()
    # then the old record holds nothing and is wanted on no list
    assert inside(one, guest) == set()
    assert not Member.objects.filter(customer=guest, is_wanted=True).exists()
