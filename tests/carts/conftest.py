import pytest

from tests.carts.world import Shop, make_shop


@pytest.fixture
def shop(db: None) -> Shop:
    return make_shop()
