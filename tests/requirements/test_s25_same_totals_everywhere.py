"""S25 (rules): one promotion gives identical totals on web, app and till, to the cent."""

import pytest

from tests.carts.test_details import offers, tables  # noqa: F401  fixtures
from tests.carts.world import make_person, make_shop, make_store, make_till


@pytest.fixture
def shop(db: None):
    return make_shop()


def test_the_same_cart_costs_the_same_on_every_channel(tables, offers):  # noqa: F811
    # given the same things, picked up in the same store, with the same code, on three channels
    store = make_store("harbour")
    tables.sell("MUG", 1333)
    documents = []
    web, app, till = make_person("web"), make_person("app"), make_till(store)
    for api, path in (
        (web.api, "/cart"),
        (app.api, "/cart"),
        (till.api, f"/carts/{till.api.post('/carts').json()['id']}"),
    ):
        api.add("SHIRT", 3, path=path)
        api.add("MUG", 2, path=path)
        api.put(f"{path}/fulfilment", {"kind": "pickup", "store_id": str(store.pk)})
        for code in ("TEN", "TWO"):
            api.post(f"{path}/codes", {"code": code})
        documents.append(api.get(path).json())
    # then totals and each line's share are the same
    totals = [document["totals"] for document in documents]
    assert totals[0]["total"]["amount_minor"] == 5997 - 600 + 2666 - 200 + 143
    assert totals[1] == totals[0] and totals[2] == totals[0]
    shares = [[line["line_total"]["amount_minor"] for line in document["lines"]] for document in documents]
    assert shares[1] == shares[0] and shares[2] == shares[0]
