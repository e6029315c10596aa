from collections.abc import Iterator
from typing import Any

import pytest

from tests.audiences.tools import Ads, Visits, ads_connected
from tests.requirements.world import World


@pytest.fixture
def world(db: Any) -> World:
    """Suzie looks at dresses; a belt and a hat go with the dress, socks with nothing."""
    world = World.build()
    for sku, price in (("DRESS", 8900), ("JACKET", 12900), ("SWIMSUIT", 5900), ("BELT", 2900), ("HAT", 2500)):
        world.sell(sku, price)
    return world


@pytest.fixture
def visits(world: World) -> Visits:
    return Visits()


@pytest.fixture
def ads(settings: Any) -> Iterator[Ads]:
    with ads_connected(settings) as ads:
        yield ads
