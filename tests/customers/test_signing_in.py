"""Signing up and in through django-allauth headless, by browser and by app; nobody learns whether an email is known."""

import re
from urllib.parse import unquote

import pytest
from django.conf import settings
from django.contrib.auth.hashers import get_hasher
from django.core.cache import cache

from campaigns.messages.models import Message
from customers.models import Customer
from omnichannel.accounts.models import User
from tests.customers.factories import PASSWORD, CustomerFactory, UserFactory
from tests.fixtures.auth import ApiClient

pytestmark = pytest.mark.django_db

NEW = "new.person@example.com"
KNOWN = "known@example.com"


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def known():
    return CustomerFactory(user=UserFactory(email=KNOWN))


class Client:
    """One of allauth's two clients: keeps the session as that client does."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.http = ApiClient(enforce_csrf_checks=kind == "browser")
        self.token = ""
        if kind == "browser":
            self.call("GET", "/config")

    def call(self, method: str, path: str, body=None, **headers):
        if self.token:
            headers["X_Session_Token"] = self.token
        answer = self.http.call(method, f"/_allauth/{self.kind}/v1{path}", body, **headers)
        if self.kind == "app" and answer.content:
            self.token = answer.json().get("meta", {}).get("session_token", self.token)
        return answer


@pytest.fixture(params=["browser", "app"])
def client(request):
    return Client(request.param)


def mail_to(address: str) -> Message:
    return Message.objects.filter(recipient=address).latest("id")


def key_in(message: Message) -> str:
    found = re.search(r"key=([^\s\"]+)", message.text)
    assert found, message.text
    return unquote(found.group(1))


def outline(answer):
    """Status and body, without what differs by nature: the app's new session token."""
    body = answer.json()
    body.get("meta", {}).pop("session_token", None)
    return answer.status_code, body


def test_sign_up_verify_log_in_log_out(client):
    # given
    signed_up = client.call("POST", "/auth/signup", {"email": NEW, "password": PASSWORD})
    assert signed_up.status_code == 401
    customer = Customer.objects.get(email=NEW)
    assert customer.email_verified_at is None
    # when the link in the mail is followed
    message = mail_to(NEW)
    assert message.template_key == "verify_email"
    verified = client.call("POST", "/auth/email/verify", {"key": key_in(message)})
    # then they are in
    assert verified.status_code == 200, verified.content
    customer.refresh_from_db()
    assert customer.email_verified_at is not None
    me = client.http.get_json("/me", **({"X_Session_Token": client.token} if client.token else {}))
    assert (me.status_code, me.json()["email_verified"]) == (200, True)
    # and out again, the token with it
    assert client.call("DELETE", "/auth/session").status_code == 401
    client.token = ""
    again = client.call("POST", "/auth/login", {"email": NEW.upper(), "password": PASSWORD})
    assert again.status_code == 200
    assert Customer.objects.filter(email=NEW).count() == 1


def test_signing_up_answers_the_same_for_a_known_and_an_unknown_email(client, known):
    other = Client(client.kind)
    unknown = client.call("POST", "/auth/signup", {"email": NEW, "password": PASSWORD})
    taken = other.call("POST", "/auth/signup", {"email": KNOWN, "password": PASSWORD})
    assert outline(unknown) == outline(taken)
    assert mail_to(NEW).template_key == "verify_email"
    assert mail_to(KNOWN).template_key == "account_exists"
    assert User.objects.filter(email=KNOWN).count() == 1


def test_asking_for_a_new_password_answers_the_same(client, known):
    other = Client(client.kind)
    unknown = client.call("POST", "/auth/password/request", {"email": NEW})
    there = other.call("POST", "/auth/password/request", {"email": KNOWN})
    assert unknown.status_code == 200
    assert outline(unknown) == outline(there)
    assert (mail_to(NEW).template_key, mail_to(KNOWN).template_key) == ("unknown_account", "reset_password")


def test_asking_for_a_code_answers_the_same(client, known):
    other = Client(client.kind)
    unknown = client.call("POST", "/auth/code/request", {"email": NEW})
    there = other.call("POST", "/auth/code/request", {"email": KNOWN})
    assert unknown.status_code == 401
    assert outline(unknown) == outline(there)


