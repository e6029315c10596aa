"""P14: taxes by region and category, on top or within; several currencies, one per cart."""

import pytest

from tests.carts.test_details import HOME, amounts, tables  # noqa: F401  fixtures
from tests.carts.world import Api, guest_api, make_shop


@pytest.fixture
def shop(db: None):
    return make_shop()


def test_region_and_category_decide_and_a_cart_has_one_currency(tables):  # noqa: F811
    tables.sell("MUG", 1000)
    tables.sell("TASSE", 900, currency="EUR")
    guest = guest_api()
    guest.add("SHIRT")
    guest.add("MUG")
    # on top in Maine, clothing free of it; within the price in Germany; none elsewhere
    here = guest.put("/cart/fulfilment", {"kind": "ship", "ship_to": HOME}).json()
    assert (amounts(here)["tax"], amounts(here)["tax_included"]) == (88, 0)
    there = guest.put("/cart/fulfilment", {"ship_to": {**HOME, "country": "DE", "region": ""}}).json()
    assert (amounts(there)["tax"], amounts(there)["tax_included"], amounts(there)["total"]) == (0, 878, 5499)
    nowhere = guest.put("/cart/fulfilment", {"ship_to": {**HOME, "country": "NZ", "region": ""}}).json()
    assert (amounts(nowhere)["tax"], amounts(nowhere)["tax_included"]) == (0, 0)
    # what has no price in the cart's currency is refused; a cart of the other currency takes it
    refused = guest.add("TASSE")
    assert (refused.status_code, refused.json()["code"]) == (422, "currency_mismatch")
    euros = Api().post("/cart", {"currency": "EUR"}).json()
    cart = Api(**{"X-Cart-Token": euros["token"]}).add("TASSE").json()
    assert cart["totals"]["total"] == {"amount_minor": 900, "currency": "EUR"}
