"""One life in order, under every name, and the profile with what apps above add to it."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.facts import ConsentGiven
from customers.models import Identity
from customers.ports import profile_panels
from customers.services.joining import join_identity
from customers.services.merging import merge_customers
from omnichannel.events.services import record
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM, Context
from tests.customers.factories import CustomerFactory, StaffFactory, UserFactory
from tests.customers.test_tracking_api import Sender, identify, track
from tests.fixtures.auth import ApiClient
from tests.requirements.world import web_of
from tests.stores.factories import AssociateFactory, DeviceFactory, StoreFactory
from tests.stores.fixtures import associate_api, key_api

pytestmark = pytest.mark.django_db


@pytest.fixture
def suzie():
    return CustomerFactory(user=UserFactory(email="suzie@example.com"))


def said(answer):
    assert answer.status_code == 200, answer.content
    return answer.json()


def sentences(client, path):
    return [row["sentence"] for row in said(client.get_json(path))["items"]]


def test_visits_before_the_log_in_are_on_her_own_timeline(suzie):
    shop = Sender()
    url = "https://shop.example/?utm_campaign=June&utm_source=newsletter"
    shop.batch(track(who="phone-7", properties={"name": "Linen jacket"}, context={"page": {"url": url}}))
    web = web_of(suzie)
    assert "Viewed Linen jacket" not in str(sentences(web, "/me/timeline"))
    # when her browser says who it is with her first call after logging in
    web.get_json("/me", x_anonymous_id="phone-7")
    mine = sentences(web, "/me/timeline")
    assert "Viewed Linen jacket on the website, from “June” (newsletter)" in mine
    # and what is the house's own business is not hers to read, but on the staff's
    assert not any("history" in sentence for sentence in mine)
    desk = sentences(key_api("customers:read"), f"/customers/{suzie.pk}/timeline")
    assert "Earlier visits became part of this customer's history by logging in" in desk


def test_a_tablet_cannot_bring_its_visitors_along(suzie):
    store = StoreFactory()
    tablet = associate_api(DeviceFactory(store=store), AssociateFactory(stores=[store]))
    answer = tablet.get_json(f"/customers/{suzie.pk}", x_anonymous_id="kiosk-5")
    assert answer.status_code == 200
    assert not Identity.objects.filter(value="kiosk-5").exists()


def test_another_customers_browser_is_not_taken(suzie):
    nora = CustomerFactory(user=UserFactory())
    for customer in (suzie, nora):
        assert web_of(customer).get_json("/me", x_anonymous_id="family-pc").status_code == 200
    identity = Identity.objects.get(value="family-pc")
    assert identity.customer_id == suzie.pk and identity.blocked_at


def test_filters_pages_and_places(suzie):
    store = StoreFactory(name="Harbour Street")
    at = now() - timedelta(days=1)
    for n, channel in enumerate(["web", "tablet", "web"]):
        record(
            ConsentGiven(customer_id=suzie.pk, channel="email", purpose="marketing", source="checkout", wording=str(n)),
            by=Context(channel=channel, store_id=store.pk if channel == "tablet" else None),
            at=at + timedelta(minutes=n),
        )
    Sender().batch(track(userId=str(suzie.pk)), track("Order Completed", userId=str(suzie.pk)))
    api, path = key_api("customers:read"), f"/customers/{suzie.pk}/timeline"
    (tablet,) = said(api.get_json(f"{path}?channel=tablet"))["items"]
    assert tablet["store"]["name"] == "Harbour Street"
    assert tablet["sentence"] == "Said yes to news and offers by email (at checkout)"
    assert [row["name"] for row in said(api.get_json(f"{path}?kind=visits"))["items"]] == ["Product Viewed"]
    assert {row["name"] for row in said(api.get_json(f"{path}?kind=profile"))["items"]} >= {"consent.given"}
    # page after page, each once, the newest first, echoes and looks left out
    walked, cursor = [], ""
    while True:
        page = said(api.get_json(f"{path}?limit=2{cursor}"))
        walked += page["items"]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert len({row["id"] for row in walked}) == len(walked)
    assert [row["at"] for row in walked] == sorted((row["at"] for row in walked), reverse=True)
    assert {row["name"] for row in walked} >= {"consent.given", "Product Viewed"}
    assert not {row["name"] for row in walked} & {"Order Completed", "customer.looked_up"}


def test_bad_questions_get_coded_answers(suzie):
    api, path = key_api("customers:read"), f"/customers/{suzie.pk}/timeline"
    assert api.get_json(f"{path}?channel=pigeon").json()["errors"][0]["code"] == "unknown_channel"
    assert api.get_json(f"{path}?cursor=WzEsMl0").json()["code"] == "cursor_invalid"
    assert api.get_json(f"{path}?kind=gossip").status_code == 400
    assert api.get_json(f"/customers/{uuid.uuid4()}/timeline").status_code == 404
    assert key_api("orders:read").get_json(path).status_code == 403
    assert web_of(suzie).get_json(path).status_code == 403


def test_the_profile_in_six_statements(suzie, monkeypatch):
    join_identity(customer_id=suzie.pk, value="phone-7", how="log_in", by=SYSTEM, at=now())
    api = key_api("customers:read")
    monkeypatch.setattr(profile_panels, "_providers", {})  # what apps above add is theirs to count
    said(api.get_json(f"/customers/{suzie.pk}/profile"))
    with CaptureQueriesContext(
        connection,
    ) as seen:
        found = said(api.get_json(f"/customers/{suzie.pk}/profile"))
    statements = [q["sql"] for q in seen if "SAVEPOINT" not in q["sql"] and "integrations_apikey" not in q["sql"]]
    assert len(statements) <= 6, statements
    assert found["customer"]["id"] == str(suzie.pk)
    visitor = next(row for row in found["identities"] if row["kind"] == "anonymous")
    assert (visitor["value"], visitor["joined_how"]) == ("phone-7", "log_in")


def test_the_profile_gathers_touch_panels_and_activity(suzie):
    shop = Sender()
    shop.batch(track(who="a-1", context={"campaign": {"source": "instagram"}}), identify(suzie.pk, who="a-1"))
    shop.batch(track(who="b-2", context={"campaign": {"source": "newsletter"}}), identify(suzie.pk, who="b-2"))
    found = said(key_api("customers:read").get_json(f"/customers/{suzie.pk}/profile"))
    assert found["touch"]["first"]["campaign"] == {"utm_source": "instagram"}
    assert found["touch"]["last"]["campaign"] == {"utm_source": "newsletter"}
    assert {"cart", "orders"} <= {panel["name"] for panel in found["panels"]}
    assert sum(row["count"] for row in found["activity"] if row["lane"] == "web") >= 4


def test_what_was_joined_is_let_go_and_what_was_merged_taken_apart(suzie):
    shop = Sender()
    shop.batch(track(who="a-1"), identify(suzie.pk, who="a-1"))
    guest = CustomerFactory(email="suzie@example.com")
    merge = merge_customers(from_id=guest.pk, to_id=suzie.pk, reason="same email", by=SYSTEM, at=now())
    api = key_api("customers:read", "customers:write")
    path = f"/customers/{suzie.pk}"
    assert "Product Viewed" in str(said(api.get_json(f"{path}/timeline")))
    identity = Identity.objects.get(kind="anonymous")
    answer = api.post_json(f"{path}/identities/{identity.pk}/release", {"reason": "a library's computer"})
    assert answer.status_code == 204
    assert "Product Viewed" not in str(said(api.get_json(f"{path}/timeline")))
    # she cannot lose who she is
    assert api.post_json(f"{path}/identities/{suzie.pk}/release", {"reason": "?"}).status_code == 404
    (shown,) = said(api.get_json(f"{path}/profile"))["merges"]
    assert shown["reason"] == "same email"
    undone = said(api.post_json(f"{path}/merges/{merge.pk}/undo"))
    assert undone["undone_at"] is not None
    guest.refresh_from_db()
    assert guest.merged_into_id is None
    assert api.post_json(f"{path}/merges/{merge.pk}/undo").json()["code"] == "merge_refused"
    again = api.post_json(f"{path}/merges", {"from_id": str(guest.pk), "reason": "after all"})
    assert again.status_code == 201


def test_staff_need_the_permission(suzie):
    client = ApiClient()
    client.force_login(StaffFactory())
    assert client.get_json(f"/customers/{suzie.pk}/profile").status_code == 403
