"""P12 payments: split tender, refund in reverse of tender."""

import pytest

from tests.orders.shop import checkout, stocked, till, walk_in
from tests.stores.factories import StoreFactory

pytestmark = pytest.mark.django_db


def test_cash_then_card_is_given_back_card_first():
    # given 50.00 paid with 30.00 in cash and 20.00 by card
    store = StoreFactory()
    shirt = stocked(store, price=2500)
    desk = till(store)
    path = walk_in(desk, (shirt, 2))
    order = checkout(
        desk, {"provider": "cash", "amount_minor": 3000}, {"provider": "terminal"}, path=f"{path}/checkout"
    ).json()
    line = order["lines"][0]["id"]
    # when the shirts come back one by one
    told = []
    for _ in range(2):
        body = {"lines": [{"line_id": line, "quantity": 1}]}
        preview = desk.post(f"orders/{order['id']}/returns/preview", body).json()
        told.append([row["amount"]["amount_minor"] for row in preview["refunds"]])
        after = desk.post(f"orders/{order['id']}/returns", body).json()
    # then the card gets its 20.00 first, cash the rest, as each preview said
    assert told == [[2000, 500], [2500]]
    assert {p["provider"]: p["refunded"]["amount_minor"] for p in after["payments"]} == {"cash": 3000, "terminal": 2000}
    assert after["payment_status"] == "refunded"
