"""P23: consent is asked at send time; one click in the mail program ends it (RFC 8058), looking does not."""

import pytest

from campaigns.messages.models import Message
from campaigns.messages.services.sending import send_due
from omnichannel.kernel.clock import now
from tests.messages.conftest import smtp  # noqa: F401
from tests.messages.people import proposed, willing

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_header_s_address_takes_one_post_and_nothing_more_is_sent(client, smtp, web):  # noqa: F811
    # given a marketing mail in somebody's hands
    suzie = willing(first_name="Suzie")
    proposed(suzie, priority=100)
    send_due(at=now())
    [mail] = smtp.mails
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = mail["List-Unsubscribe"].strip().strip("<>").replace("http://testserver", "")
    # when a scanner looks, then the mail program posts
    assert client.get(address).status_code == 200
    assert proposed(suzie, dedup="still", priority=100).outcome == "send"
    assert client.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    # then the one that still waited is not sent, nor anything proposed later
    assert proposed(suzie, dedup="later").code == "withdrawn"
    send_due(at=now())
    assert len(smtp.mails) == 1
    assert Message.objects.get(dedup_key="still").state == "withdrawn"
