"""An order of somebody nobody knew yet brings them into a journey once they have a record."""

import pytest

from campaigns.journeys.models import Enrolment
from tests.events.tools import deliver_twice
from tests.journeys.factories import make_journey, step
from tests.requirements.world import ADDRESS, World, add, check_out, guest_of, said

pytestmark = pytest.mark.django_db


def test_a_guests_first_order_brings_them_in_once() -> None:
    world = World.build()
    world.sell("DRESS-10", 8900)
    make_journey(
        step("start", "trigger", "bye", on="event", event="order.placed", reentry="never"),
        step("bye", "exit", reason="Enough"),
    )
    # when somebody without a log-in orders, and everything is told twice
    guest = guest_of()
    add(guest, "DRESS-10")
    said(guest.put_json("/cart/fulfilment", {"kind": "ship", "ship_to": ADDRESS, "shipping_method": "standard"}))
    check_out(guest, email="nora@example.com")
    deliver_twice()
    # then the record made for them is in, by that order
    [enrolment] = Enrolment.objects.all()
    assert (enrolment.customer.email, enrolment.event_name) == ("nora@example.com", "order.placed")
