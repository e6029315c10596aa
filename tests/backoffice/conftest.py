"""A shop with every kind of thing in it, and staff in each of the five roles."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from omnichannel.accounts.models import User
from orders.models import Fulfilment
from tests.orders.shop import checkout, fill, for_pickup, guest, stocked, till, walk_in
from tests.stores.factories import StoreFactory


@pytest.fixture
def store(db: None) -> Any:
    return StoreFactory()


@pytest.fixture
def boss(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("boss@example.com", "correct horse battery", name="Helen Brandt"))
    return client


@pytest.fixture
def person_of(db: None) -> Callable[[str], Client]:
    def log_in(role: str) -> Client:
        user = User.objects.create_user(
            f"{role.split()[0].lower()}@example.com", "correct horse battery", name=role, is_staff=True
        )
        user.groups.add(Group.objects.get(name=role))
        client = Client()
        client.force_login(user)
        return client

    return log_in


@pytest.fixture
def pickup(store: Any) -> Callable[[], Fulfilment]:
    """A pickup that is paid for, so that the store may work on it."""
    desk = till(store)

    def place() -> Fulfilment:
        path = walk_in(desk, (stocked(store), 1), kind="pickup", store=store)
        answer = checkout(desk, {"provider": "cash"}, path=f"{path}/checkout")
        assert answer.status_code == 201, answer.content
        return Fulfilment.objects.select_related("order").get(order_id=answer.json()["id"])

    return place


@pytest.fixture
def trade(store: Any, pickup: Callable[[], Fulfilment]) -> Callable[[int], None]:
    """So many pickups, guest orders and open carts, with all that hangs on them."""

    def happen(times: int) -> None:
        for _ in range(times):
            pickup()
            web = guest()
            fill(web, (stocked(store), 1))
            for_pickup(web, store)
            assert checkout(web).status_code == 201
            fill(guest(), (stocked(store), 2))

    return happen
