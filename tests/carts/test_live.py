"""Live streams: the real ASGI application on a loop of its own, told by a real Redis."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections

from omnichannel.live import app as live
from stores.models import Device
from tests.carts.world import Api, Shop, guest_api, make_person, make_shop, make_store, make_till

pytestmark = pytest.mark.django_db(transaction=True)
WAIT = 5.0


class Process:
    """The live process, in a thread."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.app = live.LiveApp()
        self.streams: list[Stream] = []
        self._inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._up = threading.Event()
        self._down = threading.Event()
        self.thread = threading.Thread(target=self._run)
        self.thread.start()
        self._tell("lifespan.startup")
        assert self._up.wait(WAIT)

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)

        async def send(message: dict[str, Any]) -> None:
            (self._up if message["type"] == "lifespan.startup.complete" else self._down).set()

        self.loop.run_until_complete(self.app({"type": "lifespan"}, self._inbox.get, send))
        self.loop.close()

    def _tell(self, kind: str) -> None:
        self.loop.call_soon_threadsafe(self._inbox.put_nowait, {"type": kind})

    def watch(self, api: Api, query: str = "", **headers: str) -> Stream:
        return Stream(self, {**api.headers, **headers}, query)

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self.app.hub.end_all)
        for stream in self.streams:
            stream.ends()
        # Each thread of the pool closes its own connection: the barrier keeps one from doing it for another.
        together = threading.Barrier(live.LOOKERS)

        def close() -> None:
            together.wait(WAIT)
            connections.close_all()

        for closer in [self.app._lookers.submit(close) for _ in range(live.LOOKERS)]:
            closer.result(WAIT)
        self._tell("lifespan.shutdown")
        self.thread.join(WAIT)
        assert not self.thread.is_alive()


class Stream:
    """One client: what it was sent, as text."""

    def __init__(self, process: Process, headers: dict[str, str], query: str, path: str = "/live/cart") -> None:
        self.sent: queue.Queue[dict[str, Any]] = queue.Queue()
        process.streams.append(self)
        self._process = process
        self._inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._inbox.put_nowait({"type": "http.request", "body": b"", "more_body": False})
        scope = {
            "type": "http", "method": "GET", "path": path, "query_string": query.encode(),
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        }  # fmt: skip
        self.done = asyncio.run_coroutine_threadsafe(process.app(scope, self._inbox.get, self._take), process.loop)
        start = self.sent.get(timeout=WAIT)
        self.status = start["status"]
        self.headers = {name.decode(): value.decode() for name, value in start["headers"]}

    async def _take(self, message: dict[str, Any]) -> None:
        self.sent.put(message)

    def next_version(self) -> int:
        """The id of the next event; comments are passed over."""
        while True:
            text = self.sent.get(timeout=WAIT)["body"].decode()
            if text.startswith("id:"):
                fields = dict(row.split(": ", 1) for row in text.strip().splitlines())
                assert fields["event"] == "version" and fields["data"] == f'{{"version":{fields["id"]}}}'
                return int(fields["id"])

    def ends(self) -> bool:
        self.done.result(WAIT)
        return True

    def leave(self) -> None:
        self._process.loop.call_soon_threadsafe(self._inbox.put_nowait, {"type": "http.disconnect"})


@pytest.fixture
def shop(transactional_db: None) -> Shop:
    return make_shop()


@pytest.fixture
def process() -> Iterator[Process]:
    running = Process()
    yield running
    running.stop()


def test_a_write_on_one_channel_is_on_the_others(shop: Shop, process: Process):
    # given one cart watched by phone and tablet
    shop.sell("A", 1000)
    person, till = make_person(), make_till(make_store("shop"))
    cart = person.api.add("A").json()["id"]
    phone, tablet = process.watch(person.api), process.watch(till.api, f"cart={cart}")
    assert (phone.status, phone.headers["content-type"], phone.next_version(), tablet.next_version()) == (
        200,
        "text/event-stream",
        1,
        1,
    )
    # when the tablet adds
    till.api.add("A", path=f"/carts/{cart}")
    # then both hear of it
    assert (phone.next_version(), tablet.next_version()) == (2, 2)


def test_a_client_that_missed_something_hears_what_stands(shop: Shop, process: Process):
    shop.sell("A", 1000)
    guest = guest_api()
    for _ in range(3):
        guest.add("A")
    # one that has the last version hears nothing until there is another
    current = process.watch(guest, **{"Last-Event-ID": "4"})
    missed = process.watch(guest, **{"Last-Event-ID": "2"})
    assert missed.next_version() == 4
    guest.add("A")
    assert (current.next_version(), missed.next_version()) == (5, 5)


def test_a_customer_waits_for_the_cart_they_will_have(shop: Shop, process: Process):
    shop.sell("A", 1000)
    person = make_person()
    stream = process.watch(person.api)
    assert stream.next_version() == 0
    person.api.add("A")
    assert stream.next_version() == 1


def test_who_may_not_watch_is_told_so(shop: Shop, process: Process):
    shop.sell("A", 1000)
    person, eve = make_person(), make_person("eve")
    cart = person.api.add("A").json()["id"]
    assert process.watch(eve.api, f"cart={cart}").status == 404
    assert process.watch(Api(**{"X-Cart-Token": "made-up"})).status == 401
    assert process.watch(eve.api, "cart=soon").status == 404
    assert process.watch(Api()).status == 404
    assert Stream(process, person.api.headers, "", path="/live/nothing").status == 404


def test_access_that_is_taken_back_ends_the_stream(shop: Shop, process: Process, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(live, "RECHECK_SECONDS", 0.2)
    shop.sell("A", 1000)
    person, till = make_person(), make_till(make_store("shop"))
    cart = person.api.add("A").json()["id"]
    tablet, phone = process.watch(till.api, f"cart={cart}"), process.watch(person.api)
    assert (tablet.next_version(), phone.next_version()) == (1, 1)
    Device.objects.filter(pk=till.device.pk).update(state="revoked")
    assert tablet.ends()
    person.api.add("A")
    assert phone.next_version() == 2


def test_heartbeats_keep_an_idle_stream_open_and_a_stop_ends_it_cleanly(
    shop: Shop, process: Process, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 0.05)
    guest = guest_api()
    stream = process.watch(guest)
    assert stream.next_version() == 1
    assert stream.sent.get(timeout=WAIT)["body"] == b": still here\n\n"
    # when the process is told to end, every stream gets its last byte
    process.loop.call_soon_threadsafe(process.app.hub.end_all)
    assert stream.ends()
    last = None
    while not stream.sent.empty():
        last = stream.sent.get()
    assert last == {"type": "http.response.body", "body": b"", "more_body": False}
    # and one that comes now is turned away
    assert process.watch(guest).status == 503


def test_a_client_that_leaves_is_forgotten(shop: Shop, process: Process):
    guest = guest_api()
    stream = process.watch(guest)
    assert stream.next_version() == 1 and len(process.app.hub) == 1
    stream.leave()
    assert stream.ends()
    assert len(process.app.hub) == 0


def test_the_storefronts_own_origin_may_listen(shop: Shop, process: Process, settings):
    settings.SITE_URL = "http://127.0.0.1:8000"
    guest = guest_api()
    ours = process.watch(guest, Origin="http://127.0.0.1:8000")
    assert ours.headers["access-control-allow-origin"] == "http://127.0.0.1:8000"
    assert "access-control-allow-origin" not in process.watch(guest, Origin="http://evil.example").headers
