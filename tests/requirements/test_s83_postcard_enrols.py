"""S83: the QR on the parcel's postcard enrols, with a bonus once."""

from urllib.parse import parse_qs, urlparse

import pytest

from customers.models import Customer
from loyalty.services.membership import make_enrol_token
from omnichannel.kernel.clock import now
from tests.customers.factories import CustomerFactory
from tests.fixtures.auth import ApiClient
from tests.loyalty.factories import ProgrammeFactory
from tests.loyalty.member_factories import TermsFactory, event_rule
from tests.requirements.world import World, refused, said

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def terms(db: None) -> None:
    ProgrammeFactory()
    TermsFactory()
    event_rule("enrol_postcard", 250, once_per_customer=True, name="Welcome by postcard")


def postcard(customer_id=None, order: str = "K7QM-2XRD") -> str:
    return make_enrol_token(customer_id=customer_id, source="postcard", reference=f"postcard:{order}", at=now())


def test_the_postcard_enrols_the_customer_it_was_made_for_and_gives_its_bonus_once(world: World):
    # given the postcard that lay in a guest's parcel
    guest = CustomerFactory(first_name="Ida", email="ida@example.com", source="guest_order")
    token = postcard(guest.pk)
    # when she scans it on her phone and gives her address, twice
    phone = ApiClient()
    first = said(phone.post_json("/loyalty/join", {"token": token, "email": "ida@example.com", "first_name": "Ida"}))
    again = said(phone.post_json("/loyalty/join", {"token": token, "email": "ida@example.com"}))
    # then she is a member with the bonus, once, and is sent to prove the address
    seen = said(world.till.get_json(f"/customers/{guest.pk}/loyalty"))
    assert (seen["member"]["number"], seen["points"]["active"]) == (guest.number, 250)
    assert first == again
    assert parse_qs(urlparse(first["verify_url"]).query) == {"email": ["ida@example.com"]}
    assert Customer.objects.filter(email="ida@example.com").count() == 1


def test_the_answer_does_not_say_whether_an_address_is_known(world: World):
    # given a postcard for anybody, an address somebody logs in with, and one that nobody ever gave
    known, unknown = world.suzie.email, "nobody@example.com"
    # when both are typed
    answers = [
        said(ApiClient().post_json("/loyalty/join", {"token": postcard(None, order), "email": email}))
        for order, email in (("A", known), ("B", unknown))
    ]
    # then only the address itself differs, and the log-in's own record was not touched
    assert [answer["verify_url"].partition("?")[0] for answer in answers] == [
        answers[0]["verify_url"].partition("?")[0]
    ] * 2
    assert [set(answer) for answer in answers] == [{"status", "verify_url"}] * 2
    assert said(world.web.get_json("/me/loyalty"))["member"] is None


def test_a_member_logged_in_joins_with_one_call_and_a_second_token_gives_nothing_more(world: World):
    # given Suzie logged in, with two postcards
    # when she joins with the first, and scans both again
    joined = said(world.web.post_json("/me/loyalty/enrol", {"token": postcard()}))
    same = said(world.web.post_json("/me/loyalty/enrol", {"token": postcard()}))
    other = said(world.web.post_json("/me/loyalty/enrol", {"token": postcard(None, "OTHER")}))
    # then she is enrolled once, with one bonus
    assert (joined["is_new"], joined["bonus_points"], joined["points"]["active"]) == (True, 250, 250)
    assert (same["is_new"], same["bonus_points"], same["points"]["active"]) == (False, 0, 250)
    assert (other["bonus_points"], other["points"]["active"]) == (0, 250)
    # and the card identifies her at the till, the look being recorded
    shown = said(world.web.get_json("/me/loyalty"))
    scanned = said(world.till.get_json(f"/loyalty/members/by-card/{shown['member']['card']}"))
    assert (scanned["customer"]["id"], scanned["points"]["active"]) == (str(world.suzie.pk), 250)
    assert shown["member"]["qr_svg"].startswith("<svg")


def test_what_was_not_signed_by_us_enrols_nobody(world: World):
    token = postcard(world.suzie.pk)
    tampered = token[:-3] + ("AAA" if token[-3:] != "AAA" else "BBB")
    problem = refused(world.web.post_json("/me/loyalty/enrol", {"token": tampered}), 422, "enrol_token_invalid")
    assert problem["errors"][0]["pointer"] == "/token"
    refused(
        ApiClient().post_json("/loyalty/join", {"token": "x", "email": "a@example.com"}), 422, "enrol_token_invalid"
    )
    refused(ApiClient().post_json("/loyalty/join", {"token": token, "email": "no address"}), 422, "email_invalid")
    refused(world.till.get_json("/loyalty/members/by-card/OMM:0000000000:00"), 422, "card_unknown")
    assert said(world.web.get_json("/me/loyalty"))["member"] is None


def test_the_visit_in_which_somebody_joins_is_theirs_but_never_for_an_address_that_another_has_proven(world: World):
    from tests.customers.test_tracking_api import Sender, track
    from tests.stores.fixtures import key_api

    page = Sender()
    page.batch(track(who="browser-of-ida", properties={"name": "Linen jacket"}))
    page.batch(track(who="browser-of-eve", properties={"name": "Linen jacket"}))
    # when Ida joins in the browser in which she looked, and Eve in hers with the address that Suzie has proven
    guest = CustomerFactory(first_name="Ida", email="ida@example.com", source="guest_order")
    for browser, token, email in (
        ("browser-of-ida", postcard(guest.pk), "ida@example.com"),
        ("browser-of-eve", postcard(None, "B"), world.suzie.email),
    ):
        said(ApiClient({"X-Anonymous-Id": browser}).post_json("/loyalty/join", {"token": token, "email": email}))
    # then what Ida looked at is on her timeline, and Suzie's has nothing of Eve's
    desk = key_api("customers:read")
    seen = {
        customer: [row["name"] for row in said(desk.get_json(f"/customers/{customer}/timeline"))["items"]]
        for customer in (guest.pk, world.suzie.pk)
    }
    assert "Product Viewed" in seen[guest.pk] and "customer.identified" in seen[guest.pk]
    assert "Product Viewed" not in seen[world.suzie.pk]
