"""What the platforms hear: hashed as they want it, once, only with consent, whatever goes wrong on the way."""

from datetime import timedelta

import pytest

from campaigns.audiences.models import Conversion, Destination, Member, PlatformCall
from campaigns.audiences.rules.hashing import hashed, normal_email, normal_phone
from campaigns.audiences.services.sending import retry_conversion, send_due_conversions
from campaigns.audiences.services.syncing import sync_due_members
from campaigns.audiences.states import ConversionState
from omnichannel.kernel.clock import now
from omnichannel.kernel.personal_data import personal_data
from tests.audiences.test_keeping import INTEREST, buy
from tests.audiences.tools import audience, deliver, say_no, say_yes, send
from tests.events.tools import deliver_twice
from tests.requirements.world import add, refused, said, staff_of

pytestmark = pytest.mark.django_db


def later(**span):
    return now() + timedelta(**span)


def test_the_hashes_are_those_of_the_platforms_rules():
    # Meta's own examples of normalisation
    assert normal_email(" John_Smith@gmail.com ") == "john_smith@gmail.com"
    assert normal_phone("+1 (650) 555-1212") == "16505551212"
    assert hashed(normal_email("John_Smith@gmail.com")) == (
        "62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f"
    )
    assert hashed("") == ""


def test_a_view_a_cart_and_a_purchase_go_out_once_with_the_pixels_ids(world, visits, ads):
    # given she allows advertising, and the platform knows her address
    say_yes(world.suzie)
    ads.platform.know(emails=[world.suzie.email], phones=[])
    # when she looks, puts it in the cart and buys, and every fact is delivered twice
    message_id = visits.view("DRESS", user=world.suzie.pk)
    cart = add(world.web, "DRESS")
    order = buy(world)
    deliver_twice()
    send()
    send()
    # then each arrived once, with an id the pixel can share
    assert {(each["event_name"], each["event_id"]) for each in ads.events()} == {
        ("ViewContent", message_id),
        ("AddToCart", f"{cart['id']}.{cart['version']}"),
        ("Purchase", order["id"]),
    }
    assert [each["times"] for each in ads.events()] == [1, 1, 1]
    purchase = ads.events("Purchase")[0]
    total = order["totals"]["total"]["amount_minor"] / 100
    assert purchase["custom_data"] | {} == {
        "content_type": "product",
        "content_ids": ["DRESS"],
        "contents": [{"id": "DRESS", "quantity": 1, "item_price": 89.0}],
        "value": total,
        "currency": "USD",
        "order_id": order["id"],
    }
    assert purchase["user_data"]["em"] == [hashed(world.suzie.email)]
    assert (purchase["action_source"], purchase["who"]) == ("website", world.suzie.email)
    view = ads.events("ViewContent")[0]
    assert view["event_source_url"] == "https://shop.example/dress"
    assert view["user_data"]["client_user_agent"] == "Mozilla/5.0"


def test_nothing_goes_out_without_consent_nor_for_what_was_done_before_it(world, visits, ads):
    visits.view("DRESS", user=world.suzie.pk)
    deliver()
    say_yes(world.suzie)
    deliver()
    send()
    assert not Conversion.objects.exists()
    # when she says yes, looks, and says no before it was sent
    visits.view("HAT", user=world.suzie.pk)
    deliver()
    say_no(world.suzie)
    send()
    # then it stays here, with the reason
    waiting = Conversion.objects.get()
    assert (waiting.state, waiting.reason) == (
        ConversionState.WITHDRAWN, "They said no to advertising on other sites.",
    )  # fmt: skip
    assert ads.events() == []


def test_a_visitors_views_go_out_when_they_join_somebody_who_had_said_yes(world, visits, ads):
    say_yes(world.suzie)
    message_id = visits.view("DRESS", who="visitor-9")
    deliver()
    assert not Conversion.objects.exists()
    said(world.web.patch_json("/me", {"first_name": "Sue"}, x_anonymous_id="visitor-9"))
    deliver_twice()
    send()
    assert [each["event_id"] for each in ads.events()] == [message_id]


def test_no_platform_connected_writes_nothing_down(world, visits, settings):
    settings.META_ACCESS_TOKEN = ""
    say_yes(world.suzie)
    visits.view("DRESS", user=world.suzie.pk)
    deliver()
    assert not Conversion.objects.exists()
    shown = said(staff_of(is_superuser=True).get_json("/ad-platforms"))["items"]
    assert [(each["is_connected"], "META_ACCESS_TOKEN" in each["missing"]) for each in shown] == [(False, True)]


def test_a_platform_that_fails_is_asked_again_and_counts_once(world, visits, ads):
    say_yes(world.suzie)
    visits.view("DRESS", user=world.suzie.pk)
    deliver()
    # when it fails, and then does its work but loses the answer
    ads.next("fail", "drop")
    send_due_conversions(at=now())
    row = Conversion.objects.get()
    assert (row.state, row.attempts, row.reason) == (
        ConversionState.INTENDED, 1, "Service temporarily unavailable",
    )  # fmt: skip
    assert row.due_at > now()
    send_due_conversions(at=later(seconds=10))
    send_due_conversions(at=later(minutes=2))
    # then it was sent twice and counted once
    row.refresh_from_db()
    assert (row.state, row.attempts) == (ConversionState.SENT, 2)
    assert [(each["event_id"], each["times"]) for each in ads.events()] == [(row.event_id, 2)]
    assert ads.received()["counted"] == 1
    assert sorted(PlatformCall.objects.values_list("status", flat=True)) == [0, 200, 503]


