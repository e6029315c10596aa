"""The pickup board: what it shows, its steps, and who may take them."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backoffice.rules import deadlines
from omnichannel.kernel.clock import now
from omnichannel.kernel.secrets import decrypt
from orders.models import Fulfilment
from tests.orders.shop import checkout, fill, for_pickup, guest, stocked

BOARD = "/admin/pickups/"


def step(client, part, name, **form):
    return client.post(f"{BOARD}{part.pk}/{name}/", form, headers={"HX-Request": "true"})


def test_a_pickup_goes_from_the_order_to_the_customer_on_the_board(boss, pickup):
    # given a paid pickup
    part = pickup()
    assert part.order.number in boss.get(BOARD).content.decode()
    # when it is accepted, picked, shelved and handed over with the customer's code
    for name, form in (("accept", {}), ("pick", {}), ("ready", {"place": "A1"})):
        assert step(boss, part, name, **form).status_code == 200
    part.refresh_from_db()
    assert (part.status, part.staging_place) == ("ready", "A1")
    code = decrypt(part.pickup_code_encrypted)
    page = step(boss, part, "collect", code=code).content.decode()
    # then it has left the board, each step is in the audit, and the code is not
    part.refresh_from_db()
    assert part.status == "collected" and f"{part.order.number} is handed over." in page
    told = list(LogEntry.objects.order_by("id").values_list("change_message", flat=True))
    assert len(told) == 4 and not any(code in line for line in told)


def test_a_wrong_code_is_told_and_changes_nothing(boss, pickup):
    part = pickup()
    for name in ("accept", "pick", "ready"):
        step(boss, part, name)
    page = step(boss, part, "collect", code="WRONG1").content.decode()
    part.refresh_from_db()
    assert part.status == "ready" and 'class="error"' in page
    assert LogEntry.objects.count() == 3


def test_late_pickups_stand_on_top_and_unpaid_ones_are_no_work(boss, store, pickup):
    # given one in time, one late, and one nobody has paid for
    in_time, late = pickup(), pickup()
    Fulfilment.objects.filter(pk=late.pk).update(promised_at=now() - timedelta(minutes=25))
    web = guest()
    fill(web, (stocked(store), 1))
    for_pickup(web, store)
    unpaid = checkout(web).json()["number"]
    page = boss.get(BOARD).content.decode()
    assert page.index(late.order.number) < page.index(in_time.order.number)
    assert "1 of 2 pickups is late" in page and "late by 25 min" in page and unpaid not in page
    # and the home page says the same
    assert "1 of 2 pickups is late" in boss.get("/admin/").content.decode()


def test_the_board_costs_the_same_for_one_pickup_and_for_four(boss, pickup):
    def statements():
        boss.get(BOARD)
        with CaptureQueriesContext(connection) as seen:
            assert boss.get(BOARD).status_code == 200
        return len(seen)

    pickup()
    few = statements()
    for _ in range(3):
        pickup()
    assert statements() == few <= 10


def test_a_marketer_sees_the_board_and_cannot_act(person_of, pickup):
    part = pickup()
    marketer = person_of("Marketer")
    page = marketer.get(BOARD)
    assert page.status_code == 200 and "Accept" not in page.content.decode()
    assert step(marketer, part, "accept").status_code == 403
    part.refresh_from_db()
    assert part.status == "placed"


@pytest.mark.parametrize(("method", "path"), [("get", "accept"), ("post", "explode")])
def test_other_doors_are_closed(boss, pickup, method, path):
    part = pickup()
    assert getattr(boss, method)(f"{BOARD}{part.pk}/{path}/").status_code == 404


def test_a_store_that_is_none_shows_all(boss, pickup):
    part = pickup()
    assert part.order.number in boss.get(BOARD, {"store": "nonsense"}).content.decode()


def test_deadlines_read_as_people_say_them():
    at = now().replace(hour=16, minute=0)
    assert deadlines.left(at + timedelta(minutes=14), at) == "14 min left"
    assert deadlines.left(at - timedelta(hours=3), at) == "late by 3 h"
    assert deadlines.clock(at + timedelta(minutes=20), at) == "16:20"
    assert (
        deadlines.tone(at + timedelta(minutes=20), at) == "warn" and deadlines.tone(at + timedelta(hours=2), at) == ""
    )
