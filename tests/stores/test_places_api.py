"""Stores and availability over the wire, for anyone."""

import pytest

from tests.catalog.factories import VariantFactory
from tests.stores.factories import StockLevelFactory, StoreFactory
from tests.stores.fixtures import key_api

pytestmark = pytest.mark.django_db
PORTLAND = "43.6568,-70.2489"


def test_stores_are_listed_nearest_first_and_kept_by_the_caller(anonymous_api):
    StoreFactory(name="Boston", latitude=42.3519, longitude=-71.0446)
    StoreFactory(name="Portland")
    StoreFactory(name="Warehouse", kind="warehouse")
    StoreFactory(name="Closed for good", is_active=False)
    answer = anonymous_api.get_json(f"/stores?near={PORTLAND}")
    assert [(row["name"], row["is_open"]) for row in answer.json()["items"]] == [("Portland", True), ("Boston", True)]
    assert answer.json()["items"][0]["distance_km"] == 0.0
    # then the same answer is not sent twice
    again = anonymous_api.get_json(f"/stores?near={PORTLAND}", if_none_match=answer["ETag"])
    assert again.status_code == 304 and again.content == b""


def test_stores_come_in_pages(anonymous_api):
    for name in "abc":
        StoreFactory(name=name)
    first = anonymous_api.get_json("/stores?limit=2").json()
    second = anonymous_api.get_json(f"/stores?limit=2&cursor={first['next']}").json()
    assert [row["name"] for row in first["items"] + second["items"]] == ["a", "b", "c"] and second["next"] is None


def test_a_store_is_known_by_id_and_by_code(anonymous_api, store):
    for name in (store.id, store.code):
        assert anonymous_api.get_json(f"/stores/{name}").json()["id"] == str(store.id)
    assert anonymous_api.get_json("/stores/nowhere").status_code == 404


def test_availability_shows_the_public_what_may_be_promised_and_colleagues_what_is_there(
    anonymous_api, store, django_assert_num_queries
):
    level = StockLevelFactory(store=store, on_hand=5, safety_stock=2)
    StockLevelFactory(store=store, variant=VariantFactory(sku="B"), on_hand=0)
    address = f"/availability?skus={level.variant.sku},B&near={PORTLAND}"
    with django_assert_num_queries(1):
        answer = anonymous_api.get_json(address)
    [entry] = answer.json()["items"]
    assert {line["sku"]: line["available"] for line in entry["lines"]} == {level.variant.sku: 3, "B": 0}
    assert "on_hand" not in entry["lines"][0] and entry["pickup_promise_at"] is None
    seen = key_api("stock:read").get_json(address).json()["items"][0]["lines"]
    assert {line["sku"]: line["on_hand"] for line in seen} == {level.variant.sku: 5, "B": 0}
    alone = anonymous_api.get_json(f"/availability?skus={level.variant.sku}").json()["items"][0]
    assert alone["pickup_promise_at"] is not None


def test_only_stores_that_have_it_when_asked(anonymous_api):
    StoreFactory()
    level = StockLevelFactory(on_hand=1)
    answer = anonymous_api.get_json(f"/availability?skus={level.variant.sku}&in_stock=true").json()
    assert [row["id"] for row in answer["items"]] == [str(level.store_id)]
    one = anonymous_api.get_json(f"/availability?skus={level.variant.sku}&store={level.store.code}").json()
    assert len(one["items"]) == 1


@pytest.mark.parametrize(
    ("query", "status", "pointer"),
    [
        ("near=91,0", 400, "/near"),
        ("near=nan,0", 400, "/near"),
        ("near=here", 400, "/near"),
        ("colour=red", 400, "/colour"),
        ("limit=0", 422, "/limit"),
        ("cursor=zzz", 422, "/cursor"),
        ("near=1,2%00", 400, None),
    ],
)
def test_bad_queries_are_named(anonymous_api, query, status, pointer):
    answer = anonymous_api.get_json(f"/stores?{query}")
    assert answer.status_code == status
    assert pointer is None or answer.json()["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("", 400, "required"),
        ("skus=", 400, "blank"),
        ("skus=,", 400, "skus"),
        ("skus=NO-SUCH", 422, "sku_unknown"),
        ("skus=" + ",".join(map(str, range(101))), 400, "skus"),
    ],
)
def test_availability_of_nothing_or_the_unknown_is_refused(anonymous_api, store, query, status, code):
    answer = anonymous_api.get_json(f"/availability?{query}")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (status, code)
