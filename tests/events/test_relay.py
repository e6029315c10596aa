"""The relay: claims are disjoint, a dead worker or broker costs delay and never a fact."""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery
from celery.contrib.testing.worker import start_worker
from django.db import connection
from kombu.exceptions import OperationalError as BrokerError

from omnichannel.embedded.binaries import find_redis
from omnichannel.events import relay
from omnichannel.events.live import stop_publishing
from omnichannel.events.models import Delivery, Event
from omnichannel.events.services import claim_due, deliver, deliver_due
from omnichannel.events.services.delivering import LEASE, Claimed
from omnichannel.kernel.clock import now
from tests.events.conftest import ring

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # Of whichever app's tasks; where they go is not this file's matter.
    pytest.mark.filterwarnings("ignore:.*'queue' task attribute.*"),
]


class OwnRedis:
    """A Redis server of one test, to be started, killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "redis.sock"
        self.url = f"unix://{self.socket}?db=0"
        self.broker = f"redis+socket://{self.socket}?virtual_host=1"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [str(find_redis()), "--port", "0", "--unixsocket", str(self.socket), "--save", ""],
            stdout=subprocess.DEVNULL,
        )
        wait_until(self.socket.exists)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        self.socket.unlink(missing_ok=True)


def wait_until(condition) -> None:
    deadline = time.monotonic() + 15
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        threading.Event().wait(0.01)


@pytest.fixture
def own_redis(settings) -> Iterator[OwnRedis]:
    folder = Path(tempfile.mkdtemp(prefix="relay-"))
    server = OwnRedis(folder)
    settings.REDIS_URL = server.url
    stop_publishing()
    yield server
    server.kill()
    stop_publishing()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def app(own_redis, monkeypatch) -> Iterator[Celery]:
    """The project's tasks on the broker of this test."""
    # Celery takes this one before any other setting.
    monkeypatch.delenv("CELERY_BROKER_URL", raising=False)
    app = Celery("relay-test", broker=own_redis.broker, set_as_current=False)
    app.conf.update(
        task_ignore_result=True,
        task_default_queue="reactions",
        broker_connection_retry_on_startup=True,
        worker_hijack_root_logger=False,
        worker_cancel_long_running_tasks_on_connection_loss=True,
        broker_transport_options={
            "socket_connect_timeout": 1,
            "max_retries": 1,
            "interval_start": 0,
            "interval_max": 0.1,
        },
    )
    app.autodiscover_tasks(["omnichannel.events"], force=True)
    yield app
    app.close()


@pytest.fixture
def running_relay(app):
    """Starts the relay in a thread; ends it after the test."""
    stop = threading.Event()
    thread = threading.Thread(target=relay.run_relay, args=[stop, app])
    yield thread.start
    stop.set()
    if thread.ident is not None:
        thread.join()


def in_threads(count: int, call) -> list:
    """What `call` answers in each of `count` threads that start at the same moment."""
    barrier, answers = threading.Barrier(count), []

    def run() -> None:
        try:
            barrier.wait()
            answers.append(call(barrier))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_two_relays_never_claim_the_same_delivery(listen):
    # given 300 due deliveries
    listen(lambda events: None)
    for _ in range(300):
        ring(1)
    moment = now()

    def claim_all(barrier) -> list[int]:
        mine: list[int] = []
        while claimed := claim_due(at=moment, limit=7):
            mine += [entry.id for entry in claimed]
        return mine

    # when two relays claim at the same time
    first, second = in_threads(2, claim_all)
    # then every delivery has one owner
    assert len(first) + len(second) == 300
    assert set(first).isdisjoint(second)


def test_without_the_lease_two_relays_would_claim_the_same(listen):
    # given the control: reading what is due without claiming it
    listen(lambda events: None)
    for _ in range(30):
        ring(1)

    def read_all(barrier) -> list[int]:
        found = list(Delivery.objects.filter(due_at__lte=now()).values_list("pk", flat=True))
        barrier.wait()
        return found

    # when two read at the same time, then both have all
    first, second = in_threads(2, read_all)
    assert sorted(first) == sorted(second) and len(first) == 30


