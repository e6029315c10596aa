"""Preferences hold on every channel; the newsletter begins with the owner's yes."""

import pytest

from customers.models import Consent, Customer, Identity, NewsletterRequest
from customers.queries.links import newsletter_token, preferences_token
from customers.queries.permission import may_send
from omnichannel.events.models import Event
from omnichannel.kernel.clock import now
from tests.customers.factories import CustomerFactory, UserFactory
from tests.fixtures.auth import ApiClient
from tests.requirements.world import app_of, web_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def suzie():
    return CustomerFactory(user=UserFactory(email="suzie@example.com"))


def choice(document, channel):
    return next(c for c in document["choices"] if c["channel"] == channel)


def allowed(customer, channel="email", purpose="marketing"):
    return may_send(customer_id=customer.pk, channel=channel, purpose=purpose, at=now()).allowed


def test_said_on_the_web_holds_in_the_app_and_in_the_store(suzie):
    web, app = web_of(suzie), app_of(suzie)
    said = web.put_json(
        "/me/preferences",
        {"choices": [{"channel": "email", "purpose": "marketing", "granted": True},
                     {"channel": "tablet", "purpose": "marketing", "granted": False}], "locale": "de"},
    )  # fmt: skip
    assert said.status_code == 200, said.content
    read = app.get_json("/me/preferences").json()
    assert choice(read, "email")["granted"] is True
    assert choice(read, "tablet")["granted"] is False
    assert choice(read, "inbox")["granted"] is True  # never asked: shown until they say no
    assert read["locale"] == "de" and read["address"] == "s•••e@example.com"
    assert allowed(suzie) and not allowed(suzie, "tablet")


def test_saying_the_same_again_writes_nothing(suzie):
    body = {"choices": [{"channel": "email", "purpose": "marketing", "granted": False}]}
    web = web_of(suzie)
    web.put_json("/me/preferences", body)
    assert Consent.objects.count() == 0  # a no to what nobody ever said yes to
    body["choices"][0]["granted"] = True
    web.put_json("/me/preferences", body)
    web.put_json("/me/preferences", body)
    assert Consent.objects.count() == 1


def test_the_link_of_a_mail_says_no_without_a_log_in(suzie):
    link = f"/preferences/{preferences_token(suzie.pk)}"
    stranger = ApiClient()
    web_of(suzie).put_json(
        "/me/preferences", {"choices": [{"channel": "email", "purpose": "marketing", "granted": True}]}
    )
    said = stranger.put_json(link, {"choices": [{"channel": "email", "purpose": "marketing", "granted": False}]})
    assert said.status_code == 200
    assert not allowed(suzie)
    word = Consent.objects.order_by("-at").first()
    assert (word.state, word.source, word.actor) == ("withdrawn", "preferences_link", "anonymous")
    # and it tells nobody her address
    assert b"suzie@" not in stranger.get_json(link).content


def test_a_link_that_is_not_ours(suzie):
    for token in ("x", preferences_token(suzie.pk)[:-1] + "_", newsletter_token(suzie.pk)):
        answer = ApiClient().get_json(f"/preferences/{token}")
        assert (answer.status_code, answer.json()["code"]) == (422, "link_invalid")


def test_choices_that_do_not_exist_are_named(suzie):
    answer = web_of(suzie).put_json(
        "/me/preferences", {"choices": [{"channel": "sms", "purpose": "photos", "granted": True}]}
    )
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "no_choice"


def test_newsletter_by_double_opt_in():
    # given a stranger on the web whose browser has a name
    stranger = ApiClient({"x-anonymous-id": "browser-77", "x-campaign": "utm_source=instagram"})
    asked = stranger.post_json("/newsletter", {"email": "Nora@Example.com"})
    assert (asked.status_code, asked.json()) == (202, {"state": "asked"})
    # then nothing is allowed and nobody is made yet
    row = NewsletterRequest.objects.get()
    assert (row.email, row.campaign) == ("nora@example.com", {"utm_source": "instagram"})
    assert not Customer.objects.exists()
    # when the owner says yes, twice
    for _ in range(2):
        said = ApiClient().post_json("/newsletter/confirm", {"token": newsletter_token(row.pk)})
        assert (said.status_code, said.json()) == (200, {"state": "confirmed"})
    # then there is one record, one consent with its proof, one fact, and the browser's history is hers
    nora = Customer.objects.get()
    consent = Consent.objects.get()
    assert (nora.email, nora.email_verified_at, nora.source) == ("nora@example.com", None, "newsletter")
    assert allowed(nora) and consent.proof["email"] == "nora@example.com" and consent.proof["confirmed_at"]
    fact = Event.objects.get(name="newsletter.confirmed")
    assert fact.identity_id == nora.pk and fact.data["is_first"] is True
    assert Identity.objects.get(kind="anonymous").customer_id == nora.pk


def test_the_yes_goes_to_who_proved_the_address(suzie):
    ApiClient().post_json("/newsletter", {"email": "suzie@example.com"})
    Customer.objects.filter(pk=suzie.pk).update(email_verified_at=now())
    row = NewsletterRequest.objects.get()
    ApiClient().post_json("/newsletter/confirm", {"token": newsletter_token(row.pk)})
    assert Consent.objects.get().customer_id == suzie.pk


def test_an_address_is_asked_three_times_an_hour_and_the_answer_is_the_same():
    answers = [ApiClient().post_json("/newsletter", {"email": "a@example.com"}) for _ in range(5)]
    assert {(a.status_code, a.json()["state"]) for a in answers} == {(202, "asked")}
    assert NewsletterRequest.objects.count() == Event.objects.filter(name="newsletter.requested").count() == 3


def test_an_old_link_and_a_bad_address():
    ApiClient().post_json("/newsletter", {"email": "a@example.com"})
    NewsletterRequest.objects.update(expires_at=now())
    answer = ApiClient().post_json(
        "/newsletter/confirm", {"token": newsletter_token(NewsletterRequest.objects.get().pk)}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "link_expired")
    assert ApiClient().post_json("/newsletter", {"email": "no address"}).json()["code"] == "email_invalid"
    assert not Consent.objects.exists()
