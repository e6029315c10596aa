"""S21: a link in an ad opens the product page and restores the cart."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.carts.world import Api, make_person, make_shop


@pytest.mark.django_db
def test_an_ad_link_names_the_product_and_restores_the_cart():
    # given a customer's cart with a jacket, and a link made for an ad by the marketing system's key
    shop = make_shop()
    shop.sell("JACKET-10", 12900)
    person = make_person()
    cart = person.api.add("JACKET-10").json()["id"]
    made = person.api.post(f"/carts/{cart}/links", {"product": "p-jacket-10", "days": 3})
    query = parse_qs(urlsplit(made.json()["url"]).query)
    assert query["product"] == ["p-jacket-10"]
    # when it is followed on a phone where nobody is signed in
    restored = Api(**{"X-Client": "app"}).post("/cart-links/restore", {"token": query["cart"][0]}).json()
    # then the cart is there, and goes on where it was left
    assert [line["sku"] for line in restored["lines"]] == ["JACKET-10"]
    phone = Api(**{"X-Cart-Token": restored["token"], "X-Client": "app"})
    assert phone.add("JACKET-10").json()["lines"][0]["changed"]["channel"] == "mobile"
    assert person.api.get("/cart").json()["item_count"] == 2
    # and the history tells how
    names = [entry["name"] for entry in person.api.get("/cart/history").json()["items"]]
    assert names == ["cart.line_added", "cart.restored", "cart.link_made", "cart.line_added", "cart.opened"]
