"""S33: "based on customer actions (or inactions)": an event and a silence of N days move people, unattended."""

from datetime import timedelta

import pytest

from campaigns.segments.services.membership import tick
from omnichannel.kernel.clock import now
from tests.requirements.segment_people import Marketer, marketer
from tests.requirements.world import World

__all__ = ["marketer"]


@pytest.mark.django_db(transaction=True)
def test_an_action_and_then_a_silence(marketer: Marketer):
    world = World.build()
    # given one rule for who was here lately, and one for who has been silent for 30 days
    here = marketer.live("Here lately", {"kind": "event", "name": "page", "window": {"last_days": 30}})
    silent = marketer.live("Gone quiet", {"kind": "event", "name": "page", "last": {"older_days": 30}})
    # when she visits
    marketer.send(world.suzie, "page", path="/women")
    marketer.settle()
    assert (marketer.names(here), marketer.names(silent)) == ([str(world.suzie)], [])
    # and nothing happens for 30 days
    tick(at=now() + timedelta(days=30, seconds=1))
    # then she left the one and entered the other by herself, each a fact that a journey may begin with
    assert (marketer.names(here), marketer.names(silent)) == ([], [str(world.suzie)])
    timeline = marketer.staff.get_json(f"/customers/{world.suzie.pk}/timeline").json()["items"]
    assert {"segment.entered", "segment.left"} <= {row["name"] for row in timeline}
