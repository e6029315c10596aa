"""What each role sees in the sidebar, and what it is refused; the audit; find anything."""

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.urls import reverse

from backoffice.admin import navigation
from backoffice.queries.search import find_anything
from omnichannel.accounts.models import User
from tests.customers.factories import CustomerFactory
from tests.orders.shop import stocked

SEES = {
    "Marketer": {"Customers", "Orders", "Pickups", "Products", "Templates", "Brand", "Journeys", "Segments", "Figures"},
    "Store manager": {"Customers", "Orders", "Pickups", "Stock", "Stores", "Devices", "Associates"},
    "Service agent": {"Customers", "Orders", "Pickups", "Carts", "Returns", "Sent", "Members", "Why, or why not"},
    "Analyst": {"Customers", "Orders", "Pickups", "Stock", "Facts", "Audit"},
    "Administrator": {"Staff", "Roles", "API keys", "Webhooks", "Imports", "Audit"},
}
HIDDEN = {
    "Marketer": {"Stock", "API keys", "Staff", "Roles", "Audit", "Devices"},
    "Store manager": {"API keys", "Webhooks", "Staff", "Roles", "Templates"},
    "Service agent": {"API keys", "Staff", "Roles", "Brand"},
    "Analyst": {"API keys", "Webhooks"},
    "Administrator": set(),
}


def entries(client, rf):
    request = rf.get("/admin/")
    request.user = User.objects.get(pk=client.session["_auth_user_id"])
    return {item["title"] for group in navigation(request) for item in group["items"] if item["permission"](request)}


@pytest.mark.parametrize("role", SEES)
def test_the_sidebar_shows_what_the_role_may_see_and_every_entry_opens(person_of, rf, role):
    client = person_of(role)
    shown = entries(client, rf)
    assert SEES[role] <= shown and not HIDDEN[role] & shown
    request = rf.get("/admin/")
    request.user = User.objects.get(pk=client.session["_auth_user_id"])
    for group in navigation(request):
        for item in group["items"]:
            expected = 200 if item["permission"](request) else 403
            answer = client.get(item["link"], follow=True)
            assert answer.status_code == expected, (role, item["title"], answer.status_code)


@pytest.mark.parametrize("role", ["Marketer", "Analyst"])
def test_those_who_only_look_are_offered_no_action_on_an_order(person_of, pickup, role):
    order = pickup().order
    client = person_of(role)
    page = client.get(reverse("admin:orders_order_change", args=[order.pk]))
    assert page.status_code == 200 and "Cancel order" not in page.content.decode()
    refused = client.post(
        reverse("admin:orders_order_cancel", args=[order.pk]), {"_form_submitted": "on", "reason": "no"}
    )
    order.refresh_from_db()
    assert refused.status_code == 403 and order.status == "confirmed"


def test_a_service_agent_cancels_and_the_audit_says_who_and_why(person_of, boss, pickup):
    order = pickup().order
    agent = person_of("Service agent")
    done = agent.post(
        reverse("admin:orders_order_cancel", args=[order.pk]), {"_form_submitted": "on", "reason": "She ordered twice"}
    )
    order.refresh_from_db()
    assert done.status_code == 200 and order.status == "cancelled"
    entry = LogEntry.objects.get()
    assert (entry.user.name, entry.action_flag, entry.object_repr) == ("Service agent", CHANGE, order.number)
    assert entry.change_message == f"What was open of {order.number} is cancelled. Why: She ordered twice"
    page = boss.get(reverse("admin:admin_logentry_changelist"), {"q": order.number}).content.decode()
    assert "She ordered twice" in page and "Service agent" in page


def test_the_audit_can_be_read_and_not_changed(boss, person_of, pickup):
    part = pickup()
    boss.post(f"/admin/pickups/{part.pk}/accept/")
    entry = LogEntry.objects.get()
    address = reverse("admin:admin_logentry_change", args=[entry.pk])
    assert boss.get(address).status_code == 200
    assert boss.post(address, {"change_message": "nothing"}).status_code == 403
    assert boss.post(reverse("admin:admin_logentry_delete", args=[entry.pk]), {"post": "yes"}).status_code == 403
    entry.refresh_from_db()
    assert entry.change_message.endswith("is accepted.")


@pytest.mark.django_db
@pytest.mark.parametrize("by", ["number", "email", "sku", "start of the SKU", "barcode", "name", "order's email"])
def test_anything_is_found_however_it_is_typed(store, pickup, by):
    order = pickup().order
    customer = CustomerFactory(email="ruth.vargas@example.com", last_name="Vargas")
    item = stocked(store, sku="QUAY-RAIN-10", barcode="4006381333931")
    type(order).objects.filter(pk=order.pk).update(email="ida@example.com")
    typed, key = {
        "number": (order.number, order.pk),
        "email": (customer.email, customer.pk),
        "sku": (item.sku, item.product_id),
        "start of the SKU": ("QUAY-RA", item.product_id),
        "barcode": (item.barcode, item.product_id),
        "name": ("Varg", customer.pk),
        "order's email": ("ida@example.com", order.pk),
    }[by]
    # the search box hands everything over in lower case
    assert key in {found.id for found in find_anything(typed.lower())}
