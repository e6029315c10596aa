"""One friend, one code, two orders at the same moment: it counts once. The control shows what the key prevents."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from loyalty.models import Journal, ReferralUse
from loyalty.services.membership import enrol
from omnichannel.events.services import deliver_due
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from orders.models import Order
from tests.carts.racing import all_at_once
from tests.customers.factories import CustomerFactory
from tests.loyalty.factories import ProgrammeFactory
from tests.loyalty.member_factories import TermsFactory
from tests.requirements.world import World, add, said

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 8


@contextmanager
def without_the_key() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'referral_once_a_friend'")
        made = cursor.fetchone()[0]
        cursor.execute("DROP INDEX referral_once_a_friend")
    try:
        yield
    finally:
        ReferralUse.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(made)


def claim_at_once() -> Counter[int]:
    """Carts of one address, each with the code, all paid at the same moment at the till."""
    ProgrammeFactory()
    TermsFactory()
    world = World.build()
    world.sell("GLOVES", 3900, stock=100)
    member = enrol(customer_id=CustomerFactory(email="suzie@example.org").pk, by=SYSTEM, at=now()).member
    paths = []
    for _ in range(AT_ONCE):
        path = world.walk_in(world.till)
        add(world.till, "GLOVES", path=path)
        said(world.till.put_json(f"{path}/contact", {"email": "finn@example.com"}))
        cart = said(world.till.post_json(f"{path}/codes", {"code": member.referral_code}))
        assert cart["codes"][0]["applied"]
        paths.append(path)
    body = {"expected_total": cart["totals"]["total"], "payments": [{"provider": "cash"}]}

    def pay(path: str) -> int:
        status: int = world.till.post_json(f"{path}/checkout", body).status_code
        return status

    return Counter(all_at_once([lambda path=path: pay(path) for path in paths]))  # type: ignore[misc]


def test_claimed_many_times_at_once_counts_once():
    statuses = claim_at_once()
    # One order used the code; the others were placed without it (they saw it used), or told so.
    assert set(statuses) <= {201, 409} and statuses[201] >= 1
    assert Order.objects.count() == statuses[201]
    deliver_due()
    [use] = ReferralUse.objects.all()
    # of orders of one moment another may have been first: then the friend had bought before
    assert (use.state, use.reasons) in [("rewarded", []), ("refused", ["existing_customer"])]
    assert Journal.objects.filter(kind="grant").count() == (2 if use.state == "rewarded" else 0)


def test_without_the_unique_key_it_would_count_more_than_once():
    with without_the_key():
        statuses = claim_at_once()
        assert statuses == {201: AT_ONCE}
        assert ReferralUse.objects.count() > 1
