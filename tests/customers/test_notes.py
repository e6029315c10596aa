"""Notes of staff about a customer: under the writer's name on the staff's timeline, in an export, gone when forgotten."""

import pytest
from django.contrib.auth.models import Permission

from customers.facts import CustomerNoted
from customers.services.privacy import erase_customer, export_customer
from omnichannel.events.models import Event
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from tests.customers.factories import CustomerFactory, StaffFactory, UserFactory
from tests.fixtures.auth import ApiClient
from tests.requirements.world import web_of
from tests.stores.factories import AssociateFactory, DeviceFactory, StoreFactory
from tests.stores.fixtures import associate_api, key_api

pytestmark = pytest.mark.django_db


@pytest.fixture
def suzie():
    return CustomerFactory(user=UserFactory(email="suzie@example.com"))


def sentences(client, path):
    return [row["sentence"] for row in client.get_json(path).json()["items"]]


def test_a_note_stands_under_its_writers_name_and_the_customer_does_not_see_it(suzie, staff_client):
    # given somebody who serves customers
    maya = StaffFactory(name="Maya Rowe")
    maya.user_permissions.add(
        *Permission.objects.filter(
            content_type__app_label="customers", codename__in=["view_customer", "change_customer"]
        )
    )
    desk: ApiClient = staff_client(maya)
    # when she leaves a note
    answer = desk.post_json(f"/customers/{suzie.pk}/notes", {"note": "Call before delivery <b>"}, key="n-1")
    assert (answer.status_code, answer.json()["by_name"], answer.json()["note"]) == (
        201,
        "Maya Rowe",
        "Call before delivery <b>",
    )
    assert (
        desk.post_json(f"/customers/{suzie.pk}/notes", {"note": "Call before delivery <b>"}, key="n-1").status_code
        == 201
    )
    # then it is on the timeline once, also alone, and not on the customer's own
    assert sentences(desk, f"/customers/{suzie.pk}/timeline?kind=notes") == [
        "Maya Rowe noted: Call before delivery <b>"
    ]
    row = desk.get_json(f"/customers/{suzie.pk}/timeline?kind=notes").json()["items"][0]
    assert (row["id"], row["data"]["by_name"]) == (answer.json()["id"], "Maya Rowe")
    assert not any("noted" in sentence for sentence in sentences(web_of(suzie), "/me/timeline"))


def test_who_may_leave_a_note(suzie, staff_client):
    # an associate and another system may, under what we know them by
    store = StoreFactory()
    tablet = associate_api(DeviceFactory(store=store), AssociateFactory(stores=[store]))
    assert tablet.post_json(f"/customers/{suzie.pk}/notes", {"note": "Likes the window seat"}).json()["by_name"] == ""
    assert key_api("customers:write").post_json(f"/customers/{suzie.pk}/notes", {"note": "VIP"}).status_code == 201
    desk = key_api("customers:read")
    assert sentences(desk, f"/customers/{suzie.pk}/timeline?kind=notes") == [
        "Another system noted: VIP",
        "An associate noted: Likes the window seat",
    ]
    # those who may only look may not, nor the customer; an empty note is none, and nobody's is a 404
    looker = StaffFactory()
    looker.user_permissions.add(Permission.objects.get(content_type__app_label="customers", codename="view_customer"))
    refused = staff_client(looker).post_json(f"/customers/{suzie.pk}/notes", {"note": "x"})
    assert (refused.status_code, refused.json()["code"]) == (403, "permission_missing")
    assert desk.post_json(f"/customers/{suzie.pk}/notes", {"note": "x"}).status_code == 403
    assert web_of(suzie).post_json(f"/customers/{suzie.pk}/notes", {"note": "x"}).status_code == 403
    assert tablet.post_json(f"/customers/{suzie.pk}/notes", {"note": "  "}).status_code == 400
    assert tablet.post_json(f"/customers/{CustomerFactory.build().pk}/notes", {"note": "x"}).status_code == 404
    assert Event.objects.filter(name=CustomerNoted.NAME).count() == 2


def test_a_note_is_told_to_who_asks_what_we_keep_and_goes_with_them(suzie):
    key_api("customers:write").post_json(f"/customers/{suzie.pk}/notes", {"note": "Allergic to wool"})
    assert "Allergic to wool" in str(export_customer(customer_id=suzie.pk))
    erase_customer(customer_id=suzie.pk, by=SYSTEM, at=now())
    assert Event.objects.get(name=CustomerNoted.NAME).data["note"] == ""
    assert sentences(key_api("customers:read"), f"/customers/{suzie.pk}/timeline?kind=notes") == [
        "Another system left a note, which is not kept any more"
    ]
