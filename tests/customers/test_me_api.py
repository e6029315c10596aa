"""Customers read and change themselves, and nobody else."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Address, Customer
from omnichannel.events.models import Event
from tests.customers.factories import AddressFactory, CustomerFactory, UserFactory

ADDRESS = {
    "name": "Suzie Lindqvist",
    "line1": "27 Spring Street",
    "city": "Portland",
    "region": "me",
    "postal_code": "04102",
    "country": "us",
}


def test_all_channels_read_one_profile(customer_web, customer_app, customer):
    # when the web changes it
    changed = customer_web.patch_json("/me", {"first_name": "Zuzana", "phone": "(207) 555-0131"}, if_match=1)
    # then the app reads it
    assert changed.status_code == 200, changed.content
    read = customer_app.get_json("/me")
    assert read.json() == changed.json()
    assert (read.json()["first_name"], read.json()["phone"], read.json()["version"]) == ("Zuzana", "+12075550131", 2)
    assert read["ETag"] == '"2"'
    assert customer_app.get_json("/me", if_none_match='"2"').status_code == 304
    # and it is on the timeline
    fact = Event.objects.get(name="customer.updated")
    assert (fact.identity_id, fact.data["fields"], fact.channel) == (customer.pk, ["first_name", "phone"], "web")


def test_reading_oneself_costs_one_statement_beside_the_credential(customer_app):
    customer_app.get_json("/me")
    with CaptureQueriesContext(
        connection,
    ) as statements:
        assert customer_app.get_json("/me").status_code == 200
    assert len(statements) == 2, [row["sql"] for row in statements]


def test_a_change_on_an_old_version_is_refused_and_changes_nothing(customer_web, customer):
    customer_web.patch_json("/me", {"first_name": "Zuzana"})
    refused = customer_web.patch_json("/me", {"first_name": "Late"}, if_match=1)
    assert (refused.status_code, refused.json()["code"], refused.json()["data"]) == (412, "stale", {"version": 2})
    customer.refresh_from_db()
    assert customer.first_name == "Zuzana"


def test_saying_the_same_again_is_no_change(customer_web):
    first = customer_web.patch_json("/me", {"first_name": "Zuzana"})
    again = customer_web.patch_json("/me", {"first_name": " Zuzana "})
    assert first.json()["version"] == again.json()["version"] == 2
    assert Event.objects.filter(name="customer.updated").count() == 1


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({"phone": "123"}, 422, "/phone"),
        ({"time_zone": "Mars/Base"}, 400, "/time_zone"),
        ({"currency": "XXQ"}, 400, "/currency"),
        ({"locale": "q!"}, 400, "/locale"),
        ({"first_name": 7}, 400, "/first_name"),
        ({"first_name": "a\u0007"}, 400, "/first_name"),
        ({"email": "other@example.com"}, 400, "/email"),
        ({"version": 9}, 400, "/version"),
        ({"first_name": "x" * 101}, 400, "/first_name"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(customer_web, customer, body, status, pointer):
    answer = customer_web.patch_json("/me", body)
    assert answer.status_code == status, answer.content
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    customer.refresh_from_db()
    assert customer.version == 1


def test_strangers_are_asked_to_sign_in(anonymous_api, db):
    assert anonymous_api.get_json("/me").status_code in (401, 403)


def test_the_web_needs_its_csrf_token(customer_web):
    customer_web.cookies.pop("csrftoken")
    assert customer_web.patch_json("/me", {"first_name": "Evil"}).status_code == 403


def test_the_address_book(customer_web, customer):
    # the first is the default
    first = customer_web.post_json("/me/addresses", ADDRESS)
    assert first.status_code == 201, first.content
    assert (first.json()["region"], first.json()["country"], first.json()["is_default"]) == ("ME", "US", True)
    # another may become it
    second = customer_web.post_json("/me/addresses", ADDRESS | {"line1": "Home", "is_default": True}).json()
    listed = customer_web.get_json("/me/addresses").json()["items"]
    assert [(row["line1"], row["is_default"]) for row in listed] == [("Home", True), ("27 Spring Street", False)]
    # and passes it on when it goes
    assert customer_web.delete_json(f"/me/addresses/{second['id']}").status_code == 204
    assert [row["is_default"] for row in customer_web.get_json("/me/addresses").json()["items"]] == [True]
    # a change is checked whole
    bad = customer_web.patch_json(f"/me/addresses/{first.json()['id']}", {"postal_code": "ABC"})
    assert (bad.status_code, bad.json()["code"]) == (422, "address_invalid")
    assert bad.json()["data"]["problems"][0]["pointer"] == "/postal_code"


def test_somebody_elses_address_is_as_missing_as_a_missing_one(customer_web):
    foreign = AddressFactory(customer=CustomerFactory())
    for method in ("get_json", "delete_json"):
        theirs = getattr(customer_web, method)(f"/me/addresses/{foreign.pk}")
        missing = getattr(customer_web, method)("/me/addresses/01900000-0000-7000-8000-000000000000")
        assert theirs.status_code == missing.status_code == 404
        assert theirs.content == missing.content
    assert Address.objects.filter(pk=foreign.pk).exists()


def test_a_repeated_write_adds_one_address(customer_web):
    first = customer_web.post_json("/me/addresses", ADDRESS, key="k1")
    again = customer_web.post_json("/me/addresses", ADDRESS, key="k1")
    assert first.content == again.content
    assert Address.objects.count() == 1


def test_a_session_ends_when_the_password_changes(app, db):
    customer: Customer = CustomerFactory(user=UserFactory())
    client = app(customer)
    assert client.get_json("/me").status_code == 200
    customer.user.set_password("another-word-91")
    customer.user.save()
    assert client.get_json("/me").status_code == 401
