"""Staff read the log and replay what was parked."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from omnichannel.events.models import Delivery
from omnichannel.events.services import deliver_due
from omnichannel.kernel.ids import uuid7
from tests.events.conftest import ring

pytestmark = pytest.mark.django_db


def test_the_log_is_searched_by_subject_customer_event_and_name(staff_web):
    # given facts about two bells
    bell, customer = uuid7(), uuid7()
    (event_id,) = ring(1, bell=bell, customer=customer)
    other = uuid7()
    ring(2, bell=other)
    # then each of its ids finds the one, and a name finds both
    for term in (bell, customer, event_id):
        page = staff_web.get("/admin/events/event/", {"q": str(term)}).content.decode()
        assert str(bell) in page and str(other) not in page
    page = staff_web.get("/admin/events/event/", {"q": "bell."}).content.decode()
    assert str(bell) in page and str(other) in page and "Bell rung" in page
    assert staff_web.get(f"/admin/events/event/{event_id}/change/").status_code == 200
    assert staff_web.get("/admin/events/event/add/").status_code == 403


def test_a_full_page_costs_no_statement_a_row(staff_web):
    ring(*range(60))
    with CaptureQueriesContext(connection) as statements:
        assert staff_web.get("/admin/events/event/").status_code == 200
    assert len(statements) < 20


def test_a_parked_delivery_is_replayed(staff_web, listen):
    # given one parked
    heard = []
    listen(lambda events: heard.extend(event.data["times"] for event in events))
    ring(5)
    Delivery.objects.update(state="parked", attempts=10, error="ValueError: a cracked bell")
    parked = Delivery.objects.get()
    page = staff_web.get("/admin/events/delivery/").content.decode()
    assert "a cracked bell" in page and "Parked" in page
    assert "Bell rung" in staff_web.get(f"/admin/events/delivery/{parked.pk}/change/").content.decode()
    # when it is replayed from its page
    answer = staff_web.post(
        f"/admin/events/delivery/{parked.pk}/replay/", {"_form_submitted": "1"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    deliver_due()
    # then it is applied
    assert heard == [5]


def test_many_parked_deliveries_are_replayed_at_once(staff_web, listen):
    listen(lambda events: None)
    ring(1)
    ring(2)
    Delivery.objects.update(state="parked")
    ids = list(Delivery.objects.values_list("pk", flat=True))
    staff_web.post("/admin/events/delivery/", {"action": "replay_selected", "_selected_action": ids})
    assert deliver_due() == 2


def test_one_fact_is_delivered_again_to_one_handler(staff_web, listen):
    heard = []
    (event_id,) = ring(7)
    handler = listen(lambda events: heard.extend(event.data["times"] for event in events))
    url = f"/admin/events/event/{event_id}/deliver-again/"
    answer = staff_web.post(url, {"_form_submitted": "1", "handler": handler}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    deliver_due()
    assert heard == [7]
