"""A person asks what we hold, and to be forgotten: over every app, and looked for in every column of the database."""

import json
from inspect import unwrap

import pytest
from django.contrib.admin import site
from django.db import IntegrityError, connection, transaction

from campaigns.messages.models import Decision, Message
from campaigns.social.models import Follow, HandleClaim, Post
from customers.admin.people import CustomerAdmin
from customers.models import Customer, Suppression
from customers.queries.permission import list_suppressed, may_send
from customers.services.consent import give_consent, suppress_address
from customers.services.merging import merge_customers
from customers.services.noting import note_customer
from customers.services.privacy import erase_customer, export_customer
from insights.models import Path
from insights.services.paths import build_paths
from loyalty.models import Adjustment, Journal
from loyalty.services.posting import grant_points
from omnichannel.accounts.models import User
from omnichannel.events.models import Event
from omnichannel.events.queries import recorded
from omnichannel.integrations.models import WebhookEndpoint, WebhookMessage
from omnichannel.integrations.services.telling import body_of
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import Context
from omnichannel.kernel.errors import RuleViolation
from omnichannel.kernel.personal_data import personal_data
from orders.models import GatewayMessage, Order
from tests.customers.factories import AddressFactory, CustomerFactory, StaffFactory, UserFactory
from tests.customers.test_tracking_api import Sender, identify, track
from tests.fixtures.auth import ApiClient
from tests.insights.test_paths import an_order

pytestmark = pytest.mark.django_db

EMAIL, PHONE = "zuzanna.q@example.com", "+12075550177"
#: What must be found nowhere afterwards, in any spelling.
TELLTALES = ("zuzanna", "quimby", "2075550177", "27 spring street", "instagram.com/p/zq")
BY = Context(actor="staff:1")


def a_life() -> Customer:
    """Something in every app that holds words of a person."""
    at = now()
    zuzanna = CustomerFactory(
        user=UserFactory(email=EMAIL, name="Zuzanna Quimby"), first_name="Zuzanna", last_name="Quimby", phone=PHONE,
        note="Zuzanna likes linen",
    )  # fmt: skip
    AddressFactory(customer=zuzanna, name="Zuzanna Quimby")
    guest = CustomerFactory(first_name="Z.", last_name="Quimby", email=EMAIL)
    merge_customers(from_id=guest.pk, to_id=zuzanna.pk, reason="Zuzanna says so", by=BY, at=at)
    give_consent(
        customer_id=zuzanna.pk, channel="email", purpose="marketing", wording="1", source="checkout",
        proof={"name": "Zuzanna Quimby"}, by=BY, at=at,
    )  # fmt: skip
    suppress_address(channel="email", address=EMAIL, reason="complained", detail="Zuzanna wrote", by=BY, at=at)
    Sender().batch(
        track("Product Viewed", properties={"name": "for Zuzanna"}, userId=str(zuzanna.pk)), identify(zuzanna.pk, traits={"email": EMAIL})
    )  # fmt: skip
    order = an_order(zuzanna, email=EMAIL, phone=PHONE, note="ring, says Zuzanna", ship_to={"name": "Zuzanna Quimby"})
    order.changes.create(
        kind="note", reason="Zuzanna called", data={"note": "Zuzanna"}, actor="staff:1", channel="web", at=at
    )
    build_paths(order_ids=[order.pk], at=at)
    Adjustment.objects.create(
        customer=zuzanna, unit="points", amount=5, reason="Zuzanna waited", asked_by="1", asked_at=at, note="Quimby"
    )
    # her points, given by somebody who typed why; what her bank was told; what another system was
    grant_points(customer_id=zuzanna.pk, points=40, reason="Zuzanna waited an hour", reference="z:1", by=BY, at=at)
    payment = order.payments.create(
        position=0, provider="stripe", key="zpay", amount_minor=10_000, currency="USD", created_at=at, updated_at=at,
        gateway_reference="pi_z",
    )  # fmt: skip
    for kind, names in (("payment_intent.succeeded", {"metadata": {"payment_key": payment.key}}), ("charge.updated", {"payment_intent": "pi_z"})):  # fmt: skip
        GatewayMessage.objects.create(
            provider="stripe", message_id=kind, kind=kind, received_at=at, outcome="Payment captured",
            body={"data": {"object": {"billing_details": {"name": "Zuzanna Quimby"}, **names}}},
        )  # fmt: skip
    note_customer(customer_id=zuzanna.pk, note="Zuzanna rings twice", author="Maya", by=BY, at=at)
    noted = Event.objects.get(name="customer.noted")
    told = WebhookMessage.objects.create(
        endpoint=WebhookEndpoint.objects.create(url="https://erp.example/hook", secret_encrypted="x"),
        event_id=noted.pk, name=noted.name, subject_id=noted.subject_id, sequence=1, body=body_of(recorded(noted), 1),
    )  # fmt: skip
    told.log.create(at=at, status=200, duration_ms=3, response="ok, Zuzanna")
    message = Message.objects.create(
        dedup_key="z", template_key="welcome", template_version=1, purpose="marketing", customer=zuzanna, recipient=EMAIL,
        subject="Dear Zuzanna", html="<p>Zuzanna", text="Zuzanna", data={"name": "Zuzanna"}, created_at=at,
    )  # fmt: skip
    Decision.objects.create(
        dedup_key="z", customer=zuzanna, template_key="welcome", purpose="marketing", priority=1, outcome="sent", code="ok",
        reason="ok", message=message, candidate={"name": "Zuzanna"}, created_at=at, decided_at=at,
    )  # fmt: skip
    post = {"platform": "instagram", "handle": "zuzanna.q", "customer": zuzanna}
    Post.objects.create(
        **post, external_id="p1", caption="by Zuzanna", permalink="https://instagram.com/p/zq", posted_at=at, created_at=at,
        rights_proof={"words": "yes, Zuzanna"},
    )  # fmt: skip
    HandleClaim.objects.create(**post, claimed_at=at)
    Follow.objects.create(**post, followed_at=at)
    return zuzanna


