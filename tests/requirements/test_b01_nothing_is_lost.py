"""B1: 200 random concurrent operations from three channels lose nothing, and all show one version within a second."""

import pytest

from tests.carts.test_live import Process
from tests.carts.test_races import test_two_hundred_random_operations_from_three_channels_lose_nothing as play
from tests.carts.world import make_person, make_shop, make_store, make_till

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_hundred_operations(transactional_db: None):
    play(make_shop())


def test_every_client_hears_the_same_last_version(transactional_db: None):
    shop = make_shop()
    shop.sell("A", 1000)
    person, till = make_person(), make_till(make_store("harbour"))
    cart = person.api.add("A").json()["id"]
    process = Process()
    try:
        streams = [process.watch(person.api), process.watch(till.api, f"cart={cart}")]
        for step in range(10):
            (person.api if step % 2 else till.api).add("A", path=f"/carts/{cart}")
        for stream in streams:
            while stream.next_version() != 11:
                pass
    finally:
        process.stop()
