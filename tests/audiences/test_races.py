"""Several handlers at once on one customer's audiences: each item comes in once and is told of once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count

from campaigns.audiences.models import AudienceItem, Member
from campaigns.audiences.services import keeping, syncing
from campaigns.audiences.services.keeping import refresh_customers
from campaigns.audiences.services.sending import send_due_conversions
from campaigns.audiences.services.syncing import sync_due_members
from omnichannel.events.models import Event
from omnichannel.kernel.clock import now
from tests.audiences.tools import Visits, audience, deliver, inside, say_yes
from tests.customers.factories import CustomerFactory
from tests.requirements.world import World

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 6
# The statement as it would be if nobody waited for anybody.
NO_LOCK = "SELECT unnest(%s::uuid[])"


def all_at_once(work: Callable[[], object]) -> list[object]:
    start = threading.Barrier(AT_ONCE)

    def one(_: int) -> object:
        try:
            start.wait(10)
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


@pytest.fixture
def looked(transactional_db: Any) -> World:
    """Suzie looked at three things; nobody has reacted to it yet."""
    world = World.build()
    for sku in ("DRESS", "JACKET", "HAT"):
        world.sell(sku, 2500)
    say_yes(world.suzie)
    visits = Visits()
    for sku in ("DRESS", "JACKET", "HAT"):
        visits.view(sku, user=world.suzie.pk)
    return world


def times_told() -> dict[str, int]:
    rows = Event.objects.filter(name="audience.item_added").values("data__item").annotate(times=Count("pk"))
    return {row["data__item"]: row["times"] for row in rows}


def test_handlers_at_once_take_each_item_in_once_and_tell_of_it_once(looked: World) -> None:
    wanted = audience("viewed_or_carted_not_bought")
    all_at_once(lambda: refresh_customers(customer_ids=[looked.suzie.pk], at=now()))
    assert inside(wanted, looked.suzie) == {"dress", "jacket", "hat"}
    assert times_told() == {"Dress": 1, "Jacket": 1, "Hat": 1}
    assert Member.objects.count() == 1


def test_control_without_the_lock_every_handler_tells_of_the_same_items(
    looked: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given handlers that all read before any of them writes
    wanted = audience("viewed_or_carted_not_bought")
    every, read = threading.Barrier(AT_ONCE), keeping.list_targets

    def read_together(*args: Any, **kwargs: Any) -> Any:
        found = read(*args, **kwargs)
        every.wait(10)
        return found

    monkeypatch.setattr(keeping, "LOCK", NO_LOCK)
    monkeypatch.setattr(keeping, "list_targets", read_together)
    all_at_once(lambda: refresh_customers(customer_ids=[looked.suzie.pk], at=now()))
    # then the constraint keeps the rows single, and the facts tell of each six times
    assert inside(wanted, looked.suzie) == {"dress", "jacket", "hat"}
    assert AudienceItem.objects.count() == 3
    assert times_told() == {"Dress": AT_ONCE, "Jacket": AT_ONCE, "Hat": AT_ONCE}


def test_senders_at_once_put_everybody_on_one_list(
    ads: Any, monkeypatch: pytest.MonkeyPatch, transactional_db: Any
) -> None:
    # given an audience that has no list on the platform yet, and a batch of its people for each sender
    monkeypatch.setattr(syncing, "BATCH", 1)
    world, visits = World.build(), Visits()
    world.sell("DRESS", 2500)
    one = audience("viewed_or_carted_not_bought")
    for n in range(AT_ONCE):
        person = CustomerFactory(email=f"p{n}@example.com")
        say_yes(person)
        visits.view("DRESS", user=person.pk)
    deliver()
    send_due_conversions(at=now())
    # when all send at once
    all_at_once(lambda: sync_due_members(at=now()))
    # then the list that is known has everybody; a second one that was made in the meantime has nobody
    known = one.destinations.get().remote_id
    people = {each["id"]: each["people"] for each in ads.received()["lists"]}
    assert people.pop(known) == AT_ONCE
    assert set(people.values()) <= {0}
