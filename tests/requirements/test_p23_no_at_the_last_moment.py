"""P23, B13: a no holds from its moment on: what was decided and not sent yet is not sent, and the reason can be read."""

from datetime import timedelta

import pytest

from campaigns.messages.services.sending import send_due
from customers.services.consent import suppress_address
from omnichannel.kernel.clock import now
from tests.customers.factories import CustomerFactory, UserFactory
from tests.messages.conftest import smtp  # noqa: F401  a real mail server
from tests.messages.people import proposed
from tests.requirements.world import said, staff_of, web_of

pytestmark = pytest.mark.django_db(transaction=True)
MARKETING = {"channel": "email", "purpose": "marketing"}


@pytest.mark.parametrize("how", ["preferences", "bounce"])
def test_said_between_the_decision_and_the_sending_it_stops_the_mail_and_is_the_reason(smtp, how: str):  # noqa: F811
    # given somebody who said yes, and a mail that was decided and waits its turn
    suzie = CustomerFactory(first_name="Suzie", user=UserFactory(email="suzie@example.com"))
    me, staff = web_of(suzie), staff_of(is_superuser=True)
    said(me.put_json("/me/preferences", {"choices": [{**MARKETING, "granted": True}]}))
    assert proposed(suzie).outcome == "send"
    # when they say no on the preference page, or another mail to the address bounces, before it goes
    if how == "preferences":
        said(me.put_json("/me/preferences", {"choices": [{**MARKETING, "granted": False}]}))
    else:
        suppress_address(address="suzie@example.com", reason="bounced", at=now())
    send_due(at=now() + timedelta(minutes=5))
    # then nothing went out, then or later, and whoever asks why reads the reason
    send_due(at=now() + timedelta(hours=5))
    assert smtp.to("suzie@example.com") == []
    [told] = said(staff.get_json(f"/messages/why?customer={suzie.pk}"))["items"]
    assert told["outcome"] == "refused", told
    assert ("said no" if how == "preferences" else "suppression list") in told["reason"], told
    # and a yes after it sends nothing that was decided before
    said(me.put_json("/me/preferences", {"choices": [{**MARKETING, "granted": True}]}))
    send_due(at=now() + timedelta(hours=6))
    assert smtp.to("suzie@example.com") == []


def test_released_and_sent_again_by_hand_it_says_so(smtp):  # noqa: F811
    from campaigns.messages.models import Message
    from campaigns.messages.services.intending import retry_message
    from customers.services.consent import release_address
    from omnichannel.kernel.context import SYSTEM

    # given a mail that was stopped by the suppression list
    suzie = CustomerFactory(first_name="Suzie", user=UserFactory(email="suzie@example.com"))
    said(web_of(suzie).put_json("/me/preferences", {"choices": [{**MARKETING, "granted": True}]}))
    assert proposed(suzie).outcome == "send"
    stop = suppress_address(address="suzie@example.com", reason="bounced", at=now())
    send_due(at=now() + timedelta(minutes=5))
    # when staff take the address off the list and send it again
    release_address(suppression_id=stop.pk, by=SYSTEM, at=now())
    retry_message(message_id=Message.objects.get().pk, by=SYSTEM, at=now())
    send_due(at=now() + timedelta(minutes=6))
    # then it is out, once, and the reason says how
    assert len(smtp.to("suzie@example.com")) == 1
    [told] = said(staff_of(is_superuser=True).get_json(f"/messages/why?customer={suzie.pk}"))["items"]
    assert (told["outcome"], told["reason"]) == ("send", "Sent again once what stopped it was gone.")
