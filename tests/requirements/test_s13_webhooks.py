"""S13: "communicate and share data in real-time": another system hears of a write within five seconds."""

import threading
import time

import orjson
import pytest
from celery.contrib.testing.worker import start_worker

from omnichannel.celery import app
from omnichannel.events.relay import run_relay
from omnichannel.integrations.services.keys import create_api_key
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from tests.integrations.conftest import receiver

__all__ = ["receiver"]


@pytest.mark.django_db(transaction=True)
def test_a_write_is_told_within_five_seconds(client, receiver, fresh_redis, settings):
    # given relay and worker as they run in production, and another system's endpoint for API keys
    key, secret = create_api_key(name="ERP", scopes=["webhooks:write", "keys:write"], at=now(), by=SYSTEM)

    def call(path: str, body: dict) -> dict:
        answer = client.post(
            f"/api/v1/{path}",
            orjson.dumps(body),
            content_type="application/json",
            headers={"Authorization": f"Bearer {secret}"},
        )
        assert answer.status_code in (200, 201)
        return answer.json()

    told = threading.Event()
    behave = receiver.behave
    receiver.behave = lambda request: (behave(request), told.set())
    stop = threading.Event()
    relay = threading.Thread(target=run_relay, args=[stop, app])
    with start_worker(
        app, pool="solo", perform_ping_check=False, queues=["reactions", "webhooks"], shutdown_timeout=30
    ):
        relay.start()
        endpoint = call("webhook-endpoints", {"url": receiver.url, "facts": ["api_key.rotated"]})
        # when something is written
        written = time.monotonic()
        call(f"api-keys/{key.id}/rotate", {})
        # then the other system has it, verified, within five seconds
        assert told.wait(5.0)
        assert time.monotonic() - written < 5.0
        stop.set()
        relay.join()
    (message,) = receiver.verified(endpoint["secret"])
    assert (message["type"], message["data"]["resource_id"], message["data"]["sequence"]) == (
        "api_key.rotated",
        str(key.id),
        1,
    )
