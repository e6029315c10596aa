"""The screen of a customer: found fast, seen whole, corrected through services."""

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Customer
from omnichannel.events.models import Event
from tests.customers.factories import AddressFactory, CustomerFactory

pytestmark = pytest.mark.django_db


def test_the_list_finds_by_name_phone_and_number_without_a_statement_per_row(staff_web):
    for n in range(30):
        CustomerFactory(first_name=f"Ada{n}", last_name="Berg", phone=f"+1207555{n:04d}")
    suzie = CustomerFactory(first_name="Suzie", last_name="Lindqvist", phone="+12075550131")
    with CaptureQueriesContext(connection) as statements:
        page = staff_web.get("/admin/customers/customer/?q=ada")
    assert page.status_code == 200
    assert page.content.decode().count("Ada") >= 30
    assert len(statements) < 25
    for q in ("0131", "lindq", suzie.number[:5].lower()):
        assert "Lindqvist" in staff_web.get("/admin/customers/customer/", {"q": q}).content.decode()


def test_one_customer_is_seen_whole_and_a_note_is_kept_with_who_and_when(staff_web):
    customer = CustomerFactory(email="suzie@example.com", phone="+12075550131")
    AddressFactory(customer=customer, line1="27 Spring Street")
    page = staff_web.get(f"/admin/customers/customer/{customer.pk}/change/")
    assert page.status_code == 200
    for shown in ("27 Spring Street", "suzie@example.com", customer.number, "No orders yet"):
        assert shown in page.content.decode()
    form = {"first_name": "Suzie", "last_name": "Lindqvist", "phone": "207 555 0199", "note": "Likes wool"}
    prefixes = ("addresses", "identities", "labels")
    form |= {f"{name}-TOTAL_FORMS": "0" for name in prefixes} | {f"{name}-INITIAL_FORMS": "0" for name in prefixes}
    saved = staff_web.post(f"/admin/customers/customer/{customer.pk}/change/", form)
    assert saved.status_code == 302, saved.content.decode()[:3000]
    customer.refresh_from_db()
    assert (customer.note, customer.phone, customer.version) == ("Likes wool", "+12075550199", 2)
    assert Event.objects.get(name="customer.updated").actor == f"staff:{staff_web.user.pk}"
    assert LogEntry.objects.filter(object_id=str(customer.pk)).count() == 1


def test_the_screens_of_people_open(staff_web):
    for address in (
        "/admin/accounts/user/",
        f"/admin/accounts/user/{staff_web.user.pk}/change/",
        "/admin/accounts/user/add/",
        "/admin/accounts/user/?q=staff",
    ):
        assert staff_web.get(address).status_code == 200, address


def test_two_records_become_one_and_apart_again():
    from customers.services.merging import merge_customers, undo_merge
    from omnichannel.kernel.clock import now
    from omnichannel.kernel.context import SYSTEM

    loser = CustomerFactory(first_name="S.", email="suzie@example.com")
    address = AddressFactory(customer=loser, is_default=True)
    winner = CustomerFactory(first_name="Suzie", phone="+12075550131")
    merge = merge_customers(from_id=loser.pk, to_id=winner.pk, reason="same", by=SYSTEM, at=now())
    address.refresh_from_db()
    assert (address.customer_id, address.is_default) == (winner.pk, True)
    assert Customer.objects.get(pk=loser.pk).merged_into_id == winner.pk
    undo_merge(merge_id=merge.pk, by=SYSTEM, at=now())
    address.refresh_from_db()
    assert address.customer_id == loser.pk
    assert Customer.objects.get(pk=loser.pk).merged_into_id is None
    assert set(loser.identities.values_list("kind", flat=True)) == {"customer", "membership", "email"}
