"""What carts hold of a person: exported, erased, moved with a merge of customers and given back."""

import pytest

from carts.models import Cart, WishList
from carts.personal_data import CartRecords
from omnichannel.kernel.clock import now
from omnichannel.kernel.ids import uuid7
from tests.carts.world import Shop, make_person

pytestmark = pytest.mark.django_db


def quantities(person) -> dict[str, int]:
    return {line["sku"]: line["quantity"] for line in person.api.get("/cart").json().get("lines", [])}


def test_two_customers_carts_become_one_and_two_again(shop: Shop):
    for sku in ("A", "B"):
        shop.sell(sku, 1000)
    ada, twin = make_person("ada"), make_person("ada")
    ada.api.add("A", 2)
    twin.api.add("A", 1)
    twin.api.add("B", 4)
    for person in (ada, twin):
        line = person.api.add("B").json()["lines"][-1]["id"]
        person.api.patch(f"/cart/lines/{line}", {"note": "x"})
        made = person.api.post("/wish-lists", {"name": "Mine"}).json()
        person.api.post(f"/wish-lists/{made['id']}/items", {"sku": "A"})
    before = quantities(ada), quantities(twin)
    records, merge = CartRecords(), uuid7()
    # when the twin goes into the other
    report = records.move(from_id=twin.id, to_id=ada.id, merge_id=merge)
    assert report.moved == {"carts": 1, "wish_lists": 1}
    assert quantities(ada) == {"A": 3, "B": 6}
    assert [each["is_default"] for each in ada.api.get("/wish-lists").json()["items"]].count(True) == 1
    # and out again
    records.restore(merge_id=merge)
    assert (quantities(ada), quantities(twin)) == before
    assert [each["is_default"] for each in twin.api.get("/wish-lists").json()["items"]] == [True]


def test_export_names_everything_and_erasure_leaves_only_what_orders_stand_on(shop: Shop):
    shop.sell("A", 1000)
    person = make_person()
    first = person.api.add("A").json()["id"]
    person.api.put("/cart/contact", {"email": "suzie@example.com"})
    Cart.objects.filter(pk=first).update(status="placed")
    person.api.add("A")
    line = person.api.add("A").json()["lines"][0]["id"]
    person.api.post(f"/cart/lines/{line}/save-for-later")
    records = CartRecords()
    exported = records.export(customer_id=person.id)
    assert len(exported["carts"]) == 2 and exported["wish_lists"][0]["items"][0]["sku"] == "A"
    # twice, as a repeated request would
    records.erase(customer_id=person.id, at=now())
    records.erase(customer_id=person.id, at=now())
    kept = Cart.objects.get()
    assert (str(kept.pk), kept.email, kept.document) == (first, "", "{}")
    assert not WishList.objects.exists()
