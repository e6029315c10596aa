"""Calling other people's servers without being led inside: the address is checked and then connected to, no other."""

import socket
import time
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx
from django.conf import settings

from omnichannel.integrations.rules import is_public_address

TIMEOUT_SECONDS = 10.0
MAX_RESPONSE_BYTES = 65_536
USER_AGENT = "Omnichannel-Webhooks/1"


class AddressNotAllowed(httpcore.ConnectError):
    """The name leads to an address of ours, or of nobody. An error of httpcore's, so that httpx passes it on."""


class _Guarded(httpcore.NetworkBackend):
    """Resolves a name once, refuses it if any of its addresses is not public, and connects to one it has checked.

    TLS still verifies the certificate against the name. A name that resolves differently a moment later (DNS
    rebinding) makes no difference, because it is not resolved again.
    """

    def __init__(self, deadline: float) -> None:
        self._deadline = deadline
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        except OSError as error:
            raise httpcore.ConnectError(f"{host} cannot be resolved") from error
        if not settings.WEBHOOKS_ALLOW_PRIVATE and not all(is_public_address(address) for address in found):
            raise AddressNotAllowed(f"{host} leads to an address that webhooks may not call")
        return _Timed(
            self._plain.connect_tcp(found[0], port, _left(self._deadline, timeout), local_address, socket_options),
            self._deadline,
        )

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        raise AddressNotAllowed("webhooks go over the network")


class _Timed(httpcore.NetworkStream):
    """A stream that ends at a deadline, however slowly the other side drips."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._deadline, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._deadline, timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Timed(
            self._stream.start_tls(ssl_context, server_hostname, _left(self._deadline, timeout)), self._deadline
        )

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(deadline: float, timeout: float | None) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the whole call took too long")
    return min(left, timeout) if timeout is not None else left


class _GuardedTransport(httpx.HTTPTransport):
    def __init__(self, deadline: float) -> None:
        super().__init__(trust_env=False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=_ssl_context(),
            max_connections=1,
            max_keepalive_connections=0,
            network_backend=_Guarded(deadline),
        )


def _ssl_context() -> Any:
    global _context
    if _context is None:
        _context = httpx.create_ssl_context(trust_env=False)
    return _context


_context: Any = None


def post(*, url: str, headers: dict[str, str], body: str, seconds: float = TIMEOUT_SECONDS) -> tuple[int, str, str]:
    """POST once, following no redirect; the status, the beginning of the answer and its Retry-After.

    Raises  httpx.HTTPError when there was no answer in time, or the address is not one to call.
    """
    deadline = time.monotonic() + seconds
    with (
        httpx.Client(
            transport=_GuardedTransport(deadline), timeout=seconds, follow_redirects=False, trust_env=False
        ) as client,
        client.stream("POST", url, content=body.encode(), headers={"User-Agent": USER_AGENT, **headers}) as answer,
    ):
        received = b""
        # Raw: a small compressed answer could unpack to anything.
        for chunk in answer.iter_raw():
            received += chunk
            if len(received) > MAX_RESPONSE_BYTES:
                break
        text = received[:500].decode(errors="replace").replace("\x00", "")
        return answer.status_code, text, answer.headers.get("retry-after", "")


def fetch(*, url: str, most_bytes: int, seconds: float = TIMEOUT_SECONDS) -> tuple[int, bytes]:
    """GET once, following no redirect; the status and the body, cut one byte past `most_bytes`.

    Raises  httpx.HTTPError when there was no answer in time, or the address is not one to call.
    """
    deadline = time.monotonic() + seconds
    with (
        httpx.Client(
            transport=_GuardedTransport(deadline), timeout=seconds, follow_redirects=False, trust_env=False
        ) as client,
        client.stream("GET", url, headers={"User-Agent": USER_AGENT, "Accept-Encoding": "identity"}) as answer,
    ):
        received = b""
        for chunk in answer.iter_raw():
            received += chunk
            if len(received) > most_bytes:
                break
        return answer.status_code, received[: most_bytes + 1]
