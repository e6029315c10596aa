"""A customer's page is told of what happens to them, on any channel, as it happens."""

from __future__ import annotations

import queue
import time
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission

from customers.services.consent import give_consent
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from tests.carts.test_live import Process, Stream
from tests.customers.factories import CustomerFactory, StaffFactory
from tests.customers.test_tracking_api import Sender, identify, track
from tests.fixtures.auth import session_of
from tests.stores.fixtures import key_api

pytestmark = pytest.mark.django_db(transaction=True)
WITHIN_SECONDS = 1.0


@pytest.fixture
def process() -> Iterator[Process]:
    running = Process()
    yield running
    running.stop()


def watch(process: Process, staff, customer_id) -> Stream:
    cookie = f"{settings.SESSION_COOKIE_NAME}={session_of(staff)}"
    return Stream(process, {"cookie": cookie}, f"customer={customer_id}", path="/live/customer")


def reader(*codenames: str):
    staff = StaffFactory()
    staff.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return staff


def test_a_fact_and_a_visit_are_told_within_a_second(process):
    # given a customer known by a browser, and their page open
    suzie = CustomerFactory()
    shop = Sender()
    shop.batch(track(who="a-1"), identify(suzie.pk, who="a-1"))
    stream = watch(process, reader("view_customer"), suzie.pk)
    assert (stream.status, stream.headers["content-type"]) == (200, "text/event-stream")
    seen = stream.next_version()
    # when something is recorded of them, then a visit of their browser comes in
    for happens in (
        lambda: give_consent(
            customer_id=suzie.pk, channel="email", purpose="marketing", wording="1", source="checkout", proof={}, by=SYSTEM,
            at=now(),
        ),
        lambda: shop.batch(track(who="a-1")),
    ):  # fmt: skip
        began = time.monotonic()
        happens()
        version = stream.next_version()
        # then each is told at once
        assert version > seen
        assert time.monotonic() - began < WITHIN_SECONDS
        seen = version


def test_looking_at_somebody_tells_nobody(process):
    suzie = CustomerFactory()
    stream = watch(process, reader("view_customer"), suzie.pk)
    stream.next_version()
    # when the page reads the profile, which is kept as a look
    assert key_api("customers:read").get_json(f"/customers/{suzie.pk}/profile").status_code == 200
    other = CustomerFactory()
    assert other.pk != suzie.pk
    # then the stream has nothing new: a look that is told would be answered by another look
    with pytest.raises(queue.Empty):
        stream.sent.get(timeout=0.3)


@pytest.mark.parametrize(("codenames", "status"), [((), 403), (("view_order",), 403), (("view_customer",), 200)])
def test_only_who_may_read_customers_watches_them(process, codenames, status):
    assert watch(process, reader(*codenames), CustomerFactory().pk).status == status


def test_nobody_and_nonsense_are_refused(process):
    suzie = CustomerFactory()
    assert Stream(process, {}, f"customer={suzie.pk}", path="/live/customer").status in (401, 403)
    staff = reader("view_customer")
    for named in ("x", "00000000-0000-0000-0000-000000000000"):
        assert watch(process, staff, named).status == 404
