from typing import Any

import pytest

from omnichannel.brand.models import BrandKit
from tests.fixtures.auth import ApiClient
from tests.requirements.world import World, staff_of
from tests.social.tools import SECRET


@pytest.fixture(autouse=True)
def bridge(settings: Any) -> None:
    """A secret shared with the platforms' bridge, and our hashtag."""
    settings.SOCIAL_WEBHOOK_SECRET, settings.SOCIAL_HASHTAGS = SECRET, ["marram"]


@pytest.fixture
def world(db: Any) -> World:
    BrandKit.objects.update_or_create(id=1, defaults={"name": "Marram"})
    world = World.build()
    world.sell("DRESS-10", 8900, stock=3)
    world.sell("HAT", 2500, stock=0)
    return world


@pytest.fixture
def staff(world: World) -> ApiClient:
    return staff_of(is_superuser=True)
