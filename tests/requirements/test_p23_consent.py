"""P23, S5, S49: consent by channel and purpose with its proof, said once and minded everywhere."""

import pytest

from customers.models import Consent, NewsletterRequest
from customers.queries.links import newsletter_token, preferences_token
from customers.queries.permission import may_send
from omnichannel.events.models import Event
from omnichannel.events.services import deliver_due
from omnichannel.kernel.clock import now
from tests.fixtures.auth import ApiClient
from tests.requirements.world import World, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db):
    return World.build()


def allowed(customer, channel="email", purpose="marketing"):
    return may_send(customer_id=customer.pk, channel=channel, purpose=purpose, at=now())


def test_a_preference_set_on_one_channel_holds_on_all(world):
    choice = {"channel": "email", "purpose": "marketing", "granted": True}
    said(world.app.put_json("/me/preferences", {"choices": [choice]}))
    shown = said(world.web.get_json("/me/preferences"))
    assert next(c for c in shown["choices"] if c["channel"] == "email")["granted"] is True
    assert allowed(world.suzie).allowed
    # the no of a link in a mail holds at once, and what she is owed still comes
    link = f"/preferences/{preferences_token(world.suzie.pk)}"
    said(ApiClient().put_json(link, {"choices": [{**choice, "granted": False}]}))
    assert allowed(world.suzie).code == "withdrawn"
    assert allowed(world.suzie, purpose="transactional").allowed
    assert [(c.state, c.source) for c in Consent.objects.order_by("at")] == [
        ("granted", "preferences"), ("withdrawn", "preferences_link"),
    ]  # fmt: skip


def test_the_newsletter_begins_with_the_owners_yes(world):
    said(ApiClient().post_json("/newsletter", {"email": "nora@example.com", "wording": "footer-3"}), 202)
    row = NewsletterRequest.objects.get()
    assert not Consent.objects.exists()
    said(ApiClient().post_json("/newsletter/confirm", {"token": newsletter_token(row.pk)}))
    deliver_due(strict=False)
    consent = Consent.objects.get()
    assert (consent.channel, consent.purpose, consent.wording, consent.source) == (
        "email", "marketing", "footer-3", "newsletter",
    )  # fmt: skip
    assert consent.proof["request_id"] == str(row.pk)
    # the fact from which the one 10 % code is issued
    assert Event.objects.get(name="newsletter.confirmed").data["is_first"] is True
