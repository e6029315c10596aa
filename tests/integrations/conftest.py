"""A receiver of webhooks as another system would run it: a real server that can be told to misbehave."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from standardwebhooks import Webhook

from omnichannel.events import ports
from omnichannel.integrations.models import WebhookEndpoint
from omnichannel.integrations.services.endpoints import create_endpoint
from omnichannel.kernel.clock import now
from tests.events.conftest import ring

__all__ = ["ring"]

Behave = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Receiver:
    """What arrived, as (headers, body); `behave` answers."""

    url: str = ""
    received: list[tuple[dict[str, str], str]] = field(default_factory=list)
    behave: Behave | None = None

    def verified(self, secret: str) -> list[dict[str, Any]]:
        """Every message, checked by the public library."""
        return [Webhook(secret).verify(body, headers) for headers, body in self.received]

    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.received]


def answer(status: int, body: bytes = b"ok", **headers: str) -> Behave:
    def behave(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    return behave


@pytest.fixture
def receiver(settings) -> Iterator[Receiver]:
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    state = Receiver(behave=answer(200))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            state.received.append(({name.lower(): value for name, value in self.headers.items()}, body))
            assert state.behave is not None
            try:
                state.behave(self)
            except OSError:
                self.close_connection = True

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}/hook"
    yield state
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def only_webhooks(monkeypatch) -> None:
    """Of all handlers only the one that tells webhooks."""
    entry = ports.subscription("integrations.tell_webhooks")
    monkeypatch.setattr(ports, "_subscriptions", {entry.name: entry})
    monkeypatch.setattr(ports, "_interested", {})


@pytest.fixture
def endpoint(receiver, bells) -> tuple[WebhookEndpoint, str]:
    return create_endpoint(url=receiver.url, facts=["bell.*"], at=now())


@pytest.fixture
def bells(monkeypatch) -> None:
    """The tests' own fact counts as one of ours."""
    from omnichannel.integrations.services import endpoints

    names = endpoints.fact_names()
    monkeypatch.setattr(endpoints, "fact_names", lambda: names | {"bell.rung"})
