"""S89: the confirmation carries her own code. S92: the mail about the pop-up near her, with her points."""

from datetime import timedelta

import pytest

from campaigns.messages.services.sending import send_due
from loyalty.models import ReferralProgramme
from loyalty.services.membership import enrol
from omnichannel.events.services import deliver_due
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from stores.states import StoreKind
from tests.messages.conftest import html_of, plain_of, smtp  # noqa: F401
from tests.messages.people import proposed, willing
from tests.orders.shop import checkout, stocked, till
from tests.stores.factories import StoreFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_s89_her_own_code_is_in_the_confirmation(smtp):  # noqa: F811
    # given a member, and terms in force
    ReferralProgramme.objects.create(
        version=1000, state="published", goes_live_at=now() - timedelta(days=1), created_at=now()
    )
    suzie = willing(first_name="Suzie")
    member = enrol(customer_id=suzie.pk, by=SYSTEM, at=now()).member
    # when she buys at a till
    store = StoreFactory()
    api = till(store)
    path = f"carts/{api.get(f'customers/{suzie.pk}/cart').json()['id']}"
    api.post(f"{path}/lines", {"sku": stocked(store).sku, "quantity": 1})
    api.put(f"{path}/fulfilment", {"kind": "carry_out"})
    bought = checkout(api, {"provider": "cash"}, path=f"{path}/checkout")
    assert bought.status_code == 201, bought.content
    deliver_due()
    send_due(at=now() + timedelta(minutes=1))
    # then
    [mail] = [each for each in smtp.mails if "confirmed" in each["Subject"]]
    for part in (html_of(mail), plain_of(mail)):
        assert member.referral_code in part and "$15.00" in part


def test_s92_the_pop_up_of_her_region_with_its_days(smtp):  # noqa: F811
    day = now().date()
    StoreFactory(
        name="Sunshine Coast pop-up",
        kind=StoreKind.POPUP,
        city="Noosa",
        opens_on=day,
        closes_on=day + timedelta(days=9),
    )
    suzie = willing(first_name="Suzie")
    proposed(suzie, "popup_invitation", priority=100)
    send_due(at=now())
    [mail] = smtp.mails
    assert "Sunshine Coast pop-up" in mail["Subject"] and "Noosa" in plain_of(mail)
    assert "You have 0 points" in plain_of(mail)
