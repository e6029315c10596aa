"""Log-in through somebody else's word, against a real local OpenID Connect server."""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import cache
from django.test import Client

from customers.models import Customer
from tests.customers.factories import CustomerFactory, UserFactory
from tests.fixtures.auth import ApiClient

pytestmark = pytest.mark.django_db
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Provider:
    """An OpenID Connect provider with one person, who always agrees."""

    person: dict[str, Any]
    url: str = ""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def id_token(self, audience: str = "shop", **claims: Any) -> str:
        moment = int(time.time())
        whole = {"iss": self.url, "aud": audience, "iat": moment, "exp": moment + 300, **self.person, **claims}
        return jwt.encode(whole, KEY, algorithm="RS256", headers={"kid": "k1"})

    def answer(
        self, method: str, path: str, query: dict[str, str], body: dict[str, str]
    ) -> tuple[int, dict[str, str], Any]:
        if path == "/.well-known/openid-configuration":
            return (
                200,
                {},
                {
                    "issuer": self.url,
                    "authorization_endpoint": f"{self.url}/authorize",
                    "token_endpoint": f"{self.url}/token",
                    "userinfo_endpoint": f"{self.url}/userinfo",
                    "jwks_uri": f"{self.url}/jwks",
                },
            )
        if path == "/authorize":
            self.codes["c1"] = query
            return (
                302,
                {"Location": f"{query['redirect_uri']}?{urlencode({'code': 'c1', 'state': query['state']})}"},
                None,
            )
        if path == "/token":
            asked = self.codes.pop(body.get("code", ""), None)
            if asked is None or asked["redirect_uri"] != body["redirect_uri"] or "code_verifier" not in body:
                return 400, {}, {"error": "invalid_grant"}
            return 200, {}, {"access_token": "a1", "token_type": "Bearer", "id_token": self.id_token()}
        if path == "/userinfo":
            return 200, {}, self.person
        if path == "/jwks":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
            return 200, {}, {"keys": [public | {"kid": "k1", "alg": "RS256", "use": "sig"}]}
        return 404, {}, {}


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    cache.clear()
    person = Provider({"sub": "p-1", "email": "ada@example.com", "email_verified": True, "name": "Ada Berg"})

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            self._answer({name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()})

        def _answer(self, body: dict[str, str]) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            status, headers, content = person.answer(self.command, parts.path, query, body)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            if content is not None:
                self.wfile.write(json.dumps(content).encode())

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    person.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    app = {
        "provider_id": "acme",
        "name": "Acme",
        "client_id": "shop",
        "secret": "s3cret",
        "settings": {"server_url": person.url},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}
    yield person
    server.shutdown()
    thread.join()
    server.server_close()
    cache.clear()


def by_browser(client: Client, provider: Provider) -> Any:
    """Follow the redirects as a browser does: us, the provider, back to us."""
    import httpx

    started = client.post(
        "/_allauth/browser/v1/auth/provider/redirect",
        {"provider": "acme", "process": "login", "callback_url": "http://testserver/demo/web/"},
    )
    assert started.status_code == 302, started.content
    assert started["Location"].startswith(provider.url + "/authorize?")
    agreed = httpx.get(started["Location"])
    back = urlsplit(agreed.headers["location"])
    return client.get(f"{back.path}?{back.query}")


def test_the_providers_offered_are_those_configured(client: Client, provider: Provider):
    offered = client.get("/_allauth/browser/v1/config").json()["data"]["socialaccount"]["providers"]
    assert [(entry["id"], entry["name"]) for entry in offered] == [("acme", "Acme")]


def test_a_first_log_in_makes_a_customer_with_a_proven_address(client: Client, provider: Provider):
    finished = by_browser(client, provider)
    assert finished["Location"] == "http://testserver/demo/web/"
    me = client.get("/api/v1/me").json()
    assert (me["name"], me["email"], me["email_verified"]) == ("Ada Berg", "ada@example.com", True)
    # and a second one is the same
    again = Client()
    by_browser(again, provider)
    assert again.get("/api/v1/me").json()["id"] == me["id"]
    assert Customer.objects.count() == 1


def test_the_app_logs_in_with_the_providers_token(provider: Provider):
    api = ApiClient()
    body = {"provider": "acme", "process": "login", "token": {"client_id": "shop", "id_token": provider.id_token()}}
    answer = api.post_json("/_allauth/app/v1/auth/provider/token", body)
    assert answer.status_code == 200, answer.content
    token = answer.json()["meta"]["session_token"]
    assert ApiClient({"X-Session-Token": token}).get_json("/me").json()["email"] == "ada@example.com"
    # and not with one made for somebody else, or too old
    for wrong in (provider.id_token(audience="other-shop"), provider.id_token(exp=int(time.time()) - 3600)):
        body["token"]["id_token"] = wrong
        assert ApiClient().post_json("/_allauth/app/v1/auth/provider/token", body).status_code in (400, 403)


def test_an_address_the_provider_proved_opens_the_account_that_proved_it_too(client: Client, provider: Provider):
    customer = CustomerFactory(user=UserFactory(email="ada@example.com"))
    by_browser(client, provider)
    assert client.get("/api/v1/me").json()["id"] == str(customer.pk)


def test_an_address_nobody_proved_opens_nothing(client: Client, provider: Provider):
    # given a customer who proved the address, and a provider that did not
    customer = CustomerFactory(user=UserFactory(email="ada@example.com"))
    provider.person["email_verified"] = False
    by_browser(client, provider)
    # then its word is not enough
    assert client.get("/api/v1/me").status_code == 401
    assert not SocialAccount.objects.filter(user=customer.user).exists()


def test_somebody_elses_unproven_sign_up_is_not_handed_the_owners_log_in(client: Client, provider: Provider):
    """An attacker signs up with the victim's address, and waits for the victim to come by the provider."""
    attacker = UserFactory(email="ada@example.com", verified=False, password="attacker-knows-1")
    by_browser(client, provider)
    # the attacker's password opens nothing the victim will use
    tried = ApiClient().post_json(
        "/_allauth/app/v1/auth/login", {"email": "ada@example.com", "password": "attacker-knows-1"}
    )
    assert tried.status_code in (400, 401)
    verified = EmailAddress.objects.filter(email="ada@example.com", verified=True).values_list("user_id", flat=True)
    assert attacker.pk not in verified


def test_a_forged_answer_is_refused(client: Client, provider: Provider):
    assert client.get("/accounts/oidc/acme/login/callback/?code=c1&state=forged").status_code in (302, 200, 400, 403)
    assert client.get("/api/v1/me").status_code == 401
