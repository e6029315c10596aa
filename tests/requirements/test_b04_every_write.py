"""B4: every write of the schema takes an Idempotency-Key, and every versioned one If-Match."""

from typing import Any

import pytest

from tests.requirements.house import WRITES, House, database, operations, schema, undone

pytestmark = pytest.mark.django_db

#: Signed by the gateway, which has ids of its own; and questions asked by POST.
WITHOUT_KEY = {
    "gateway_webhook", "social_post_webhook", "social_follow_webhook", "orders_lookup", "checkout_quote", "named_cart_checkout_quote",
    "journeys_check", "journeys_simulate",
}  # fmt: skip
WRITING = sorted((each for each in operations(*WRITES) if each.id not in WITHOUT_KEY), key=lambda each: each.id)
KEY = "the-same-key-for-a-repeated-write"


def test_a_repeated_write_gets_the_first_answer_and_has_no_second_effect(house: House, subtests: Any) -> None:
    tried = 0
    for operation in WRITING:
        with subtests.test(operation.id), undone():
            client, address, body = house.caller(operation), operation.address(house.ids), house.body(operation)
            first = client.call(operation.method, address, body, key=KEY)
            if first.status_code >= 300:
                continue  # refused for a rule: nothing to repeat
            tried += 1
            between = database()
            again = client.call(operation.method, address, body, key=KEY)
            assert (again.status_code, again.content) == (first.status_code, first.content)
            assert again["Idempotency-Replayed"] == "true"
            other = client.call(operation.method, address, {**(body or {}), "note": "another"}, key=KEY)
            assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
            assert database() == between
    assert tried > 50


def test_a_write_on_an_old_version_is_refused(house: House, subtests: Any) -> None:
    before, tried = database(), 0
    for operation in WRITING:
        parameters = schema()["paths"][operation.path][operation.method.lower()].get("parameters", [])
        if "If-Match" not in {parameter["name"] for parameter in parameters}:
            continue
        with subtests.test(operation.id), undone():
            client, address, body = house.caller(operation), operation.address(house.ids), house.body(operation)
            answer = client.call(operation.method, address, body, if_match=999_999)
            if answer.status_code in (200, 201) and operation.id in NEW:
                continue
            assert answer.status_code in (404, 409, 412, 422), answer.content[:300]
            tried += answer.status_code == 412
            assert database() == before
    assert tried > 30


#: Make something new, of which there is no version yet.
NEW = {
    "cart_open", "walk_in_cart_open", "customer_cart_open", "categories_create", "products_create", "products_put", "me_addresses_add",
    "customers_addresses_add", "customers_enrol", "wish_list_create", "customer_wish_list_create", "webhook_endpoints_create",
    "cart_link_restore",
}  # fmt: skip
