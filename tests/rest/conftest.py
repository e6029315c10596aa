"""A client of the tests' own endpoints, without a throttle left over from another test."""

from collections.abc import Iterator

import pytest
from django.test import Client

from omnichannel.rest import throttles


@pytest.fixture
def api(settings) -> Iterator[Client]:
    settings.ROOT_URLCONF = "tests.rest.urls"
    yield Client(raise_request_exception=False)


@pytest.fixture
def fresh_throttles(fresh_redis) -> Iterator[None]:
    throttles._buckets.clear()
    throttles._open_until = 0.0
    throttles._script.cache_clear()
    yield
    throttles._buckets.clear()
    throttles._open_until = 0.0
    throttles._script.cache_clear()
