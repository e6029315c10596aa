"""S86: a time-sensitive code works until its very second, and the cart knows by itself that it has ended."""

from datetime import datetime, timedelta

import orjson
import pytest

from campaigns.offers.models import Code
from campaigns.offers.services.codes import issue_code
from campaigns.offers.services.publishing import ensure_ready_made
from carts.queries.access import internally
from carts.services.repricing import reprice_cart
from omnichannel.kernel.clock import now
from tests.offers.world import STAFF
from tests.requirements.world import World, add, refused, said

pytestmark = pytest.mark.django_db


def test_until_the_second_and_no_longer(world: World):
    jacket = world.sell("JACKET", 8999)
    ensure_ready_made(key="item-off-48h", by=STAFF, at=now())
    ends = (now() + timedelta(hours=48)).replace(microsecond=0)
    issued = issue_code(
        offer_key="item-off-48h", customer_id=world.suzie.pk, variant_ids=[jacket.pk], expires_at=ends,
        issue_key="abandoned:1", reason="She left a jacket", by=STAFF, at=now(),
    )  # fmt: skip
    cart = add(world.app, "JACKET")
    cart = said(world.app.post_json("/cart/codes", {"code": issued.code}))
    # the cart was priced until that very second
    assert datetime.fromisoformat(cart["priced_until"]) == ends
    assert cart["totals"]["total"]["amount_minor"] == 7499
    # a microsecond before it is 15.00 off, at the second nothing
    for at, discount in ((ends - timedelta(microseconds=1), -1500), (ends, 0)):
        document = reprice_cart(ref=internally(cart["id"]), at=at).document
        shown = orjson.loads(document)
        assert shown["totals"]["discount"]["amount_minor"] == discount
    assert shown["codes"][0]["reason"].startswith("This code ended on ")
    # and a checkout for the old price is refused with the new one
    Code.objects.update(expires_at=now())
    said(world.app.put_json("/cart/fulfilment", {"kind": "pickup", "store_id": str(world.harbour.pk)}))
    body = {"expected_total": {"amount_minor": 7499, "currency": "USD"}, "email": "suzie@example.com"}
    refused(world.app.post_json("/checkout", body), 409, "total_changed")
