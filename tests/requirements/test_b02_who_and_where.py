"""B2 (the cart's part): channel, store, device and associate stand on every line and in its history."""

import pytest

from tests.carts.world import make_person, make_shop, make_store, make_till


@pytest.mark.django_db
def test_each_change_says_who_and_where():
    shop = make_shop()
    shop.sell("A", 1000)
    person, till = make_person(), make_till(make_store("harbour"))
    added = person.api.add("A").json()
    line = added["lines"][0]["id"]
    changed = till.api.patch(f"/carts/{added['id']}/lines/{line}", {"quantity": 4}).json()["lines"][0]
    assert changed["added"] | {"at": ""} == {
        "channel": "mobile", "store_id": None, "device_id": None, "associate_id": None, "by_name": "", "at": "",
    }  # fmt: skip
    by_maya = {
        "channel": "tablet", "store_id": str(till.store.pk), "device_id": str(till.device.pk),
        "associate_id": str(till.associate.pk), "by_name": "Maya Torres",
    }  # fmt: skip
    assert changed["changed"] | {"at": ""} == by_maya | {"at": ""}
    person.api.delete(f"/cart/lines/{line}")
    history = person.api.get("/cart/history").json()["items"]
    assert [(entry["name"], entry["channel"], entry["associate_id"]) for entry in history] == [
        ("cart.line_removed", "mobile", None),
        ("cart.line_changed", "tablet", str(till.associate.pk)),
        ("cart.line_added", "mobile", None),
        ("cart.opened", "mobile", None),
    ]
    assert {name: history[1][name] for name in by_maya} == by_maya
    assert (history[1]["data"]["quantity_before"], history[1]["data"]["quantity"]) == (1, 4)
    # page by page, the same
    first = person.api.get("/cart/history?limit=3").json()
    rest = person.api.get(f"/cart/history?limit=3&cursor={first['next']}").json()
    assert first["items"] + rest["items"] == history and rest["next"] is None
