"""S19 "complete the purchase on their mobile app": a cart filled on the web is checked out with an app token."""

import pytest
from django.test import Client

from orders.models import Order
from tests.customers.factories import CustomerFactory, UserFactory
from tests.orders.shop import Api, checkout, customer, fill, for_pickup, stocked
from tests.stores.factories import StoreFactory

pytestmark = pytest.mark.django_db


def test_a_cart_from_the_web_is_bought_in_the_app():
    # given a customer with a dress in the cart, put there on the web
    store = StoreFactory()
    dress = stocked(store, price=4900)
    user = UserFactory()
    CustomerFactory(user=user, email=user.email, email_verified=True)
    web = customer(user)
    fill(web, (dress, 1))
    # when the app, by its own token, sees the same cart and checks it out
    session = Client()
    session.force_login(user)
    app = Api({"X-Session-Token": session.session.session_key})
    assert [line["sku"] for line in app.get("cart").json()["lines"]] == [dress.sku]
    for_pickup(app, store)
    answer = checkout(app)
    # then the order is of the app, its line of the web, and the web's cart is gone
    assert answer.status_code == 201, answer.content
    assert (answer.json()["channel"], answer.json()["lines"][0]["added"]["channel"]) == ("mobile", "web")
    assert web.get("cart").status_code == 404
    assert [row["number"] for row in web.get("orders").json()["items"]] == [Order.objects.get().number]
