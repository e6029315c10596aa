"""Wish lists and saved for later."""

import pytest

from tests.carts.world import Api, Shop, guest_api, make_person, make_store, make_till

pytestmark = pytest.mark.django_db


def code_of(answer) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


def test_a_line_is_saved_for_later_and_comes_back(shop: Shop):
    shop.sell("A", 1000)
    person = make_person()
    line = person.api.add("A", 3, note="blue ribbon").json()["lines"][0]["id"]
    # when it is saved for later
    assert person.api.post(f"/cart/lines/{line}/save-for-later").json()["lines"] == []
    lists = person.api.get("/wish-lists").json()["items"]
    assert [(each["kind"], each["name"], each["item_count"]) for each in lists] == [("saved", "Saved for later", 1)]
    saved = person.api.get(f"/wish-lists/{lists[0]['id']}").json()
    assert [
        (item["sku"], item["quantity"], item["note"], item["price"]["amount_minor"]) for item in saved["items"]
    ] == [("A", 3, "blue ribbon", 1000)]
    # then it comes back as it was
    cart = person.api.post(f"/wish-lists/{lists[0]['id']}/items/{saved['items'][0]['id']}/move-to-cart").json()
    assert [(entry["sku"], entry["quantity"], entry["note"]) for entry in cart["lines"]] == [("A", 3, "blue ribbon")]
    assert person.api.get(f"/wish-lists/{lists[0]['id']}").json()["items"] == []
    names = [entry["name"] for entry in person.api.get("/cart/history").json()["items"]]
    assert names == ["cart.line_added", "cart.line_removed", "cart.line_added", "cart.opened"]


def test_several_lists_shared_by_a_token_that_only_reads(shop: Shop):
    shop.sell("A", 1000)
    shop.sell("B", 500)
    person = make_person()
    summer = person.api.post("/wish-lists", {"name": "Summer"}).json()
    winter = person.api.post("/wish-lists", {"name": "Winter"}).json()
    assert (summer["is_default"], winter["is_default"]) == (True, False)
    person.api.post(f"/wish-lists/{winter['id']}/items", {"sku": "B", "quantity": 2})
    line = person.api.add("A").json()["lines"][0]["id"]
    person.api.post(f"/cart/lines/{line}/move-to-wish-list", {"list_id": winter["id"]})
    token = person.api.post(f"/wish-lists/{winter['id']}/share").json()["token"]
    # anyone with the token reads what is on it, not whose it is
    shared = Api().get(f"/shared-lists/{token}").json()
    assert (set(shared), shared["name"], sorted(item["sku"] for item in shared["items"])) == (
        {"name", "items"},
        "Winter",
        ["A", "B"],
    )
    # until it is taken back
    assert person.api.delete(f"/wish-lists/{winter['id']}/share").status_code == 204
    assert code_of(Api().get(f"/shared-lists/{token}")) == (404, "list_missing")
    # versions guard
    stale = person.api.patch(f"/wish-lists/{winter['id']}", {"name": "Cold"}, **{"If-Match": '"1"'})
    assert code_of(stale) == (412, "stale")
    assert person.api.patch(f"/wish-lists/{winter['id']}", {"name": "Cold"}).json()["name"] == "Cold"
    # foreign lists are missing ones
    assert code_of(make_person("eve").api.get(f"/wish-lists/{winter['id']}")) == (404, "list_missing")
    assert person.api.delete(f"/wish-lists/{summer['id']}").status_code == 204


def test_the_associate_uses_a_looked_up_customers_lists_and_a_guest_has_none(shop: Shop):
    shop.sell("A", 1000)
    person, till, guest = make_person(), make_till(make_store("shop")), guest_api()
    made = till.api.post(f"/customers/{person.id}/wish-lists", {"name": "Dresses"}).json()
    till.api.post(f"/customers/{person.id}/wish-lists/{made['id']}/items", {"sku": "A"})
    item = person.api.get(f"/wish-lists/{made['id']}").json()["items"][0]
    assert (item["sku"], item["channel"]) == ("A", "tablet")
    line = guest.add("A").json()["lines"][0]["id"]
    assert code_of(guest.post(f"/cart/lines/{line}/save-for-later")) == (403, "sign_in_needed")
    assert guest.get("/wish-lists").status_code == 403
