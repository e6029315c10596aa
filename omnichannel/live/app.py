"""A bare ASGI application: Django's own would cost each idle stream half as much memory again.

    GET /live/<topic>     text/event-stream: `id: <version>`, `event: version`, `data: {"version": n}`

A client that missed something sends `Last-Event-ID` and gets the version that stands, if it is another one.
"""

import asyncio
import logging
import os
import signal
import time
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from random import uniform
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from omnichannel.live.access import Refused, Watcher, find_standing
from omnichannel.live.hub import Hub, Stream
from omnichannel.live.ports import Standing
from omnichannel.rest.cors import ALLOWED_HEADERS, cors_headers
from omnichannel.rest.problems import problem

logger = logging.getLogger(__name__)

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

CREDENTIALS = frozenset(
    {"authorization", "x-associate-session", "x-session-token", "x-cart-token", "x-client", "cookie"}
)
#: Threads that ask the database; each keeps one connection.
LOOKERS = 4
HEARTBEAT_SECONDS = float(os.environ.get("LIVE_HEARTBEAT_SECONDS", "20"))
#: How long a caller whose access was taken back may go on hearing version numbers.
RECHECK_SECONDS = float(os.environ.get("LIVE_RECHECK_SECONDS", "60"))
_STREAM_HEADERS = {"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class LiveApp:
    def __init__(self) -> None:
        self.hub = Hub()
        self._lookers = ThreadPoolExecutor(LOOKERS, thread_name_prefix="live")

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live_and_die(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _live_and_die(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                # Made here and not on the first request: many first requests at once raced.
                self.hub.start()
                self._end_streams_on_signals()
            else:
                await self.hub.close()
                self._lookers.shutdown(wait=False)
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return

    def _end_streams_on_signals(self) -> None:
        """The server asks the lifespan to end only after all streams did: the signal itself must end them."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            before = signal.getsignal(number)

            def end(signum: int, frame: Any, before: Any = before) -> None:
                loop.call_soon_threadsafe(self.hub.end_all)
                if callable(before):
                    before(signum, frame)

            try:
                signal.signal(number, end)
            except ValueError:  # not the main thread: under a test's own loop
                return

    async def _answer(self, scope: Message, receive: Receive, send: Send) -> None:
        path, method = scope["path"], scope["method"]
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        cors = origin_headers(headers.get("origin", ""), preflight=method == "OPTIONS")
        if path == "/healthz":
            await _send(send, 200, {"Content-Type": "text/plain"}, b"ok\n")
        elif not path.startswith("/live/"):
            await _send_problem(send, 404, "not_found", "There is no such stream.", cors)
        elif method == "OPTIONS":
            await _send(send, 204, cors, b"")
        elif method != "GET":
            await _send_problem(send, 405, "method_not_allowed", "Streams are read with GET.", cors)
        elif self.hub.ending:
            await _send_problem(send, 503, "unavailable", "This process is ending. Try again.", cors)
        else:
            credentials = {name: value for name, value in headers.items() if name in CREDENTIALS}
            watcher = Watcher(
                path.removeprefix("/live/").strip("/"), credentials, scope["query_string"].decode("latin-1")
            )
            await self._stream(watcher, headers.get("last-event-id", ""), cors, receive, send)

    async def _stream(self, watcher: Watcher, last: str, cors: dict[str, str], receive: Receive, send: Send) -> None:
        found = await self._look(watcher)
        if isinstance(found, Refused):
            await _send(send, found.status, cors | {"Content-Type": "application/problem+json"}, found.body)
            return
        stream = Stream(found.topic, found.version)
        self.hub.join(stream)
        gone = asyncio.create_task(_wait_until_gone(receive, stream))
        try:
            await _start(send, 200, cors | _STREAM_HEADERS)
            await _write(send, b"retry: 2000\n\n")
            # Asked again after joining: a write between the first look and the subscription would be missed.
            again = await self._look(watcher)
            if isinstance(again, Standing):
                stream.offer(again.version)
            held = int(last) if last.isascii() and last.isdigit() and len(last) < 10 else None
            await self._follow(stream, watcher, held, send)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except (OSError, RuntimeError):
            pass  # the client went away while we wrote
        finally:
            self.hub.leave(stream)
            gone.cancel()

    async def _follow(self, stream: Stream, watcher: Watcher, sent: int | None, send: Send) -> None:
        """Write versions as they come until the client leaves, the right is gone or the process ends."""
        recheck_at = time.monotonic() + RECHECK_SECONDS * uniform(0.5, 1.0)
        while not stream.ended:
            if stream.version != sent:
                sent = stream.version
                await _write(send, b'id: %d\nevent: version\ndata: {"version":%d}\n\n' % (sent, sent))
            await stream.wait(min(HEARTBEAT_SECONDS, max(recheck_at - time.monotonic(), 0.0)))
            if stream.ended:
                return
            if stream.look_again or time.monotonic() >= recheck_at:
                stream.look_again = False
                recheck_at = time.monotonic() + RECHECK_SECONDS
                found = await self._look(watcher)
                if isinstance(found, Refused):
                    # A database that is away takes nobody's right; a refusal does.
                    if found.status < 500:
                        return
                elif found.topic != stream.topic:
                    return
                else:
                    stream.offer(found.version)
            elif stream.version == sent:
                await _write(send, b": still here\n\n")

    async def _look(self, watcher: Watcher) -> Standing | Refused:
        return await asyncio.get_running_loop().run_in_executor(self._lookers, find_standing, watcher)


def origin_headers(origin: str, *, preflight: bool = False) -> dict[str, str]:
    """The storefront of this very site may always listen; other origins as configured for the API."""
    headers = cors_headers(origin, preflight=preflight)
    if not headers and origin and origin == _origin_of(settings.SITE_URL):
        headers = {"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true"}
        if preflight:
            headers |= {
                "Access-Control-Allow-Methods": "GET",
                # What the API's callers send: a header more, and the browser falls back to asking again and again.
                "Access-Control-Allow-Headers": ALLOWED_HEADERS,
                "Access-Control-Max-Age": "7200",
            }
    return headers | {"Vary": "Origin"}


def _origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


async def _wait_until_gone(receive: Receive, stream: Stream) -> None:
    # The first message is the request itself.
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.wake(ended=True)


async def _start(send: Send, status: int, headers: dict[str, str]) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        }
    )


async def _write(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _send(send: Send, status: int, headers: dict[str, str], body: bytes) -> None:
    await _start(send, status, headers)
    await send({"type": "http.response.body", "body": body, "more_body": False})


async def _send_problem(send: Send, status: int, code: str, title: str, headers: dict[str, str]) -> None:
    await _send(
        send, status, headers | {"Content-Type": "application/problem+json"}, problem(status, code, title).content
    )
