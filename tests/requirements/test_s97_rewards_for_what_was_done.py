"""S97, S98: a verified follow and an approved photo earn points, once."""

import pytest

from tests.loyalty.factories import ProgrammeFactory
from tests.loyalty.member_factories import event_rule
from tests.requirements.world import World, refused, said
from tests.stores.fixtures import key_api

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("trigger", "points"), [("social_follow", 50), ("photo_approved", 100)])
def test_it_earns_once_however_often_it_is_told(world: World, trigger: str, points: int):
    # given rules for it, and the system that verified it
    ProgrammeFactory()
    event_rule(trigger, points, once_per_customer=trigger == "social_follow")
    key = key_api("loyalty:write", "loyalty:read")
    told = {"customer_id": str(world.suzie.pk), "trigger": trigger, "reference": "instagram:marram:17"}
    # when it is told twice
    first = said(key.post_json("/loyalty/rewards", told))
    again = said(key.post_json("/loyalty/rewards", told))
    # then it is given once, and may be spent at once
    assert (first, again) == ({"points": points, "reason": "given"}, {"points": 0, "reason": "given_before"})
    assert said(world.web.get_json("/me/loyalty"))["points"]["available"] == points
    # another follow earns nothing more, another photo does
    other = said(key.post_json("/loyalty/rewards", {**told, "reference": "instagram:marram:18"}))
    assert other["points"] == (0 if trigger == "social_follow" else points)


def test_nothing_is_given_for_what_no_rule_names_and_never_more_than_the_cap(world: World):
    ProgrammeFactory()
    event_rule("review", 40, cap_points=100)
    key = key_api("loyalty:write")
    told = {"customer_id": str(world.suzie.pk), "trigger": "review", "reference": "r"}
    given = [said(key.post_json("/loyalty/rewards", {**told, "reference": f"r{n}"}))["points"] for n in range(4)]
    assert given == [40, 40, 20, 0]
    refused(key.post_json("/loyalty/rewards", {**told, "trigger": "dancing"}), 422, "trigger_unknown")
    refused(key.post_json("/loyalty/rewards", {**told, "customer_id": str(world.harbour.pk)}), 404, "not_found")
