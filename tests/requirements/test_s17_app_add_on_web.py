"""S17: what is added in the app is in the web's cart within a second."""

import time

import pytest

from tests.carts.test_live import Process
from tests.carts.world import Api, make_person, make_shop

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_add_in_the_app_is_heard_and_read_on_the_web_within_a_second(transactional_db: None):
    # given one customer, signed in by the app and on the web, and the web watching the cart
    shop = make_shop()
    shop.sell("DRESS-10", 4999)
    person = make_person()
    cookie = {"Cookie": f"sessionid={person.api.headers['X-Session-Token']}"}
    process = Process()
    try:
        web = process.watch(Api(**cookie))
        assert web.next_version() == 0
        began = time.monotonic()
        # when the app adds a dress
        added = person.api.add("DRESS-10")
        # then the web hears of it and shows the same bytes
        assert web.next_version() == added.json()["version"]
        browser = Api()
        browser.client.cookies["sessionid"] = person.api.headers["X-Session-Token"]
        shown = browser.get("/cart")
        assert time.monotonic() - began < 1
        assert shown.content == added.content
        assert shown.json()["lines"][0]["added"]["channel"] == "mobile"
    finally:
        process.stop()
