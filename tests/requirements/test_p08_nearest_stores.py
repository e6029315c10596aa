"""P8: nearest stores with stock, opening hours, pickup promise time: one statement, any number of stores."""

from datetime import datetime, timedelta

import pytest

from omnichannel.kernel.clock import now
from tests.catalog.factories import VariantFactory
from tests.stores.factories import StockLevelFactory, StoreFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("stores", [1, 40])
def test_nearest_stores_with_stock_in_one_statement(anonymous_api, stores, django_assert_num_queries):
    # given stores further and further north, every second with stock
    variant = VariantFactory(sku="TEE")
    for step in range(stores):
        store = StoreFactory(name=f"Store {step}", latitude=43.0 + step / 10, longitude=-70.0)
        StockLevelFactory(store=store, variant=variant, on_hand=1 - step % 2)
    # when someone just south of the first asks
    with django_assert_num_queries(1):
        answer = anonymous_api.get_json("/availability?skus=TEE&near=42.99,-70.0&in_stock=true&limit=100")
    # then those with stock come nearest first, with distance, hours and a promise an hour from now
    found = answer.json()["items"]
    assert [row["name"] for row in found] == [f"Store {step}" for step in range(0, stores, 2)]
    assert found[0]["distance_km"] == pytest.approx(1.11, abs=0.01)
    assert [row["distance_km"] for row in found] == sorted(row["distance_km"] for row in found)
    assert found[0]["is_open"] is True and found[0]["opening_hours"]["1"] == [["00:00", "24:00"]]
    promise = datetime.fromisoformat(found[0]["pickup_promise_at"]) - now()
    assert timedelta(minutes=59) < promise <= timedelta(minutes=60)


def test_a_closed_store_promises_its_next_opening_plus_the_lead(anonymous_api):
    # given a shop that opens for one hour, two days from now, and needs half an hour
    opens = (now() + timedelta(days=2)).replace(hour=10, minute=0, second=0, microsecond=0)
    store = StoreFactory(
        time_zone="UTC", opening_hours={opens.date().isoformat(): [["10:00", "11:00"]]}, pickup_lead_minutes=30
    )
    level = StockLevelFactory(store=store, on_hand=1)
    [found] = anonymous_api.get_json(f"/availability?skus={level.variant.sku}").json()["items"]
    assert found["is_open"] is False
    assert datetime.fromisoformat(found["opens_at"]) == opens
    assert datetime.fromisoformat(found["pickup_promise_at"]) == opens + timedelta(minutes=30)
