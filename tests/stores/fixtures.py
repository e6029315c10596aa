"""Clients of devices, associates and API keys. Other apps' conftest may import them:

`from tests.stores.fixtures import *`. `device_api(device)` and `associate_api(device, associate)` are functions.
"""

from datetime import timedelta

import pytest

from omnichannel.integrations.models import ApiKey
from omnichannel.kernel.clock import now
from omnichannel.kernel.ids import new_token, token_hash
from stores.models import Associate, AssociateSession, Device, Store
from tests.fixtures.auth import ApiClient
from tests.stores.factories import AssociateFactory, DeviceFactory, StoreFactory


def device_api(device: Device) -> ApiClient:
    """A tablet with nobody signed in."""
    return ApiClient({"Authorization": f"Device {device.token}"})  # type: ignore[attr-defined]  # set by the factory


def associate_api(device: Device, associate: Associate) -> ApiClient:
    """A tablet with this associate signed in."""
    token = new_token()
    AssociateSession.objects.filter(device=device, ended_at=None).update(ended_at=now())
    AssociateSession.objects.create(
        device=device, associate=associate, token_hash=token_hash(token), expires_at=now() + timedelta(hours=12)
    )
    return ApiClient({"Authorization": f"Device {device.token}", "X-Associate-Session": token})  # type: ignore[attr-defined]


def key_api(*scopes: str) -> ApiClient:
    """Another system with an API key of these scopes."""
    secret = new_token()
    ApiKey.objects.create(
        name="Warehouse system", prefix=secret[:8], secret_hash=token_hash(secret), scopes=list(scopes)
    )
    return ApiClient({"Authorization": f"Bearer {secret}"})


@pytest.fixture
def store(db: None) -> Store:
    return StoreFactory()


@pytest.fixture
def device(store: Store) -> Device:
    return DeviceFactory(store=store)


@pytest.fixture
def associate(store: Store) -> Associate:
    return AssociateFactory(stores=[store])


@pytest.fixture
def tablet(device: Device) -> ApiClient:
    """The store's tablet with nobody signed in."""
    return device_api(device)


@pytest.fixture
def till(device: Device, associate: Associate) -> ApiClient:
    """The store's tablet with its associate signed in."""
    return associate_api(device, associate)
