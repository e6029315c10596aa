"""No webhook leads inside, whatever the address looks like and whatever its name resolves to."""

import socket

import httpx
import pytest

from omnichannel.events.services import deliver_due
from omnichannel.integrations.errors import AddressRefused, FactUnknown
from omnichannel.integrations.models import WebhookEndpoint, WebhookMessage
from omnichannel.integrations.rules import is_public_address
from omnichannel.integrations.services import transport
from omnichannel.integrations.services.endpoints import create_endpoint
from omnichannel.integrations.services.sending import send_due
from omnichannel.kernel.clock import now
from tests.integrations.conftest import ring


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.0.1", "198.18.0.1",
        "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1",
        "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a00:1::1", "2001:0:4136:e378:8000:63bf:f5ff:fffe",
        "", "x", "127.1",
    ],
)  # fmt: skip
def test_an_inside_address_is_none_of_the_public(address):
    assert not is_public_address(address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_a_public_address_is(address):
    assert is_public_address(address)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/hook", "ftp://example.com", "https://", "https:///x", "//example.com", "example.com", "",
        "https://user:secret@example.com/", "https://127.0.0.1/", "https://[::1]/", "https://[::ffff:10.0.0.1]/", "https://169.254.169.254/latest",
        "https://localhost/", "https://intranet/", "https://db.internal/", "https://printer.local./", "https://2130706433/",
        "https://0x7f000001/", "https://127.1/", "https://0177.0.0.1/", "https://example.com:99999/", "https://exa mple.com/", "https://example.com/\x00",
        "https://[", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_an_endpoint_there_cannot_be_made(url):
    with pytest.raises(AddressRefused):
        create_endpoint(url=url, facts=[], at=now())
    assert WebhookEndpoint.objects.count() == 0


@pytest.mark.django_db
def test_an_endpoint_cannot_want_what_never_happens():
    with pytest.raises(FactUnknown):
        create_endpoint(url="https://example.com/hook", facts=["api_key.*", "ordr.placed"], at=now())


def resolving_to(monkeypatch, *answers: list[str]) -> list[str]:
    """The resolver gives these answers, one after the other; returns the names it was asked for."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def resolve(host, port, *args, **kwargs):
        if not host.endswith(".example"):
            return real(host, port, *args, **kwargs)
        asked.append(host)
        found = answers[min(len(asked), len(answers)) - 1]
        return [
            (socket.AF_INET6 if ":" in ip else socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in found
        ]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


@pytest.mark.parametrize(
    "found", [["127.0.0.1"], ["10.0.0.1"], ["169.254.169.254"], ["::ffff:127.0.0.1"], ["1.1.1.1", "192.168.0.1"]]
)
def test_a_name_that_leads_inside_is_not_connected_to(monkeypatch, settings, found):
    settings.WEBHOOKS_ALLOW_PRIVATE = False
    connected = []
    monkeypatch.setattr(transport.httpcore.SyncBackend, "connect_tcp", lambda self, host, *args: connected.append(host))
    resolving_to(monkeypatch, found)
    with pytest.raises(httpx.ConnectError, match="may not call"):
        transport.post(url="https://rebound.example/hook", headers={}, body="{}")
    assert connected == []


def test_what_is_connected_to_is_the_address_that_was_checked(monkeypatch, settings):
    # given a name that answers with a public address first and with ours ever after (DNS rebinding)
    settings.WEBHOOKS_ALLOW_PRIVATE = False
    connected = []

    def connect(self, host, port, *args):
        connected.append((host, port))
        raise transport.httpcore.ConnectError("not today")

    monkeypatch.setattr(transport.httpcore.SyncBackend, "connect_tcp", connect)
    asked = resolving_to(monkeypatch, ["93.184.216.34"], ["127.0.0.1"])
    with pytest.raises(httpx.ConnectError):
        transport.post(url="https://rebound.example/hook", headers={}, body="{}")
    # then it was asked for once, and that answer was used
    assert (asked, connected) == (["rebound.example"], [("93.184.216.34", 443)])


@pytest.mark.django_db
def test_a_message_to_an_inside_address_fails_with_the_reason(endpoint, receiver, settings):
    # given an endpoint whose address has become one of ours
    ring(1)
    deliver_due()
    settings.WEBHOOKS_ALLOW_PRIVATE = False
    send_due(at=now())
    # then nothing was called
    assert receiver.received == []
    assert "may not call" in WebhookMessage.objects.get().last_error


def test_proxies_of_the_environment_are_not_used(monkeypatch, receiver):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    assert transport.post(url=receiver.url, headers={}, body="{}")[0] == 200
