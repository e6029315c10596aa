"""P4 (the cart's part): several codes on one cart, each with its verdict, the same on every channel."""

import pytest

from tests.carts.test_details import offers, tables  # noqa: F401  fixtures
from tests.carts.world import make_person, make_shop, make_store, make_till


@pytest.fixture
def shop(db: None):
    return make_shop()


def test_codes_stack_in_fixed_order_and_say_why_not(tables, offers):  # noqa: F811
    person, till = make_person(), make_till(make_store("harbour"))
    cart = person.api.add("SHIRT", 2).json()["id"]
    for code in ("two", "TEN", "old"):
        person.api.post("/cart/codes", {"code": code})
    shown = till.api.get(f"/carts/{cart}").json()
    assert [(code["code"], code["applied"], code["reason"]) for code in shown["codes"]] == [
        ("TWO", True, ""),
        ("TEN", True, ""),
        ("OLD", False, "It ended."),
    ]
    assert shown["totals"]["total"]["amount_minor"] == 3998 - 400 - 200
    unknown = person.api.post("/cart/codes", {"code": "XYZZY"})
    assert (unknown.status_code, unknown.json()["code"], unknown.json()["errors"][0]["pointer"]) == (
        422,
        "code_unknown",
        "/code",
    )
