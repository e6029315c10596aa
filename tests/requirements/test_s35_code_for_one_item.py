"""S35: a code for the one item somebody looked at, for nobody else and nothing else."""

from datetime import timedelta

import pytest

from campaigns.offers.services.codes import issue_code
from campaigns.offers.services.publishing import ensure_ready_made
from omnichannel.kernel.clock import now
from tests.customers.factories import CustomerFactory, UserFactory
from tests.offers.world import STAFF
from tests.requirements.world import World, add, said, web_of

pytestmark = pytest.mark.django_db


def test_the_code_works_for_her_and_that_item_alone(world: World):
    # given a jacket in two sizes and a code of hers for one of them
    ten = world.sell("JACKET-10", 8999)
    world.sell("JACKET-12", 8999, product=ten.product)
    ensure_ready_made(key="item-off-48h", by=STAFF, at=now())
    issued = issue_code(
        offer_key="item-off-48h", customer_id=world.suzie.pk, variant_ids=[ten.pk], expires_at=now() + timedelta(hours=48),
        issue_key="browse:1", reason="She looked at a jacket twice", by=STAFF, at=now(),
    )  # fmt: skip
    # then in the other size it says why not
    add(world.app, "JACKET-12")
    cart = said(world.app.post_json("/cart/codes", {"code": issued.code.lower().replace("-", " ")}))
    assert cart["codes"] == [
        {
            "code": issued.code, "applied": False, "label": "$15.00 off this item",
            "reason": "The item this code is for is not in the cart.",
        }
    ]  # fmt: skip
    # with hers beside it, 15.00 comes off that line, once
    cart = add(world.app, "JACKET-10", 2)
    assert [line["line_total"]["amount_minor"] for line in cart["lines"]] == [8999, 2 * 8999 - 1500]
    # and in somebody else's cart it opens nothing
    olga = web_of(CustomerFactory(first_name="Olga", user=UserFactory(email="olga@example.com")))
    add(olga, "JACKET-10")
    cart = said(olga.post_json("/cart/codes", {"code": issued.code}))
    assert (cart["totals"]["discount"]["amount_minor"], cart["codes"][0]["reason"]) == (
        0,
        "This code was made for another customer.",
    )
