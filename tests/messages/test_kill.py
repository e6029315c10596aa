"""A worker killed in the middle of a batch: everybody gets the mail, nobody twice."""

from pathlib import Path

import pytest

from campaigns.messages.models import Decision, Message
from campaigns.messages.services.journal import Journal, abandoned
from omnichannel.events.models import Event
from omnichannel.kernel.clock import now
from omnichannel.kernel.ids import uuid7
from tests.messages.killing import make_audience, send_while_killing


@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_loses_and_doubles_nobody(tmp_path: Path):
    count = 400
    campaign = make_audience(count)
    taken = send_while_killing(campaign.pk, count=count, kills=2, data_dir=tmp_path, patience=120)
    assert taken.total() == len(taken) == count
    assert Message.objects.filter(state="sent").count() == count
    assert Event.objects.filter(name="message.sent").count() == count
    assert Decision.objects.filter(outcome="send").count() == count
    campaign.refresh_from_db()
    assert (campaign.state, campaign.planned, campaign.audience_size) == ("done", count, count)
    assert list((tmp_path / "sending").glob("*.journal")) == []


def test_the_journal_of_the_dead_says_what_went_out_and_that_of_the_living_is_left_alone(tmp_path: Path):
    ids, lease = [uuid7() for _ in range(3)], now()
    living, dead = Journal(tmp_path, ids, lease), Journal(tmp_path, ids, lease)
    dead.mark(0)
    dead.mark(2)
    # a process that dies lets go of its locks
    dead._marks.close()
    dead._file.close()
    assert list(abandoned(tmp_path)) == [([ids[0], ids[2]], [ids[1]], lease)]
    assert list(abandoned(tmp_path)) == []
    living.end()
    assert list(tmp_path.iterdir()) == []
