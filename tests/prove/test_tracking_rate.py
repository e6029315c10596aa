"""Batch tracking: at least 2,000 events a second stored, deduplicated and attached, whatever is in the log already."""

import os
import time
import uuid

import orjson
import pytest
from django.db import connection
from django.test import Client

from customers.services.sources import create_source
from omnichannel.events.models import Event
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from tests.catalog.factories import VariantFactory
from tests.customers.factories import CustomerFactory

pytestmark = [pytest.mark.prove, pytest.mark.django_db(transaction=True)]

BATCH = 100
LEAST_A_SECOND = 2_000

GROW = """
INSERT INTO events_event (id, name, kind, occurred_at, identity_id, channel, actor, request_id, context, data)
SELECT (lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint), 12, '0') || '7' || substr(md5(n::text), 1, 3)
        || '8' || substr(md5(n::text), 4, 15))::uuid,
       'Product Viewed', 'tracked', now(), md5((n %% 5000)::text)::uuid, 'web', 'source:x', '', '{}', '{"sku": "SKU-1"}'
  FROM generate_series(1, %s) AS n
"""


def bodies(key, customers, count):
    for number in range(count):
        batch = [
            {
                "type": "track", "event": "Product Viewed", "messageId": str(uuid.uuid4()),
                "anonymousId": f"visitor-{number}-{n % 25}", "timestamp": now().isoformat(),
                **({"userId": str(customers[n % len(customers)])} if n % 2 else {}),
                "properties": {"sku": f"SKU-{n % 20}", "name": "Linen jacket", "price": 128.0, "currency": "USD"},
                "context": {"page": {"url": f"https://shop.example/p/{n}?utm_source=instagram"}, "userAgent": "Mozilla/5.0 (iPhone)"},
            }
            for n in range(BATCH)
        ]  # fmt: skip
        yield orjson.dumps({"writeKey": key, "batch": batch, "sentAt": now().isoformat()})


def rate(key, customers, batches):
    client, sent = Client(), list(bodies(key, customers, batches))
    started = time.perf_counter()
    for body in sent:
        assert client.post("/v1/batch", body, content_type="text/plain").json()["accepted"] == BATCH
    return batches * BATCH / (time.perf_counter() - started)


def test_two_thousand_a_second():
    # given a log that is empty, and one of many rows
    _, key = create_source(name="Shop", channel="web", by=SYSTEM, at=now())
    customers = [CustomerFactory().pk for _ in range(50)]
    for number in range(20):
        VariantFactory(sku=f"SKU-{number}")
    rate(key, customers, 3)
    empty = max(rate(key, customers, 20) for _ in range(3))
    with connection.cursor() as cursor:
        cursor.execute(GROW, [int(os.environ.get("LOG_ROWS", "300000"))])
    full = max(rate(key, customers, 20) for _ in range(3))
    print(f"\n{empty:,.0f} events/s into an empty log, {full:,.0f} into {Event.objects.count():,} rows")
    # then both are fast enough, and the second hardly slower
    assert min(empty, full) >= LEAST_A_SECOND
    assert full > empty * 0.5
