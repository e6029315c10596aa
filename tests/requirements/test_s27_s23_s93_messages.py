"""S27: one cap over all channels. S23: one wording on every channel. S93: points as of the opening."""

import pytest

from campaigns.messages.models import Message, SendingPolicy
from loyalty.services.posting import grant_points
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from tests.messages.people import proposed, willing

pytestmark = pytest.mark.django_db


def test_s27_a_text_counts_with_the_mails(staff_web):
    SendingPolicy.objects.create(per_day=2, quiet_channels=[])
    suzie = willing("email", "sms", phone="+15551230001")
    outcomes = [
        proposed(suzie, dedup=str(number), channels=(channel,)).code
        for number, channel in enumerate(("email", "sms", "email", "inbox"))
    ]
    assert outcomes == ["sent", "sent", "cap", "sent"]


def test_s23_the_block_is_the_same_everywhere_and_each_message_says_which(web, staff_web):
    SendingPolicy.objects.create(quiet_channels=[])
    suzie = willing("email", "sms", phone="+15551230001")
    for channel in ("email", "sms", "inbox", "tablet"):
        proposed(suzie, dedup=channel, channels=(channel,))
    # one wording of one version, wherever it is read, and each message says which
    assert dict(Message.objects.values_list("channel", "blocks")) == {
        channel: {"points_today": 1} for channel in ("email", "sms", "inbox", "tablet")
    }
    sent = Message.objects.filter(channel__in=("email", "sms"))
    [inbox] = web(suzie).get_json("/me/inbox").json()["items"]
    [prompt] = staff_web.get_json(f"/customers/{suzie.pk}/prompts").json()["items"]
    read = [*(f"{each.subject} {each.text}" for each in sent), str(inbox)]
    assert len(read) == 3 and all("You have 0 points" in words for words in read)
    assert "Suzie has 0 points" in prompt["words"]  # to be said by somebody else


def test_s93_the_inbox_has_the_balance_of_this_moment(web):
    suzie = willing(first_name="Suzie")
    proposed(suzie, channels=("inbox",))
    grant_points(
        customer_id=suzie.pk, points=1240, reason="bonus", reference="x", active_from=now(), expires_at=None,
        by=SYSTEM, at=now(),
    )  # fmt: skip
    [item] = web(suzie).get_json("/me/inbox").json()["items"]
    assert item["title"] == "You have 1,240 points"
