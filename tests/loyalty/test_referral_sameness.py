"""A friend who is the member in other clothes: the same card, the same browser, whatever name is typed."""

import pytest

from loyalty.models import ReferralUse
from omnichannel.events.services import deliver_due
from omnichannel.kernel.clock import now
from orders.models import Payment
from orders.personal_data import OrderRecords
from tests.fixtures.auth import ApiClient
from tests.loyalty.test_referrals import Shop
from tests.orders.conftest import gateway, sandbox_process  # noqa: F401  the card gateway, a process of its own
from tests.requirements.world import add, check_out, guest_of, said, web_of

pytestmark = pytest.mark.django_db(transaction=True)


def pick_up(shop: Shop, client: ApiClient) -> None:
    add(client, "SCARF")
    said(client.put_json("/cart/fulfilment", {"kind": "pickup", "store_id": str(shop.world.harbour.pk)}))


def pay_by_card(shop: Shop, client: ApiClient, token: str, email: str = "") -> str:
    pick_up(shop, client)
    card = {"provider": "sandbox", "method": {"token": token}}
    order = check_out(client, card, **({"email": email} if email else {}))
    deliver_due()
    return str(order["id"])


def reasons() -> list[tuple[str, list[str]]]:
    return [(use.state, use.reasons) for use in ReferralUse.objects.order_by("claimed_at")]


def test_one_card_behind_two_names_waits_for_a_person(gateway):  # noqa: F811
    # given a member who paid with a card online
    shop = Shop()
    code = said(shop.world.web.post_json("/me/loyalty/enrol", {}))["referral"]["code"]
    pay_by_card(shop, shop.world.web, "tok_visa")
    # when two guests use her code, one with that card typed at the gateway's page, one with a card of their own
    for email, token in (("finn@example.com", "tok_visa"), ("ida@example.com", "tok_of_ida")):
        guest = guest_of()
        pick_up(shop, guest)
        said(guest.put_json("/cart/contact", {"email": email}))
        said(guest.post_json("/cart/codes", {"code": code}))
        check_out(guest, {"provider": "sandbox", "method": {"token": token}}, email=email)
        deliver_due()
    # then the first waits, and the second has counted
    assert reasons() == [("flagged", ["same_payment"]), ("rewarded", [])]
    assert shop.credit(shop.world.suzie.pk) == (1500, 0)
    # and the card's mark is shown to nobody, and goes with the person
    shown = said(shop.world.web.get_json("/orders"))["items"]
    order = said(shop.world.web.get_json(f"/orders/{shown[0]['id']}"))
    assert order["payments"][0]["method"] == {"brand": "Visa", "last4": "4242"}
    OrderRecords().erase(customer_id=shop.world.suzie.pk, at=now())
    kept = Payment.objects.get(order_id=order["id"]).method
    assert set(kept) == {"brand", "last4"}


@pytest.mark.parametrize("first", ["member", "friend"])
def test_one_browser_behind_two_names_waits_for_a_person(first: str):
    # given a browser in which a member and a friend each do something, one after the other
    shop = Shop()
    suzie = shop.world.suzie
    code = said(shop.world.web.post_json("/me/loyalty/enrol", {}))["referral"]["code"]
    member = web_of(suzie)
    if first == "member":
        said(member.get_json("/me/loyalty", X_Anonymous_Id="kitchen-laptop"))
    guest = guest_of(**{"X-Anonymous-Id": "kitchen-laptop"})
    pick_up(shop, guest)
    said(guest.put_json("/cart/contact", {"email": "finn@example.com"}))
    said(guest.post_json("/cart/codes", {"code": code}))
    order = check_out(guest, email="finn@example.com")
    deliver_due()
    if first == "friend":
        said(member.get_json("/me/loyalty", X_Anonymous_Id="kitchen-laptop"))
    # when the friend's order is paid
    said(shop.till.post_json(f"/orders/{order['id']}/payments", {"provider": "cash"}), 201)
    deliver_due()
    # then it waits for a person
    assert reasons() == [("flagged", ["same_device"])]
    assert shop.credit(suzie.pk) == (0, 0)


def test_a_tablet_that_says_it_is_a_browser_flags_nobody():
    # given everybody served at one tablet, whose pages send an id of their own
    shop = Shop()
    code = said(shop.world.web.post_json("/me/loyalty/enrol", {}))["referral"]["code"]
    for email, codes in (("suzie@example.com", ()), ("finn@example.com", (code,))):
        path = shop.world.walk_in(shop.till)
        add(shop.till, "SCARF", path=path)
        said(shop.till.put_json(f"{path}/contact", {"email": email}))
        for each in codes:
            said(shop.till.post_json(f"{path}/codes", {"code": each}, X_Anonymous_Id="tablet-1"))
        order = check_out(shop.till, {"provider": "cash"}, path=path)
        assert order["status"] in ("confirmed", "completed")
        deliver_due()
    assert reasons() == [("rewarded", [])]


def test_many_friends_with_one_card_in_one_browser_wait_for_a_person(gateway):  # noqa: F811
    # given a member whose friends are one person under several names, with a card of their own
    shop = Shop()
    code = said(shop.world.web.post_json("/me/loyalty/enrol", {}))["referral"]["code"]
    for email, token, browser in (
        ("one@example.com", "tok_of_one", "browser-a"),
        ("two@example.com", "tok_of_one", "browser-b"),
        ("three@example.com", "tok_of_three", "browser-a"),
        ("four@example.com", "tok_of_four", "browser-c"),
    ):
        guest = guest_of(**{"X-Anonymous-Id": browser})
        pick_up(shop, guest)
        said(guest.put_json("/cart/contact", {"email": email}))
        said(guest.post_json("/cart/codes", {"code": code}))
        check_out(guest, {"provider": "sandbox", "method": {"token": token}}, email=email)
        deliver_due()
    # then the first counted, those after it wait, and a real fourth counts
    assert reasons() == [
        ("rewarded", []), ("flagged", ["friends_one_card"]), ("flagged", ["friends_one_device"]), ("rewarded", []),
    ]  # fmt: skip
    assert shop.credit(shop.world.suzie.pk) == (3000, 0)
