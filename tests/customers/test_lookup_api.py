"""Associates and other systems look customers up; every look is written down."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Customer
from customers.queries import find_customers
from omnichannel.events.models import Event
from tests.customers.factories import CustomerFactory, StaffFactory, UserFactory
from tests.stores.fixtures import associate_api, key_api


@pytest.fixture
def people(db):
    return {
        "emile": CustomerFactory(
            first_name="Émile", last_name="O’Neill", email="emile@example.com", phone="+12075550131"
        ),
        "suzie": CustomerFactory(
            first_name="Suzie", last_name="Lindqvist", email="suzie.l@example.com", phone="+12075550199"
        ),
        "susan": CustomerFactory(first_name="Susan", last_name="Lindberg"),
    }


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("suzie", ["suzie"]),
        ("lind", ["susan", "suzie"]),
        ("LIND su", ["susan", "suzie"]),
        ("emile oneill", []),
        ("emile o'neill", ["emile"]),
        ("0131", ["emile"]),
        ("555-01", ["suzie", "emile"]),
        ("(207) 555 0199", ["suzie"]),
        ("suzie.l@example.com", ["suzie"]),
        ("SUZIE.L@exam", ["suzie"]),
        ("'; drop table", []),
        ("\\", []),
    ],
)
def test_what_is_typed_finds_whom_it_means(people, q, found):
    assert [row.pk for row in find_customers(q)] == [people[name].pk for name in found]


def test_by_customer_number(people):
    number = people["susan"].number
    assert [row.pk for row in find_customers(number.lower()[:6])] == [people["susan"].pk]


def test_an_associate_looks_up_in_two_statements_and_is_recorded(people, device, associate):
    api = associate_api(device, associate)
    with CaptureQueriesContext(connection) as statements:
        answer = api.get_json("/customers?q=0131")
    assert [row["name"] for row in answer.json()["items"]] == ["Émile O’Neill"]
    own = [row["sql"] for row in statements if not row["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))]
    assert len(own) == 3, own  # the credential, the look-up, the audit
    fact = Event.objects.get(name="customer.looked_up")
    assert (fact.data, fact.associate_id, fact.device_id) == (
        {"customer_id": None, "query": "0131", "found": 1},
        associate.pk,
        device.pk,
    )


def test_an_associate_enrols_and_is_told_of_people_known_already(people, device, associate):
    api = associate_api(device, associate)
    body = {"first_name": "Emile", "phone": "207-555-0131"}
    known = api.post_json("/customers", body)
    assert (known.status_code, known.json()["code"]) == (409, "customer_known")
    assert [row["id"] for row in known.json()["data"]["candidates"]] == [str(people["emile"].pk)]
    made = api.post_json("/customers", body | {"allow_duplicate": True})
    assert made.status_code == 201, made.content
    assert (made.json()["source"], made.json()["phone"]) == ("store", "+12075550131")
    fact = Event.objects.filter(name="customer.created").latest("id")
    assert (fact.store_id, fact.associate_id) == (device.store_id, associate.pk)


def test_changes_by_an_associate_and_the_email_that_is_not_theirs_to_change(people, device, associate):
    api = associate_api(device, associate)
    changed = api.patch_json(f"/customers/{people['suzie'].pk}", {"note": "Likes wool", "tags": ["vip"]}, if_match=1)
    assert changed.json()["note"] == "Likes wool"
    signed_up = CustomerFactory(user=UserFactory())
    refused = api.patch_json(f"/customers/{signed_up.pk}", {"email": "thief@example.com"})
    assert (refused.status_code, refused.json()["code"]) == (422, "email_of_log_in")


def test_keys_need_their_scope_and_walk_everybody(people):
    assert key_api("catalog:read").get_json("/customers?q=lind").status_code == 403
    api = key_api("customers:read", "customers:write")
    first = api.get_json("/customers?limit=2").json()
    second = api.get_json(f"/customers?limit=2&cursor={first['next']}").json()
    assert len(first["items"]) == 2 and len(second["items"]) == 1 and second["next"] is None
    made = api.post_json("/customers", {"first_name": "Ida", "external_id": "crm-7"})
    assert (made.status_code, made.json()["external_id"]) == (201, "crm-7")
    again = api.post_json("/customers", {"first_name": "Ida", "external_id": "crm-7"})
    assert (again.status_code, again.json()["code"]) == (409, "external_id_taken")


def test_customers_and_staff_without_the_permission_see_nobody(people, customer_web, staff_client):
    assert customer_web.get_json("/customers?q=lind").status_code == 403
    assert staff_client(StaffFactory()).get_json("/customers?q=lind").status_code == 403
    assert staff_client(StaffFactory(is_superuser=True)).get_json("/customers?q=lind").status_code == 200


def test_a_merged_record_leads_to_the_one_it_became_part_of(people, device, associate):
    people["susan"].merged_into = people["suzie"]
    people["susan"].save()
    answer = associate_api(device, associate).get_json(f"/customers/{people['susan'].pk}")
    assert answer.json()["id"] == str(people["suzie"].pk)
    assert [row.pk for row in find_customers("lind")] == [people["suzie"].pk]


def test_looking_up_among_a_hundred_thousand_stays_on_the_index(db):
    # given many, made by the database itself
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO customers_customer (id, number, first_name, last_name, email, phone, locale, time_zone, currency, source, note, tags, version)
               SELECT gen_random_uuid(), 'T' || lpad(n::text, 9, '0'), 'Name' || n % 997, 'Family' || n, 'p' || n || '@example.com',
                      '+1207' || lpad(n::text, 7, '0'), '', '', '', 'import', '', '[]', 1
                 FROM generate_series(1, 20000) n"""
        )
        cursor.execute("ANALYZE customers_customer")
        cursor.execute(
            "EXPLAIN (FORMAT JSON) SELECT id FROM customers_customer WHERE search @@ '''family19999'':*'::tsquery LIMIT 2000"
        )
        plan = str(cursor.fetchone())
    assert "customer_search" in plan
    assert [row.last_name for row in find_customers("family19999")] == ["Family19999"]
    assert Customer.objects.count() == 20_000
