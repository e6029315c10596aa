"""S49: the newsletter's 10 % is one code for one person, used once, however often the confirmation is clicked."""

import pytest

from campaigns.offers.models import Code
from campaigns.offers.services.codes import issue_code
from campaigns.offers.services.publishing import ensure_ready_made
from omnichannel.events.models import Event
from omnichannel.kernel.clock import now
from tests.offers.world import STAFF
from tests.requirements.world import World, add, check_out, said

pytestmark = pytest.mark.django_db


def test_ten_per_cent_once_a_person(world: World):
    world.sell("SWIMSUIT", 3333)
    ensure_ready_made(key="newsletter-10", by=STAFF, at=now())

    def confirm(occasion: str) -> str:
        return issue_code(
            offer_key="newsletter-10", customer_id=world.suzie.pk, expires_at=None, issue_key=occasion,
            reason="Newsletter confirmed", by=STAFF, at=now(),
        ).code  # fmt: skip

    # the same confirmation, clicked twice, gives the same code
    code = confirm(f"newsletter:{world.suzie.pk}")
    assert code == confirm(f"newsletter:{world.suzie.pk}") and Code.objects.count() == 1
    assert Event.objects.filter(name="code.issued").count() == 1
    add(world.app, "SWIMSUIT")
    cart = said(world.app.post_json("/cart/codes", {"code": code}))
    assert cart["totals"]["discount"]["amount_minor"] == -333
    said(world.app.put_json("/cart/fulfilment", {"kind": "pickup", "store_id": str(world.harbour.pk)}))
    check_out(world.app, email="suzie@example.com")
    # then neither that code nor another of the offer opens anything for her
    add(world.app, "SWIMSUIT")
    reasons = []
    for each in (code, confirm("newsletter:again")):
        reasons.append(said(world.app.post_json("/cart/codes", {"code": each}))["codes"][-1]["reason"])
    assert reasons == ["This code has been used already.", "One person may use it once, and this one has."]
    assert [row["state"] for row in said(world.app.get_json("/me/codes"))["items"]] == ["open", "used"]