def test_one_bad_event_is_refused_alone_and_can_be_sent_again(world, visits, ads):
    say_yes(world.suzie)
    for sku in ("DRESS", "HAT", "BELT"):
        visits.view(sku, user=world.suzie.pk)
    deliver()
    # given one of three was spoiled: an address that was hashed as it was typed
    ads.platform.know(emails=["suzie@example.com"], phones=[])
    bad = Conversion.objects.order_by("id")[1]
    bad.user_data = {"em": [hashed("SUZIE@EXAMPLE.COM")]}
    bad.save()
    send()
    states = dict(Conversion.objects.values_list("id", "state"))
    assert sorted(states.values()) == ["refused", "sent", "sent"]
    bad.refresh_from_db()
    assert bad.reason == "data[0]: user_data.em: hashed without being normalised first."
    # when it is put right and sent again by staff
    Conversion.objects.filter(pk=bad.pk).update(user_data={"em": [hashed("suzie@example.com")]})
    staff = staff_of(is_superuser=True)
    said(staff.post_json(f"/ad-conversions/{bad.pk}/retry"))
    send_due_conversions(at=later(seconds=1))
    assert set(Conversion.objects.values_list("state", flat=True)) == {"sent"}
    refused(staff.post_json(f"/ad-conversions/{bad.pk}/retry"), 409, "conversion_not_retryable")
    assert retry_conversion


def test_people_come_on_the_list_and_off_it(world, visits, ads):
    wanted = audience(INTEREST)
    say_yes(world.suzie)
    visits.view("DRESS", user=world.suzie.pk)
    deliver()
    send()
    # then she is on the platform's list, made for the audience, by hashes alone
    shown = ads.received()["lists"]
    assert [(each["name"], each["people"]) for each in shown] == [(wanted.name, 1)]
    assert shown[0]["rows"][0].split("|")[0] == hashed(world.suzie.email)
    # when her email changes and she then buys the dress: off, by what she was put on with
    world.suzie.email = "suzie.new@example.com"
    world.suzie.save()
    buy(world, "DRESS")
    deliver_twice()
    send()
    assert ads.people() == 0
    assert Member.objects.get().reason == "has no item in the audience any more"


def test_a_withdrawn_consent_takes_her_off_at_once_and_erasure_too(world, visits, ads):
    audience(INTEREST)
    say_yes(world.suzie)
    visits.view("DRESS", user=world.suzie.pk)
    deliver()
    send()
    assert ads.people() == 1
    say_no(world.suzie)
    deliver_twice()
    send()
    assert ads.people() == 0
    say_yes(world.suzie)
    deliver()
    send()
    assert ads.people() == 1
    # when she is erased
    personal_data.get("audiences").erase(customer_id=world.suzie.pk, at=now())
    send()
    assert ads.people() == 0
    assert not Conversion.objects.exclude(user_data={}).exists()


def test_without_consent_she_is_in_the_audience_and_not_on_the_list(world, visits, ads):
    one = audience(INTEREST)
    visits.view("DRESS", user=world.suzie.pk)
    deliver()
    send()
    assert ads.people() == 0
    staff = staff_of(is_superuser=True)
    shown = said(staff.get_json(f"/audiences/{one.pk}"))
    assert shown["size"] == {"people": 1, "items": 1}
    assert shown["destinations"][0]["withheld"] == {"They never said yes to advertising on other sites.": 1}


def test_a_list_that_cannot_be_told_is_told_later(world, visits, ads):
    audience(INTEREST)
    say_yes(world.suzie)
    visits.view("DRESS", user=world.suzie.pk)
    deliver()
    # the conversion went, the list is not answered
    send_due_conversions(at=now())
    ads.next("fail")
    sync_due_members(at=now())
    assert Destination.objects.get().last_error == "Service temporarily unavailable"
    sync_due_members(at=later(minutes=2))
    assert ads.people() == 1
    assert Destination.objects.get().last_error == ""


def test_switching_a_destination_off_empties_its_list(world, visits, ads):
    from campaigns.audiences.services.rebuilding import rebuild_audience

    one = audience(INTEREST)
    say_yes(world.suzie)
    visits.view("DRESS", user=world.suzie.pk)
    deliver()
    send()
    staff = staff_of(is_superuser=True)
    said(staff.patch_json(f"/audiences/{one.pk}", {"destinations": [{"platform": "meta", "is_on": False}]}))
    rebuild_audience(audience_id=one.pk, at=now())
    send()
    assert ads.people() == 0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"event_id": ""}, "event_id is missing"),
        ({"event_time": 1}, "older than seven days"),
        ({"user_data": {"em": ["suzie@example.com"]}}, "not a SHA-256"),
        ({"user_data": {"em": [hashed("x").upper()]}}, "not a SHA-256"),
        ({"user_data": {"em": ["e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]}}, "empty text"),
        ({"user_data": {"em": [hashed(" Suzie@Example.com")]}}, None),
        ({"custom_data": {"content_ids": []}}, "content_ids"),
        ({"action_source": "tv"}, "action_source"),
    ],
)
def test_the_stand_in_refuses_what_the_platform_would(change, says, db, settings):
    from campaigns.audiences.management.ads_server import Platform, Refused

    platform = Platform(token="t", pixel_id="1")
    platform.know(emails=["suzie@example.com"], phones=["+1 207 555 0101"])
    good = {
        "event_name": "ViewContent", "event_id": "1", "event_time": int(now().timestamp()), "action_source": "website",
        "user_data": {"em": [hashed("suzie@example.com")]},
        "custom_data": {"content_ids": ["A"], "contents": [{"id": "A", "quantity": 1}]},
    }  # fmt: skip
    assert platform.take_events([good]) == 1
    if says is None:
        return
    with pytest.raises(Refused, match=says):
        platform.take_events([good | change])
