"""Staff come in by password and a second step; nobody is in before both are done."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.cache import cache
from django.test import Client

from campaigns.messages.models import Message
from tests.customers.factories import PASSWORD, CustomerFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def required(settings):
    settings.STAFF_MFA_REQUIRED = True


@pytest.fixture
def optional(settings):
    settings.STAFF_MFA_REQUIRED = False


@pytest.fixture
def boss():
    return StaffFactory(email="boss@example.com", is_superuser=True)


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def password(client, email="boss@example.com", word=PASSWORD, after="/admin/customers/customer/"):
    return client.post(f"/admin/login/?next={after}", {"username": email, "password": word})


def test_where_it_is_not_asked_for_the_password_is_enough(client: Client, optional, boss):
    assert password(client)["Location"] == "/admin/customers/customer/"
    assert client.get("/admin/").status_code == 200


def test_whoever_set_a_second_step_up_is_always_asked_for_it(client: Client, optional, boss):
    # given
    secret = generate_totp_secret()
    TOTP.activate(boss, secret)
    # when
    asked = password(client)
    # then not in yet
    assert asked["Location"].startswith("/admin/second-step/?next=")
    assert client.get("/admin/")["Location"].startswith("/admin/login/")
    assert b"does not fit" in client.post(asked["Location"], {"code": "000000"}).content
    entered = client.post(asked["Location"], {"code": code_of(secret)})
    assert entered["Location"] == "/admin/customers/customer/"
    assert client.get("/admin/").status_code == 200


def test_a_recovery_code_works_once(client: Client, required, boss):
    TOTP.activate(boss, generate_totp_secret())
    code = RecoveryCodes.activate(boss).get_unused_codes()[0]
    asked = password(client)
    assert client.post(asked["Location"], {"code": code})["Location"] == "/admin/customers/customer/"
    other = Client()
    asked = password(other)
    assert other.post(asked["Location"], {"code": code}).status_code == 200
    assert other.get("/admin/").status_code == 302


def test_whoever_must_have_one_sets_it_up_on_the_way(client: Client, required, boss):
    asked = password(client)
    page = client.get(asked["Location"]).content.decode()
    secret = re.search(r"<code[^>]*>([A-Z2-7 ]+)</code>", page).group(1).replace(" ", "")
    assert "<svg" in page
    shown = client.post(asked["Location"], {"code": code_of(secret)})
    assert shown.status_code == 200 and b"Recovery codes" in shown.content
    assert client.get("/admin/").status_code == 200
    assert set(Authenticator.objects.filter(user=boss).values_list("type", flat=True)) == {"totp", "recovery_codes"}
    assert Message.objects.filter(recipient="boss@example.com", template_key="mfa_added").count() == 1


def test_a_session_without_the_second_step_opens_neither_admin_nor_api(client: Client, required, boss):
    client.force_login(boss)
    assert client.get("/admin/")["Location"].startswith("/admin/second-step/")
    assert client.get("/api/v1/customers?q=lind").status_code == 401


def test_guessing_codes_is_stopped(client: Client, required, boss):
    secret = generate_totp_secret()
    TOTP.activate(boss, secret)
    asked = password(client)
    for _ in range(6):
        client.post(asked["Location"], {"code": "000000"})
    late = client.post(asked["Location"], {"code": code_of(secret)})
    assert late.status_code == 200 and b"Too many" in late.content


def test_one_answer_for_wrong_unknown_and_not_staff(client: Client, optional, boss):
    CustomerFactory(user=UserFactory(email="suzie@example.com"))
    answers = [
        password(client, word="wrong-wrong"),
        password(client, email="nobody@example.com"),
        password(client, email="suzie@example.com"),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert all(b"do not belong together" in answer.content for answer in answers)


def test_guessing_passwords_is_stopped(client: Client, optional, boss):
    for n in range(6):
        password(client, word=f"guess-{n}")
    assert b"Too many" in password(client).content


def test_next_never_leads_elsewhere(client: Client, optional, boss):
    assert password(client, after="https://evil.example/")["Location"] == "/admin/"