def places_of(telltales: tuple[str, ...]) -> list[str]:
    """Tables with a row that has one of these words anywhere in it."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(relname) FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition"
            " AND relnamespace = 'public'::regnamespace ORDER BY 1"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(
                f"SELECT count(*) FROM {table} AS t WHERE lower(t::text) LIKE ANY(%s)", [[f"%{w}%" for w in telltales]]
            )
            if cursor.fetchone()[0]:
                found.append(table)
    return found


def test_what_we_hold_comes_from_every_app():
    zuzanna = a_life()
    told = export_customer(customer_id=zuzanna.pk)
    assert set(told) == set(personal_data.names())
    hers, merged = told["customers"]["records"]
    assert (hers["profile"]["email"], merged["profile"]["last_name"]) == (EMAIL, "Quimby")
    assert hers["suppressions"] == [{"channel": "email", "address": EMAIL, "reason": "complained"}]
    assert {"Product Viewed", "consent.given"} <= {row["what"] for row in hers["activity"]}
    path = told["insights"]["records"][0]["paths"][0]
    assert path["touches"][0]["credits_minor"]["linear"] == 10_000


def test_who_is_forgotten_is_found_in_no_table():
    # given a life, which is found in many
    zuzanna = a_life()
    before = places_of(TELLTALES)
    assert {"customers_customer", "orders_order", "events_event", "campaign_messages_message", "campaign_social_post", "accounts_user"} <= set(before)  # fmt: skip
    net = Path.objects.get().net_minor
    # when she is forgotten, twice, as a repeated request would
    erase_customer(customer_id=zuzanna.pk, by=BY, at=now())
    erase_customer(customer_id=zuzanna.pk, by=BY, at=now())
    # then no column of any table has a word of her
    assert places_of(TELLTALES) == []
    # other systems can be told again of what it was about, and of nothing it said
    told = json.loads(WebhookMessage.objects.get().body)["data"]
    assert (told["resource_id"], told["sequence"], told.get("note")) == (str(zuzanna.pk), 1, None)
    assert {(row.outcome, str(row.body)) for row in GatewayMessage.objects.all()} == {("Payment captured", "{}")}
    given = Journal.objects.get(reference="z:1")
    assert (given.reason, given.actor, given.entries.filter(amount=40).count()) == ("Erased", "staff:1", 1)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Journal.objects.filter(pk=given.pk).update(reason="Something else")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Journal.objects.filter(pk=given.pk).update(reason="Erased", actor="nobody")
    # what the law and the sums need is still there
    path = Path.objects.get()
    assert (path.customer_id, path.net_minor, Order.objects.get().total_minor) == (None, net, 10_000)
    assert not User.objects.filter(email=EMAIL).exists()
    assert Event.objects.filter(name="customer.erased", subject_id=zuzanna.pk).exists()


def test_who_was_forgotten_is_still_not_written_to(settings):
    zuzanna = a_life()
    erase_customer(customer_id=zuzanna.pk, by=BY, at=now())
    kept = Suppression.objects.get()
    assert kept.address.startswith("erased:") and (kept.reason, kept.detail) == ("complained", "")
    # an import brings her address again: it stays on the list, by every way of asking
    again = CustomerFactory(email=EMAIL)
    assert list_suppressed(channel="email", addresses=[EMAIL, "other@example.com"]) == {EMAIL: "complained"}
    for purpose in ("marketing", "transactional"):
        assert not may_send(customer_id=again.pk, channel="email", purpose=purpose, at=now()).allowed
    assert may_send(
        customer_id=CustomerFactory(email="o@example.com").pk, channel="email", purpose="transactional", at=now()
    ).allowed
    # a new key of the installation forgets nobody, as long as the old one is kept beside it
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another-key-of-this-installation"
    assert list_suppressed(channel="email", addresses=[EMAIL]) == {EMAIL: "complained"}


def test_staff_export_and_forget_from_the_profile():
    zuzanna = a_life()
    client = ApiClient()
    client.force_login(StaffFactory(is_superuser=True))
    page = f"/admin/customers/customer/{zuzanna.pk}"
    answer = client.get(f"{page}/export-data/")
    assert answer.status_code == 200 and answer["Content-Disposition"].startswith("attachment")
    assert EMAIL in answer.content.decode()
    # forgetting asks for the number first, since nothing brings it back
    admin = CustomerAdmin(Customer, site)
    with pytest.raises(RuleViolation):
        unwrap(CustomerAdmin.forget)(admin, zuzanna, by=BY, at=now(), number="C-0")
    assert Customer.objects.get(pk=zuzanna.pk).email == EMAIL
    assert client.get(f"{page}/forget/").status_code == 200
    unwrap(CustomerAdmin.forget)(admin, zuzanna, by=BY, at=now(), number=zuzanna.number)
    assert Customer.objects.get(pk=zuzanna.pk).email == ""
    # and the file is for those alone who may change customers
    other = ApiClient()
    other.force_login(StaffFactory())
    assert other.get(f"{page}/export-data/").status_code in (302, 403)