def test_a_delivery_handed_out_twice_is_applied_once(listen):
    # given deliveries that two workers hold, as after a lease that ran out
    def handle(events) -> None:
        from omnichannel.events.services import record
        from omnichannel.kernel.context import SYSTEM
        from tests.events.conftest import BellRung

        for event in events:
            record(BellRung(bell_id=event.subject_id, times=event.data["times"] + 1000), by=SYSTEM, at=now())

    listen(handle, facts=["bell.rung"])
    for number in range(40):
        ring(number)
    ids = [entry.id for entry in claim_due(at=now())]
    # when both apply them at once, in batches that overlap

    def apply(barrier) -> int:
        return sum(deliver(handler="tests.listener", ids=ids[start : start + 5], at=now()) for start in range(0, 40, 3))

    applied = in_threads(2, apply)
    # then each fact had its effect once
    effects = Counter(event.data["times"] for event in Event.objects.all() if event.data["times"] >= 1000)
    assert effects == {number + 1000: 1 for number in range(40)}
    assert sum(applied) == 40


CHILD = """
import os, sys, django
django.setup()
from omnichannel.events import ports
from omnichannel.events.services import claim_due, deliver, record
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from tests.events.conftest import BellRung

def handle(events):
    record(*[BellRung(bell_id=e.subject_id, times=e.data["times"] + 1000) for e in events], by=SYSTEM, at=now())
    print("in the middle", flush=True)
    sys.stdin.read()

ports.subscribe(name="tests.listener", facts=["bell.struck"], handle=handle)
deliver(handler="tests.listener", ids=[entry.id for entry in claim_due(at=now())], at=now())
"""


def test_a_worker_killed_between_claim_and_receipt_leaves_nothing_and_loses_nothing(listen):
    # given a worker process that is killed while its handler has written and not committed
    listen(lambda events: None)
    ring(1, 2)
    parts = connection.settings_dict
    environment = os.environ | {
        "DATABASE_URL": f"postgresql://{parts['USER']}:{parts['PASSWORD']}@/{parts['NAME']}?host={parts['HOST']}&port={parts['PORT'] or 5432}",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    )
    with child:
        assert child.stdout.readline() == b"in the middle\n"
        child.kill()
    assert Event.objects.count() == 2
    # when the lease is over
    heard: list[int] = []
    listen(lambda events: heard.extend(event.data["times"] for event in events))
    later = now() + LEASE + LEASE
    wait_until(lambda: deliver_due(at=later) > 0)
    # then the facts are applied, once
    assert heard == [1, 2]
    assert Delivery.objects.count() == 0


def test_a_broker_that_is_down_gives_the_claim_back(listen, app):
    # given facts, and no Redis at all
    listen(lambda events: None)
    ring(1)
    ring(2)
    # when the relay tries
    with pytest.raises(BrokerError):
        relay.relay_once(app)
    # then the deliveries are due at once
    assert Delivery.objects.filter(due_at__lte=now()).count() == 2


def test_facts_recorded_while_redis_is_down_are_delivered_when_it_is_back(listen, app, own_redis, running_relay):
    # given a relay that found no Redis
    heard: list[int] = []
    listen(lambda events: heard.extend(event.data["times"] for event in events))
    ring(1)
    running_relay()
    # when Redis comes, and with it a worker
    own_redis.start()
    with start_worker(app, pool="solo", perform_ping_check=False, shutdown_timeout=30):
        # then what was recorded before is delivered
        wait_until(lambda: heard == [1])
        # and when Redis dies, writes go on
        own_redis.kill()
        ring(2)
        ring(3)
        # and are delivered when it is back
        own_redis.start()
        wait_until(lambda: sorted(heard) == [1, 2, 3])
    assert Delivery.objects.count() == 0


def test_tasks_are_grouped_by_handler_with_up_to_a_hundred_events():
    # given claims of two handlers, some of them large
    claimed = [
        Claimed(1, "a", "reactions", 60),
        Claimed(2, "b", "webhooks", 1),
        Claimed(3, "a", "reactions", 40),
        Claimed(4, "a", "reactions", 1),
        Claimed(5, "b", "webhooks", 500),
        Claimed(6, "b", "webhooks", 1),
    ]
    # then each task is of one handler, in order, and a batch is never torn apart
    assert relay.group(claimed) == [
        ("a", "reactions", [1, 3]),
        ("b", "webhooks", [2]),
        ("a", "reactions", [4]),
        ("b", "webhooks", [5]),
        ("b", "webhooks", [6]),
    ]
