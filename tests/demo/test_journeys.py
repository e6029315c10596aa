"""What the demo tells of its journeys is true of the people in it."""

from datetime import timedelta

import pytest

from campaigns.journeys.models import Enrolment, StepRun
from campaigns.messages.models import Message, MessageOrder
from demo.services.journeys import load_journeys
from demo.services.people import Known
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from orders.models import Order
from tests.customers.factories import CustomerFactory
from tests.requirements.world import World, add, check_out

pytestmark = pytest.mark.django_db(transaction=True)


def test_whoever_reached_the_goal_bought_and_nobody_else_did():
    # given forty people, every other one with an order of this month
    world = World.build()
    world.sell("DRESS", 8900, stock=100)
    people = [CustomerFactory(email=f"p{n}@example.com") for n in range(40)]
    for person in people[::2]:
        path = f"/carts/{world.till.post_json(f'/customers/{person.pk}/cart').json()['id']}"
        add(world.till, "DRESS", path=path)
        world.till.put_json(f"{path}/fulfilment", {"kind": "carry_out"})
        check_out(world.till, {"provider": "cash"}, path=path)
    # when their lives are written, a day later
    load_journeys(
        people=[Known(person.pk, person.email) for person in people], by=SYSTEM, at=now() + timedelta(days=1),
        popup_segment="nowhere",
    )  # fmt: skip
    # then a goal is an order of that person at that moment, and the others bought nothing on their way
    lives = list(Enrolment.objects.filter(journey__key__in=["abandoned_cart", "browse_reminder", "newsletter_welcome"]))
    reached = [life for life in lives if life.state == "goal"]
    assert len(reached) > 3 and len(lives) > len(reached)
    for life in lives:
        bought = Order.objects.filter(
            customer_id=life.customer_id, confirmed_at__gt=life.entered_at, confirmed_at__lte=life.ended_at
        )
        assert bought.count() == (1 if life in reached else 0), (life.journey, life.state)
    # and a message has only orders of its reader, placed after the click
    counted = {row.order_id: row.message for row in MessageOrder.objects.select_related("message")}
    assert counted
    for order in Order.objects.filter(pk__in=counted):
        message = counted[order.pk]
        assert message.customer_id == order.customer_id
        assert message.sent_at < message.clicked_at < order.confirmed_at
    # and each way is whole: steps follow each other in time, messages stand where the way sent them
    assert Message.objects.count() == StepRun.objects.filter(step="write", outcome="then").count()
    for life in lives:
        times = [moment for run in life.runs.order_by("visit") for moment in (run.arrived_at, run.left_at)]
        assert times == sorted(times) and times[-1] == life.ended_at
