"""B13: why sent, or why not, can be read for every candidate. B14: the most urgent wins the cap, whatever the order."""

from itertools import permutations

import pytest

from campaigns.messages.models import SendingPolicy
from campaigns.messages.services.proposing import propose
from omnichannel.kernel.clock import now
from tests.customers.factories import CustomerFactory
from tests.messages.people import candidate, willing

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("order", list(permutations((20, 50, 80))))
def test_one_place_three_messages(staff_web, order):
    SendingPolicy.objects.create(per_day=1)
    suzie = willing()
    for priority in order:
        propose(candidates=[candidate(suzie, dedup=f"p{priority}", priority=priority)], at=now())
    why = staff_web.get_json(f"/messages/why?customer={suzie.pk}").json()["items"]
    assert {row["priority"]: row["outcome"] for row in why} == {20: "refused", 50: "refused", 80: "send"}
    for row in why:
        assert row["reason"] and row["checks"][0]["words"]


def test_nobody_is_left_without_a_reason(staff_web):
    people = [willing(), CustomerFactory(email="x@example.com"), CustomerFactory(email="")]
    propose(candidates=[candidate(person, dedup=str(person.pk)) for person in people], at=now())
    why = staff_web.get_json("/messages/why").json()["items"]
    assert {(row["customer"]["id"], row["code"]) for row in why} == {
        (str(people[0].pk), "sent"), (str(people[1].pk), "no_consent"), (str(people[2].pk), "no_address"),
    }  # fmt: skip
