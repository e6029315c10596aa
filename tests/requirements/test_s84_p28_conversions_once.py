"""S84, P28: a view is told by the page's pixel and by the server and counts once; people go by Meta's hashes."""

import urllib.request

import pytest

from campaigns.audiences.models import PlatformCall
from campaigns.audiences.rules.hashing import hashed
from tests.audiences.tools import PIXEL, TOKEN, Visits, ads_connected, audience, deliver, say_yes, send
from tests.events.tools import deliver_twice
from tests.requirements.world import World, said, staff_of


@pytest.mark.django_db
def test_s84_pixel_and_server_tell_of_one_view(world: World, settings):
    world.sell("DRESS", 8900)
    say_yes(world.suzie)
    with ads_connected(settings) as ads:
        # when the page tells us and its pixel tells the platform, under one id
        message_id = Visits().view("DRESS", user=world.suzie.pk)
        with urllib.request.urlopen(f"{ads.url}/tr?id={PIXEL}&ev=ViewContent&eid={message_id}") as answer:
            assert answer.status == 200
        deliver_twice()
        send()
        # then it is one event, told by both
        [event] = ads.events()
        assert (event["event_id"], event["sources"], ads.received()["counted"]) == (message_id, ["pixel", "server"], 1)


@pytest.mark.django_db
def test_p28_lists_and_events_in_the_platforms_own_form(world: World, settings):
    world.sell("DRESS", 8900)
    world.suzie.phone = "+12075550101"
    world.suzie.save()
    say_yes(world.suzie)
    with ads_connected(settings) as ads:
        audience("viewed_or_carted_not_bought")
        Visits().view("DRESS", user=world.suzie.pk)
        deliver()
        send()
        # then the list holds her by hashes of what Meta's rules make of her address and number
        [row] = ads.received()["lists"][0]["rows"]
        assert row.split("|")[:2] == [hashed(world.suzie.email), hashed("12075550101")]
        [event] = ads.events("ViewContent")
        assert event["custom_data"] == {
            "content_type": "product", "content_ids": ["DRESS"], "contents": [{"id": "DRESS", "quantity": 1, "item_price": 89.0}],
            "value": 89.0, "currency": "USD",
        }  # fmt: skip
        # and staff can look every call up, without the token in it
        calls = said(staff_of(is_superuser=True).get_json("/ad-calls"))["items"]
        assert sorted(each["kind"] for each in calls) == ["add", "create", "events"]
        assert TOKEN not in str(list(PlatformCall.objects.values("request", "answer")))
