"""Segment's HTTP API: batches land, bad messages are named, replays count once, history joins its person."""

import base64
import gzip
import uuid
from datetime import timedelta

import orjson
import pytest
from django.test import Client

from customers.models import Customer, Identity, Touch
from customers.services.sources import create_source, set_active
from omnichannel.events import ports
from omnichannel.events.models import Delivery, Event
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from tests.catalog.factories import VariantFactory
from tests.customers.factories import CustomerFactory, UserFactory

pytestmark = pytest.mark.django_db


class Sender:
    """What a library does: Basic authentication with the write key."""

    def __init__(self, **source):
        self.source, self.key = create_source(
            **{"name": f"Shop {uuid.uuid4()}", "channel": "web", "by": SYSTEM, "at": now(), **source}
        )

    def send(self, path, body, **headers):
        data = body if isinstance(body, bytes) else orjson.dumps(body)
        credential = base64.b64encode(f"{self.key}:".encode()).decode()
        return Client().post(
            f"/v1/{path}", data, content_type="application/json",
            headers={"authorization": f"Basic {credential}", **headers},
        )  # fmt: skip

    def batch(self, *messages, **more):
        return self.send("batch", {"batch": list(messages), **more})


@pytest.fixture
def shop():
    return Sender()


def track(name="Product Viewed", *, who="visitor-1", **more):
    return {"type": "track", "event": name, "anonymousId": who, "messageId": str(uuid.uuid4()), **more}


def identify(user, *, who="visitor-1", **traits):
    return {
        "type": "identify",
        "userId": str(user),
        "anonymousId": who,
        "messageId": str(uuid.uuid4()),
        "traits": traits,
    }


def stored():
    return list(Event.objects.exclude(kind="domain").order_by("id"))


def test_one_bad_event_is_named_and_the_others_land(shop):
    big = track(properties={"text": "x" * 33_000})
    answer = shop.batch(
        track(), "no object", track(""), {"type": "dance", "anonymousId": "v"}, big, {"type": "track", "event": "Lost"},
        track(timestamp="yesterday"), track(messageId=7), track(properties=[1]), {"type": "page", "anonymousId": "v-3"},
    )  # fmt: skip
    assert answer.status_code == 200
    body = answer.json()
    assert (body["success"], body["accepted"]) == (True, 2)
    assert [(one["index"], one["code"]) for one in body["rejected"]] == [
        (1, "not_an_object"), (2, "name_invalid"), (3, "unknown_type"), (4, "event_too_large"), (5, "nobody"),
        (6, "time_invalid"), (7, "message_id_invalid"), (8, "properties_invalid"),
    ]  # fmt: skip
    assert [event.name for event in stored()] == ["Product Viewed", "page"]


@pytest.fixture
def listens(monkeypatch) -> None:
    """Somebody wants to be told, for the length of a test."""
    monkeypatch.setattr(ports, "_subscriptions", dict(ports._subscriptions))
    monkeypatch.setattr(ports, "_interested", {})
    ports.subscribe(name="tests.tracked", facts=["Order Completed", "Product Viewed"], handle=lambda events: None)


@pytest.mark.usefixtures("listens")
def test_a_replay_is_stored_once_and_told_once(shop):
    messages = [track(), track()]
    first = shop.batch(*messages, messages[0]).json()
    again = shop.batch(*messages).json()
    assert (first["accepted"], first["duplicates"]) == (3, 1)
    assert (again["accepted"], again["duplicates"]) == (2, 2)
    assert len(stored()) == 2
    (delivery,) = Delivery.objects.filter(handler="tests.tracked")
    assert sorted(delivery.event_ids) == [event.id for event in stored()]


