"""`kill -9` of the workers again and again during a send of 20,000: each recipient exactly once at the SMTP server."""

from pathlib import Path

import pytest

from campaigns.messages.models import Message
from tests.messages.killing import make_audience, send_while_killing

pytestmark = [pytest.mark.prove, pytest.mark.django_db(transaction=True)]
RECIPIENTS, KILLS = 20_000, 20


def test_everybody_gets_it_once_whoever_is_killed(tmp_path: Path):
    campaign = make_audience(RECIPIENTS)
    taken = send_while_killing(campaign.pk, count=RECIPIENTS, kills=KILLS, data_dir=tmp_path, patience=900)
    twice = {address: times for address, times in taken.items() if times > 1}
    never = set(Message.objects.exclude(recipient__in=taken).values_list("recipient", flat=True))
    assert (twice, never, len(taken)) == ({}, set(), RECIPIENTS)
    assert Message.objects.filter(state="sent").count() == RECIPIENTS
