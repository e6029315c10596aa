"""Staff screens: they run services, ask first, keep an audit entry and never show a secret."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from omnichannel.kernel.ids import uuid7
from stores.models import Associate, Device, Hold, StockMovement, Store
from stores.services import stock
from tests.fixtures.auth import ApiClient
from tests.stores.factories import ALWAYS_OPEN, AssociateFactory, DeviceFactory, StockLevelFactory

pytestmark = pytest.mark.django_db


def act(staff_web, model, name, row, **fields):
    address = reverse(f"admin:stores_{model}_{name}", args=[row.pk])
    return staff_web.post(address, {"_form_submitted": "on", **fields})


def test_a_new_device_shows_its_code_once_as_a_picture_and_in_letters(staff_web, store, anonymous_api):
    # when staff add a device
    added = staff_web.post(
        reverse("admin:stores_device_add"), {"name": "Counter", "store": str(store.id), "channel": "tablet"}
    )
    assert added.status_code == 302
    page = staff_web.get(added["Location"])
    html = page.content.decode()
    # then the page carries the code, a whole QR of 21 × 21 modules and a quiet zone (8 px each), and it enrols
    assert 'width="232" height="232"' in html
    code = re.search(r"\b([0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4})\b", html)[1]
    assert "<svg" in html and "no-store" in page["Cache-Control"]
    assert anonymous_api.post_json("/devices/enrol", {"code": code}).status_code == 201
    # and after that the page says so
    assert "is enrolled" in staff_web.get(added["Location"]).content.decode()
    assert Device.objects.count() == 1
    assert code.replace("-", "") not in added["Location"]
    assert not LogEntry.objects.filter(change_message__contains=code[:4]).exists()


def test_a_new_code_and_a_revocation_are_asked_for_first(staff_web, device):
    tablet = ApiClient({"Authorization": f"Device {device.token}"})
    asked = staff_web.get(reverse("admin:stores_device_revoke", args=[device.pk]))
    assert asked.status_code == 200 and tablet.get_json("/associates").status_code == 200
    renewed = act(staff_web, "device", "new_code", device)
    assert "/code/?sealed=" in renewed["HX-Redirect"] and tablet.get_json("/associates").status_code == 401
    act(staff_web, "device", "revoke", device)
    device.refresh_from_db()
    assert device.state == "revoked"
    assert LogEntry.objects.filter(object_id=str(device.pk)).count() == 2


def test_a_pin_is_set_and_nowhere_to_be_read(staff_web, associate):
    associate.pin_hash = ""
    associate.save()
    act(staff_web, "associate", "new_pin", associate, pin="86420")
    associate.refresh_from_db()
    assert associate.pin_hash.startswith("pbkdf2_sha256$")
    page = staff_web.get(reverse("admin:stores_associate_change", args=[associate.pk])).content.decode()
    assert "86420" not in page and associate.pin_hash not in page
    assert not LogEntry.objects.filter(change_message__contains="86420").exists()
    # and a weak one is refused in words
    act(staff_web, "associate", "new_pin", associate, pin="1234")
    assert Associate.objects.get().pin_hash == associate.pin_hash


def test_a_level_is_adjusted_through_the_ledger_with_a_reason(staff_web, store):
    level = StockLevelFactory(store=store, on_hand=10)
    act(staff_web, "stocklevel", "adjust", level, set_on_hand="8", damage="1", write_off="0", reason="Counted")
    level.refresh_from_db()
    assert (level.on_hand, level.damaged) == (7, 1)
    movement = StockMovement.objects.latest("id")
    assert (movement.reason, movement.on_hand_delta) == ("Counted", -3) and movement.actor.startswith("staff:")
    act(staff_web, "stocklevel", "receive", level, quantity="5", reason="Delivery")
    act(staff_web, "stocklevel", "thresholds", level, safety_stock="2", reorder_point="4", location="A4")
    level.refresh_from_db()
    assert (level.on_hand, level.safety_stock, level.reorder_point, level.location) == (12, 2, 4, "A4")
    # and its page shows the ledger
    assert "Counted" in staff_web.get(reverse("admin:stores_stocklevel_change", args=[level.pk])).content.decode()


def test_a_hold_is_released_with_a_reason(staff_web, store):
    level = StockLevelFactory(store=store, on_hand=2)
    made = stock.hold_stock(
        store_id=store.id,
        wanted={level.variant_id: 2},
        holder_kind="order",
        holder_id=uuid7(),
        until=None,
        by=SYSTEM,
        at=now(),
    )
    act(staff_web, "hold", "release", made, reason="Customer called")
    assert Hold.objects.get().state == "released"
    level.refresh_from_db()
    assert level.reserved == 0


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("opening_hours", '{"9": []}', "neither a weekday"),
        ("time_zone", "Mars/Olympus", "not a time zone"),
        ("latitude", "99", "Degrees"),
        ("longitude", "", "both coordinates"),
    ],
)
def test_a_store_is_refused_in_words_when_it_makes_no_sense(staff_web, store, field, value, said):
    given = {
        "name": "Renamed",
        "code": store.code,
        "kind": "shop",
        "country": "US",
        "time_zone": "America/New_York",
        "opening_hours": '{"1": [["09:00", "18:00"]]}',
        "pickup_lead_minutes": "60",
        "pickup_hold_days": "5",
        "shipping_priority": "100",
        "latitude": "43.6",
        "longitude": "-70.2",
    }
    address = reverse("admin:stores_store_change", args=[store.pk])
    assert said in staff_web.post(address, given | {field: value}).content.decode()
    assert Store.objects.get().opening_hours == ALWAYS_OPEN
    assert staff_web.post(address, given).status_code == 302
    assert Store.objects.get().name == "Renamed"


@pytest.mark.parametrize("model", ["store", "stocklevel", "stockmovement", "hold", "device", "associate"])
def test_lists_take_the_same_statements_for_two_rows_and_for_twelve(staff_web, store, model):
    def rows(count):
        for _ in range(count):
            level = StockLevelFactory(on_hand=2)
            stock.hold_stock(
                store_id=level.store_id,
                wanted={level.variant_id: 1},
                holder_kind="order",
                holder_id=uuid7(),
                until=None,
                by=SYSTEM,
                at=now(),
            )
            DeviceFactory(store=store)
            AssociateFactory(stores=[store])

    def statements():
        with CaptureQueriesContext(connection) as seen:
            assert staff_web.get(reverse(f"admin:stores_{model}_changelist")).status_code == 200
        return len(seen)

    rows(2)
    few = statements()
    rows(10)
    assert statements() == few
    searched = staff_web.get(reverse(f"admin:stores_{model}_changelist"), {"q": "7"})
    assert searched.status_code == 200