@pytest.mark.usefixtures("listens")
def test_an_echo_is_kept_and_tells_nobody(shop):
    bot = {"userAgent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}
    shop.batch(track("Order Completed"), track(context=bot))
    assert [(event.name, event.kind) for event in stored()] == [("Order Completed", "echo"), ("Product Viewed", "echo")]
    assert stored()[1].context["bot"] is True
    assert not Delivery.objects.filter(handler="tests.tracked").exists()


def test_times_are_corrected_by_the_senders_own_clock(shop):
    # given a clock ten years slow: the message waited two hours there
    wrong = now() - timedelta(days=3650)
    shop.batch(track(timestamp=(wrong - timedelta(hours=2)).isoformat()), sentAt=wrong.isoformat())
    # and times nobody can believe
    shop.batch(track(timestamp=(now() + timedelta(days=9000)).isoformat()), track(timestamp="1975-01-01T00:00:00Z"))
    waited, future, ancient = stored()
    assert abs((now() - waited.occurred_at) - timedelta(hours=2)) < timedelta(minutes=1)
    assert waited.context["time"] == "corrected"
    assert (future.context["time"], ancient.context["time"]) == ("future", "ancient")
    assert all(now() - event.occurred_at < timedelta(minutes=1) for event in (future, ancient))


@pytest.mark.parametrize(
    ("seen", "sent", "ago", "mark"),
    [
        # a battery that died: both by the same wrong clock, half a century off, and told right
        ("1970-01-01T00:00:05Z", "1970-01-01T00:01:05Z", 60, "corrected"),
        ("1969-12-31T19:00:05-05:00", "1969-12-31T19:01:05-05:00", 60, "corrected"),
        ("2099-01-01T00:00:00Z", "2099-01-01T00:00:10Z", 10, "corrected"),
        # without the time it was sent nobody knows how far off
        ("1970-01-01T00:00:05Z", None, 0, "ancient"),
        ("2099-01-01T00:00:00Z", None, 0, "future"),
        ("2199-12-31T00:00:00Z", "1971-01-01T00:00:00Z", 0, "future"),
    ],
)
def test_clocks_decades_off(shop, seen, sent, ago, mark):
    before = now()
    answer = shop.batch(track(timestamp=seen, **({"sentAt": sent} if sent else {})))
    assert answer.json()["rejected"] == []
    [event] = stored()
    lapse = (before - event.occurred_at).total_seconds()
    assert ago - 5 < lapse <= ago + 1 and event.context["time"] == mark


def test_an_import_keeps_its_old_times(shop):
    then = now() - timedelta(days=900)
    shop.send("import", {"batch": [track(timestamp=then.isoformat())], "sentAt": now().isoformat()})
    assert stored()[0].occurred_at == then


def test_products_are_found_by_what_the_page_calls_them(shop):
    variant = VariantFactory(sku="JKT-10")
    shop.batch(
        track(properties={"sku": "JKT-10"}),
        track(properties={"product_id": variant.product.slug}),
        track(properties={"product_id": str(variant.product_id), "sku": "elsewhere"}),
        track("Product List Viewed", properties={"products": [{"sku": "JKT-10"}, {"sku": "?"}]}),
        track(properties={"sku": "?", "om_product_id": str(uuid.uuid4())}),
    )
    by_sku, by_slug, by_id, listed, unknown = stored()
    ids = {"om_product_id": str(variant.product_id), "om_variant_id": str(variant.pk)}
    assert ids.items() <= by_sku.data.items() and by_sku.subject_id == variant.product_id
    for event in (by_slug, by_id):
        assert event.data["om_product_id"] == ids["om_product_id"] and "om_variant_id" not in event.data
    assert ids.items() <= listed.data["products"][0].items() and "om_product_id" not in listed.data["products"][1]
    assert "om_product_id" not in unknown.data  # nobody from outside names our ids


def test_history_joins_at_identify_and_touches_are_kept(shop):
    suzie = CustomerFactory(user=UserFactory())
    url = "https://shop.example/?utm_source=instagram&utm_medium=social&fbclid=F1"
    shop.batch(track(context={"page": {"url": url}}))
    visitor = Identity.objects.get(kind="anonymous")
    assert visitor.customer_id is None and stored()[0].identity_id == visitor.pk
    shop.batch(identify(suzie.pk))
    visitor.refresh_from_db()
    assert (visitor.customer_id, visitor.joined_how) == (suzie.pk, "identify")
    assert Event.objects.filter(name="customer.identified", identity_id=suzie.pk).count() == 1
    shop.batch(track(context={"campaign": {"name": "June", "source": "newsletter"}}))
    touch = Touch.objects.get(identity=visitor)
    assert touch.first == {"utm_source": "instagram", "utm_medium": "social", "fbclid": "F1"}
    assert touch.last == {"utm_source": "newsletter", "utm_campaign": "June"}


def test_two_people_on_one_browser_stay_two(shop):
    suzie, nora = CustomerFactory(user=UserFactory()), CustomerFactory(user=UserFactory())
    shop.batch(track(), identify(suzie.pk))
    shop.batch(identify(nora.pk), track())
    visitor = Identity.objects.get(kind="anonymous")
    assert visitor.customer_id == suzie.pk and visitor.blocked_at is not None
    # what comes from there without a name is nobody's now; with one it is theirs
    shop.batch(track(), track(userId=str(nora.pk)))
    assert [event.identity_id for event in stored()][-2:] == [None, nora.pk]
    assert Event.objects.filter(name="customer.join_refused").count() == 1


def test_a_claimed_address_that_somebody_else_proved_joins_nobody(shop):
    CustomerFactory(user=UserFactory(email="nora@example.com"), email_verified=True)
    Customer.objects.filter(email="nora@example.com").update(email_verified_at=now())
    suzie = CustomerFactory(user=UserFactory())
    shop.batch(identify(suzie.pk, email="nora@example.com"))
    assert Identity.objects.get(kind="anonymous").customer_id is None


def test_aliases_in_a_circle_and_of_two_people_join_nobody(shop):
    suzie, nora = CustomerFactory(user=UserFactory()), CustomerFactory(user=UserFactory())

    def alias(previous, user):
        return {"type": "alias", "previousId": str(previous), "userId": str(user), "anonymousId": "visitor-9"}

    answer = shop.batch(
        alias(suzie.pk, nora.pk),
        alias(nora.pk, suzie.pk),
        alias("a-b-c", "d-e-f"),
        alias("d-e-f", "a-b-c"),
        alias("x-y", "x-y"),
    )
    assert answer.json()["accepted"] == 5
    assert Customer.objects.filter(merged_into=None).count() == 2
    assert not Identity.objects.filter(kind="anonymous", customer__isnull=False).exists()
    # while the former name of a browser joins as it should
    shop.batch(track(who="old-name"), alias("old-name", suzie.pk))
    assert Identity.objects.get(value="old-name").customer_id == suzie.pk


def test_a_storm_of_identifies_from_one_browser(shop):
    people = [CustomerFactory() for _ in range(6)]
    answer = shop.batch(*[identify(person.pk, who="storm-1") for person in people])
    assert answer.json()["accepted"] == 6
    visitor = Identity.objects.get(value="storm-1")
    assert visitor.blocked_at is not None
    assert Event.objects.filter(name="customer.identified").count() == 1


@pytest.mark.parametrize("value", ["0", "-1", "null", "anonymous", "undefined", "[object Object]"])
def test_values_that_stand_for_nobody(shop, value):
    suzie = CustomerFactory()
    shop.batch(identify(suzie.pk, who=value), track(who=value))
    assert not Identity.objects.filter(kind="anonymous").exists()
    assert stored()[1].identity_id is None


def test_a_stores_kiosk_joins_nobody():
    kiosk, suzie = Sender(channel="tablet", is_shared=True), CustomerFactory()
    kiosk.batch(track(who="kiosk-1"), identify(suzie.pk, who="kiosk-1"))
    assert Identity.objects.get(value="kiosk-1").customer_id is None


def test_our_own_server_makes_people_and_a_page_does_not(shop):
    server = Sender(is_trusted=True)
    traits = {"email": "Ada@Example.com", "firstName": "Ada", "lastName": "Byron", "phone": "+12075550131"}
    shop.batch(identify("user-42", **traits))
    assert not Customer.objects.exists()
    server.batch(identify("user-42", who="visitor-2", **traits), track(userId="user-42", who="visitor-2"))
    ada = Customer.objects.get()
    assert (ada.name, ada.email, ada.email_verified_at, ada.external_id) == (
        "Ada Byron", "ada@example.com", None, "user-42",
    )  # fmt: skip
    assert stored()[-1].identity_id == ada.pk
    assert Identity.objects.get(value="visitor-2").customer_id == ada.pk


def test_keys(shop):
    message = {"batch": [track()]}
    bad = Client().post("/v1/batch", orjson.dumps(message), content_type="application/json")
    assert (bad.status_code, bad.json()["code"]) == (401, "authentication_failed")
    in_body = Client().post("/v1/batch", orjson.dumps({**message, "writeKey": shop.key}), content_type="text/plain")
    assert in_body.status_code == 200 and in_body["Access-Control-Allow-Origin"] == "*"
    set_active(source_id=shop.source.pk, is_active=False, by=SYSTEM, at=now())
    assert shop.batch(track()).status_code == 401
    # and a page's preflight needs none
    assert Client().options("/v1/t").status_code == 204


def test_bodies(shop):
    packed = gzip.compress(orjson.dumps({"batch": [track()]}))
    assert shop.send("batch", packed, **{"content-encoding": "gzip"}).json()["accepted"] == 1
    bomb = gzip.compress(b"[" + b" " * 5_000_000 + b"]")
    assert len(bomb) < 10_000
    for body, status, code in [
        (bomb, 413, "batch_too_large"), (b"{", 400, "malformed"), (b"[]", 400, "malformed"),
        (b'{"batch": {}}', 400, "malformed"), (packed[:-9], 400, "malformed"),
    ]:  # fmt: skip
        answer = shop.send("batch", body)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert shop.send("nothing", b"{}").status_code == 404
    nul = shop.send(
        "batch", b'{"batch": [{"type": "track", "event": "a", "anonymousId": "v-1", "properties": {"a": "\\u0000"}}]}'
    )
    assert nul.json()["rejected"][0]["code"] == "control_characters"
    deep = shop.batch(track(properties=orjson.loads('{"a":' * 40 + "1" + "}" * 40)))
    assert deep.json()["rejected"][0]["code"] == "too_deep"


def test_single_messages_in_long_and_short_form(shop):
    shop.send("page", {"anonymousId": "visitor-1", "name": "Jackets", "properties": {"path": "/jackets"}})
    shop.send("t", {"anonymousId": "visitor-1", "event": "Signed Up"})
    shop.send("track", {"anonymousId": "visitor-1", "event": "order.confirmed"})
    assert [(event.name, event.data.get("name")) for event in stored()] == [
        ("page", "Jackets"), ("Signed Up", None), ("order confirmed", None),
    ]  # fmt: skip
    assert {event.channel for event in stored()} == {"web"}


def test_a_batch_costs_a_fixed_number_of_statements(shop, django_assert_max_num_queries):
    VariantFactory(sku="JKT-10")
    shop.batch(track())
    messages = [
        track(who=f"visitor-{n}", properties={"sku": "JKT-10"}, context={"campaign": {"source": "x"}})
        for n in range(100)
    ]
    # the key; savepoints; people, new visitors, things, the log, touches
    with django_assert_max_num_queries(10):
        assert shop.batch(*messages).json()["accepted"] == 100
