from collections.abc import Iterator

import pytest
from django.core.cache import cache

from tests.requirements.house import House
from tests.requirements.world import World


@pytest.fixture(autouse=True)
def no_guesses_yet() -> Iterator[None]:
    """Counters of guesses and throttles live in Redis, which the tests share."""
    cache.clear()
    yield


@pytest.fixture
def world(db: None) -> World:
    return World.build()


@pytest.fixture
def house(db: None) -> House:
    return House.build()
