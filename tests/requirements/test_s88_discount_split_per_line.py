"""S88 "and a swimsuit using the discount code", the order's part: a discount is split per line, to the cent."""

from uuid import UUID

import pytest

from carts.ports import Adjustment, CartSnapshot, discount_providers
from orders.models import OrderAdjustment
from tests.orders.shop import checkout, stocked, till, walk_in
from tests.stores.factories import StoreFactory

pytestmark = pytest.mark.django_db


class TenOff:
    """A promotion as an extension brings one: 10.00 off the whole cart."""

    def __init__(self) -> None:
        self.claimed: list[UUID] = []

    def quote(self, snapshot: CartSnapshot) -> list[Adjustment]:
        return [Adjustment(kind="discount", amount_minor=-1000, label="Ten off", code="SUMMER", source="tests")]

    def claim(self, *, snapshot, adjustments, order_id, at) -> None:
        self.claimed.append(order_id)

    def release(self, *, order_id, at) -> None:
        self.claimed.remove(order_id)


@pytest.fixture
def ten_off():
    provider = TenOff()
    discount_providers.register("tests", provider)
    yield provider
    discount_providers._providers.pop("tests")


def test_a_code_on_jacket_and_swimsuit_is_split_over_both_and_returns_follow_it(ten_off):
    # given a jacket at 70.00 and a swimsuit at 29.99, with 10.00 off
    store = StoreFactory()
    jacket, swimsuit = stocked(store, price=7000), stocked(store, price=2999)
    desk = till(store)
    order = checkout(desk, {"provider": "cash"}, path=f"{walk_in(desk, (jacket, 1), (swimsuit, 1))}/checkout").json()
    # then each line carries its share, in words, and the shares are the discount
    shares = {line["sku"]: line["discount"]["amount_minor"] for line in order["lines"]}
    assert shares == {jacket.sku: -700, swimsuit.sku: -300}
    assert set(OrderAdjustment.objects.values_list("label", "code", "line__sku")) == {
        ("Ten off", "SUMMER", jacket.sku),
        ("Ten off", "SUMMER", swimsuit.sku),
    }
    assert order["totals"]["total"]["amount_minor"] == 8999 and [str(key) for key in ten_off.claimed] == [order["id"]]
    # and giving the swimsuit back gives what was paid for it
    line = next(line for line in order["lines"] if line["sku"] == swimsuit.sku)
    preview = desk.post(f"orders/{order['id']}/returns/preview", {"lines": [{"line_id": line["id"], "quantity": 1}]}).json()
    assert preview["refund"]["amount_minor"] == 2699
