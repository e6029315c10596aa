"""P22: a browser that several people use. What one does there is never told of another."""

import pytest

from customers.models import Customer, Identity
from omnichannel.events.models import Event
from omnichannel.events.services import deliver_due
from tests.customers.factories import CustomerFactory, UserFactory
from tests.customers.test_tracking_api import Sender, identify, track
from tests.requirements.world import ADDRESS, World, add, check_out, guest_of, said, web_of
from tests.stores.fixtures import key_api

pytestmark = pytest.mark.django_db
BROWSER = "library-computer-1"


def told(customer_id: object) -> list[str]:
    rows = said(key_api("customers:read").get_json(f"/customers/{customer_id}/timeline?limit=100"))["items"]
    return [row["name"] for row in rows if row["name"] not in ("customer.looked_up", "customer.created")]


def test_who_comes_after_somebody_who_logged_out_leaves_no_trace_on_their_timeline(world: World):
    # given a library's computer on which Suzie was logged in, and Nora after her
    world.sell("DRESS-10", 5_000)
    nora = CustomerFactory(first_name="Nora", user=UserFactory(email="nora@example.com"))
    page = Sender()
    said(world.web.get_json("/me", X_Anonymous_Id=BROWSER))
    page.batch(track(who=BROWSER, properties={"name": "Hers"}))
    said(web_of(nora).get_json("/me", X_Anonymous_Id=BROWSER))
    before = told(world.suzie.pk)
    assert before.count("Product Viewed") == 1
    # when somebody looks around there without a name, and orders as a guest
    page.batch(track(who=BROWSER, properties={"name": "Not hers"}))
    guest = guest_of(**{"X-Anonymous-Id": BROWSER})
    add(guest, "DRESS-10")
    said(guest.put_json("/cart/fulfilment", {"kind": "ship", "ship_to": ADDRESS, "shipping_method": "standard"}))
    order = check_out(guest, email="third@example.com")
    deliver_due()
    # then neither Suzie nor Nora hears of it: not of the visit, not of the cart, not of the order
    assert told(world.suzie.pk) == before
    assert "order.placed" not in told(nora.pk) and "Product Viewed" not in told(nora.pk)
    placed = Event.objects.get(name="order.placed")
    # the order stands for itself
    assert (str(placed.subject_id), str(placed.identity_id), placed.context["anonymous_id"]) == (
        order["id"],
        order["id"],
        BROWSER,
    )
    # and the guest's own record has the order
    third = Customer.objects.get(email="third@example.com")
    assert "order.attached" in told(third.pk)


def test_two_proven_addresses_stay_two_whatever_a_server_claims():
    # given two people who each proved an address, and a server that mixes them up
    ann, bo = (
        CustomerFactory(first_name=name, user=UserFactory(email=f"{name}@example.com".lower()), email_verified=True)
        for name in ("Ann", "Bo")
    )
    server = Sender(is_trusted=True)
    for message in (
        identify(ann.pk, who="tablet-9", email="bo@example.com"),
        identify(bo.pk, who="tablet-9", email="ann@example.com"),
        {"type": "alias", "previousId": str(ann.pk), "userId": str(bo.pk), "anonymousId": "tablet-9"},
        {"type": "alias", "previousId": "ann@example.com", "userId": "bo@example.com", "anonymousId": "tablet-9"},
    ):
        assert server.batch(message).json()["accepted"] == 1
    # then they are two, as they were, and nobody's visits went over
    assert Customer.objects.filter(merged_into=None, pk__in=[ann.pk, bo.pk]).count() == 2
    assert not Identity.objects.filter(value="tablet-9", customer__isnull=False).exists()
    assert sorted(Customer.objects.filter(pk__in=[ann.pk, bo.pk]).values_list("email", flat=True)) == [
        "ann@example.com", "bo@example.com",
    ]  # fmt: skip