def test_a_wrong_password_answers_the_same(client, known):
    unknown = client.call("POST", "/auth/login", {"email": NEW, "password": "wrong-wrong-1"})
    there = client.call("POST", "/auth/login", {"email": KNOWN, "password": "wrong-wrong-1"})
    assert unknown.status_code == 400
    assert outline(unknown) == outline(there)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/auth/signup", {"password": PASSWORD}),
        ("/auth/login", {"password": "wrong-wrong-1"}),
        ("/auth/password/request", {}),
        ("/auth/code/request", {}),
    ],
)
def test_known_and_unknown_cost_the_same_hashing_and_one_mail(known, monkeypatch, path, body):
    # given a count of the one costly step
    hasher = type(get_hasher())
    counted = {"n": 0}
    encode = hasher.encode

    def counting(self, *args, **kwargs):
        counted["n"] += 1
        return encode(self, *args, **kwargs)

    monkeypatch.setattr(hasher, "encode", counting)
    costs = []
    for email in (NEW, KNOWN):
        counted["n"], before = 0, Message.objects.count()
        Client("app").call("POST", path, {"email": email, **body})
        costs.append((counted["n"], Message.objects.count() - before))
    # then
    assert costs[0] == costs[1]


def test_a_new_password_by_mail_ends_the_old_sessions(client, known, app):
    old = app(known)
    assert old.get_json("/me").status_code == 200
    client.call("POST", "/auth/password/request", {"email": KNOWN})
    key = key_in(mail_to(KNOWN))
    assert client.call("GET", "/auth/password/reset", X_Password_Reset_Key=key).status_code == 200
    done = client.call("POST", "/auth/password/reset", {"key": key, "password": "harbour-stone-88"})
    assert done.status_code in (200, 401), done.content
    assert old.get_json("/me").status_code == 401
    assert client.call("POST", "/auth/login", {"email": KNOWN, "password": "harbour-stone-88"}).status_code == 200
    # and the key works once
    assert (
        Client("app").call("POST", "/auth/password/reset", {"key": key, "password": "again-again-77"}).status_code
        == 400
    )
    assert Message.objects.filter(recipient=KNOWN, template_key="password_changed").count() == 1


def test_log_in_by_a_code_from_the_mail(client, known):
    client.call("POST", "/auth/code/request", {"email": KNOWN})
    message = mail_to(KNOWN)
    assert message.template_key == "login_code"
    code = re.search(r"^([A-Z0-9-]{6,9})$", message.text, re.MULTILINE).group(1)
    assert client.call("POST", "/auth/code/confirm", {"code": "AAAAAA"}).status_code == 400
    assert client.call("POST", "/auth/code/confirm", {"code": code}).status_code == 200


def test_guessing_is_locked_out_for_that_address_and_says_nothing_about_it(known):
    answers = [
        Client("app").call("POST", "/auth/login", {"email": KNOWN, "password": f"guess-{n}-wrong"}) for n in range(6)
    ]
    assert [answer.status_code for answer in answers] == [400] * 6
    assert [answer.json()["errors"][0]["code"] for answer in answers][-1] == "too_many_login_attempts"
    # even the right one waits now
    right = Client("app").call("POST", "/auth/login", {"email": KNOWN, "password": PASSWORD})
    assert right.json()["errors"][0]["code"] == "too_many_login_attempts"
    # an unknown address is locked the same way
    unknown = [Client("app").call("POST", "/auth/login", {"email": NEW, "password": "guess-wrong-1"}) for _ in range(3)]
    assert unknown[-1].status_code in (400, 429)


def test_a_session_can_be_seen_and_ended(known):
    client = Client("app")
    client.call("POST", "/auth/login", {"email": KNOWN, "password": PASSWORD})
    token = client.token
    assert ApiClient({"X-Session-Token": token}).get_json("/me").status_code == 200
    client.call("DELETE", "/auth/session")
    assert ApiClient({"X-Session-Token": token}).get_json("/me").status_code == 401


def test_a_changed_email_is_the_customers_once_it_is_proven(known):
    client = Client("app")
    client.call("POST", "/auth/login", {"email": KNOWN, "password": PASSWORD})
    asked = client.call("POST", "/account/email", {"email": NEW})
    assert asked.status_code == 200, asked.content
    known.refresh_from_db()
    assert known.email == KNOWN
    client.call("POST", "/auth/email/verify", {"key": key_in(mail_to(NEW))})
    known.refresh_from_db()
    assert (known.email, known.email_verified_at is not None) == (NEW, True)
    assert Message.objects.filter(recipient=KNOWN, template_key="email_changed").exists()


def test_an_address_is_one_account_in_any_spelling():
    Client("app").call("POST", "/auth/signup", {"email": "Anna@BÜCHER.example", "password": PASSWORD})
    Client("app").call("POST", "/auth/signup", {"email": "anna@xn--bcher-kva.example", "password": PASSWORD})
    assert list(User.objects.values_list("email", flat=True)) == ["anna@xn--bcher-kva.example"]


def test_secrets_in_the_log_of_messages_are_marked(known):
    Client("app").call("POST", "/auth/password/request", {"email": KNOWN})
    assert mail_to(KNOWN).holds_secret
    assert settings.ACCOUNT_EMAIL_VERIFICATION == "mandatory"
