"""What happens to an order afterwards: steps, cancellations, edits, returns, deadlines."""

from datetime import timedelta

import pytest

from omnichannel.events.models import Event
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from orders.models import Fulfilment, Order, OrderLine, Refund
from orders.services.expiring import expire_pickups, expire_unpaid
from stores.models import StockLevel
from tests.orders.shop import (
    ADDRESS,
    checkout,
    fill,
    for_pickup,
    for_shipping,
    guest,
    level,
    stocked,
    system,
    till,
    walk_in,
)

pytestmark = pytest.mark.django_db


def names(order_id):
    return list(Event.objects.filter(subject_id=order_id).order_by("id").values_list("name", flat=True))


@pytest.fixture
def desk(store):
    return till(store)


def sold(store, desk, *lines, payments=({"provider": "cash"},)):
    """An order carried out of the store."""
    path = walk_in(desk, *lines)
    answer = checkout(desk, *payments, path=f"{path}/checkout")
    assert answer.status_code == 201, answer.content
    return answer.json()


def paid_pickup(store, desk, *lines):
    """An order for pickup, paid in cash at the desk."""
    path = walk_in(desk, *lines, kind="pickup", store=store)
    answer = checkout(desk, {"provider": "cash"}, path=f"{path}/checkout")
    assert answer.status_code == 201, answer.content
    return answer.json()


class TestPickup:
    def test_it_is_accepted_picked_made_ready_and_collected_with_a_one_time_code(self, store):
        # given a guest's pickup, paid at the desk
        dress = stocked(store, price=4900)
        api, desk = guest(), till(store)
        fill(api, (dress, 1))
        for_pickup(api, store)
        order = checkout(api).json()
        part = order["fulfilments"][0]["id"]
        # then nothing is picked before it is paid
        early = desk.post(f"fulfilments/{part}/accept")
        assert (early.status_code, early.json()["code"]) == (409, "order_unpaid")
        assert desk.post(f"orders/{order['id']}/payments", {"provider": "cash"}).json()["status"] == "confirmed"
        # when it goes its way
        for step in ("accept", "pick"):
            assert desk.post(f"fulfilments/{part}/{step}").status_code == 200
        ready = desk.post(f"fulfilments/{part}/ready", {"place": "Shelf 2"})
        assert ready.status_code == 200
        # then only the buyer sees the code
        assert ready.json()["pickup_code"] is None
        code = api.get(f"orders/{order['id']}").json()["fulfilments"][0]["pickup_code"]
        assert len(code) == 6 and code not in Fulfilment.objects.get(pk=part).pickup_code_encrypted
        wrong = desk.post(f"fulfilments/{part}/collect", {"code": "000000"})
        assert (wrong.status_code, wrong.json()["code"]) == (422, "pickup_code_wrong")
        done = desk.post(f"fulfilments/{part}/collect", {"code": f"{code[:3]}-{code[3:].lower()}"})
        assert done.status_code == 200, done.content
        assert [step["to"] for step in done.json()["history"]] == [
            "placed",
            "accepted",
            "picking",
            "ready",
            "collected",
        ]
        assert level(store, dress) == (9, 0)
        after = api.get(f"orders/{order['id']}").json()
        assert (after["status"], after["fulfilments"][0]["pickup_code"]) == ("completed", None)
        assert "fulfilment.collected" in names(order["id"]) and "order.completed" in names(order["id"])
        # and the code works once
        assert desk.post(f"fulfilments/{part}/collect", {"code": code}).status_code == 409

    def test_guessing_codes_is_stopped(self, store, desk):
        order = paid_pickup(store, desk, (stocked(store), 1))
        part = order["fulfilments"][0]["id"]
        for step in ("accept", "ready"):
            desk.post(f"fulfilments/{part}/{step}")
        answers = [desk.post(f"fulfilments/{part}/collect", {"code": "000000"}).status_code for _ in range(6)]
        assert answers == [422] * 5 + [429]

    def test_another_stores_people_do_not_see_it(self, store, desk):
        from tests.stores.factories import StoreFactory

        order = paid_pickup(store, desk, (stocked(store), 1))
        stranger = till(StoreFactory())
        part = order["fulfilments"][0]["id"]
        assert stranger.post(f"fulfilments/{part}/accept").status_code == 404
        assert stranger.get("fulfilments").json()["items"] == []
        assert [row["id"] for row in desk.get("fulfilments?status=placed,ready&kind=pickup").json()["items"]] == [part]

    def test_a_stale_version_is_refused(self, store, desk):
        order = paid_pickup(store, desk, (stocked(store), 1))
        part = order["fulfilments"][0]["id"]
        first = desk.post(f"fulfilments/{part}/accept", **{"If-Match": '"1"'})
        assert (first.status_code, first["ETag"]) == (200, '"2"')
        assert desk.post(f"fulfilments/{part}/pick", **{"If-Match": '"1"'}).status_code == 412

    def test_one_nobody_fetches_expires_and_its_money_goes_back(self, store, desk):
        dress = stocked(store, price=4900)
        order = paid_pickup(store, desk, (dress, 1))
        part = order["fulfilments"][0]["id"]
        for step in ("accept", "ready"):
            desk.post(f"fulfilments/{part}/{step}")
        Fulfilment.objects.update(collect_until=now() - timedelta(minutes=1))
        assert expire_pickups(by=SYSTEM, at=now()) == 1
        assert expire_pickups(by=SYSTEM, at=now()) == 0
        after = desk.get(f"orders/{order['id']}").json()
        assert (after["status"], after["fulfilments"][0]["status"], after["totals"]["refunded"]["amount_minor"]) == (
            "cancelled",
            "expired",
            4900,
        )
        assert level(store, dress) == (10, 0)

    def test_a_store_that_cannot_do_it_rejects(self, store, desk):
        dress = stocked(store)
        order = paid_pickup(store, desk, (dress, 1))
        answer = desk.post(f"fulfilments/{order['fulfilments'][0]['id']}/reject", {"reason": "Torn"})
        assert (answer.status_code, answer.json()["status"]) == (200, "rejected")
        assert level(store, dress) == (10, 0)
        assert {"fulfilment.rejected", "order.cancelled", "refund.done"} <= set(names(order["id"]))


class TestParcel:
    def test_it_ships_with_tracking_and_is_delivered(self, store, desk):
        hat = stocked(store, price=2000)
        api = guest()
        fill(api, (hat, 2))
        for_shipping(api)
        order = checkout(api).json()
        desk.post(f"orders/{order['id']}/payments", {"provider": "terminal"})
        part = order["fulfilments"][0]["id"]
        shipped = desk.post(f"fulfilments/{part}/ship", {"carrier": "UPS", "tracking_number": "1Z9"})
        assert (shipped.status_code, shipped.json()["status"], shipped.json()["tracking_number"]) == (
            200,
            "shipped",
            "1Z9",
        )
        assert level(store, hat) == (8, 0)
        assert desk.post(f"fulfilments/{part}/deliver").json()["status"] == "delivered"
        # and nothing that left can be cancelled
        late = api.post(f"orders/{order['id']}/cancel")
        assert (late.status_code, late.json()["code"]) == (409, "not_cancellable")


class TestCancel:
    def test_a_part_gives_back_its_share_and_its_units(self, store, desk):
        # given three of a dress at 10.00 in all
        dress = stocked(store, price=333)
        order = paid_pickup(store, desk, (dress, 3))
        line = order["lines"][0]["id"]
        # when one is cancelled, seen first
        body = {"lines": [{"line_id": line, "quantity": 1}], "reason": "One too many"}
        preview = desk.post(f"orders/{order['id']}/cancel", body | {"preview": True}).json()
        after = desk.post(f"orders/{order['id']}/cancel", body).json()
        # then what was shown is what is given back
        assert preview["refund"]["amount_minor"] == 333 == after["totals"]["refunded"]["amount_minor"]
        assert (after["status"], after["lines"][0]["cancelled_quantity"]) == ("confirmed", 1)
        assert (
            after["totals"]["total"]["amount_minor"] == 999 and after["totals"]["current_total"]["amount_minor"] == 666
        )
        assert level(store, dress) == (10, 2)
        # and more than is left cannot be
        more = desk.post(f"orders/{order['id']}/cancel", {"lines": [{"line_id": line, "quantity": 3}]})
        assert (more.status_code, more.json()["code"]) == (409, "not_cancellable")

    def test_all_of_it_in_reverse_of_tender(self, store, desk):
        dress = stocked(store, price=5000)
        path = walk_in(desk, (dress, 1), kind="pickup", store=store)
        order = checkout(
            desk, {"provider": "cash", "amount_minor": 2000}, {"provider": "terminal"}, path=f"{path}/checkout"
        ).json()
        after = desk.post(f"orders/{order['id']}/cancel").json()
        providers = {payment["id"]: payment["provider"] for payment in after["payments"]}
        assert [(providers[r["payment_id"]], r["amount"]["amount_minor"]) for r in after["refunds"]] == [
            ("terminal", 3000),
            ("cash", 2000),
        ]
        assert (after["status"], after["payment_status"]) == ("cancelled", "refunded")
        assert names(order["id"]).count("refund.done") == 2
        # and twice is refused
        assert desk.post(f"orders/{order['id']}/cancel").status_code == 409

    def test_a_foreign_order_is_a_missing_one(self, store, desk):
        order = paid_pickup(store, desk, (stocked(store), 1))
        foreign, missing = (
            guest().get(f"orders/{order['id']}"),
            guest().get("orders/0190aaaa-0000-7000-8000-000000000000"),
        )
        assert (foreign.status_code, foreign.content) == (404, missing.content)
        assert guest().post(f"orders/{order['id']}/cancel").status_code == 404


class TestReturn:
    def test_units_one_by_one_sum_to_what_was_paid(self, store, desk):
        shirt = stocked(store, price=1999)
        order = sold(store, desk, (shirt, 3))
        line = order["lines"][0]["id"]
        for _ in range(3):
            given = [{"line_id": line, "quantity": 1, "reason": "does_not_fit", "condition": "as_new"}]
            preview = desk.post(f"orders/{order['id']}/returns/preview", {"lines": given}).json()
            answer = desk.post(f"orders/{order['id']}/returns", {"lines": given, "expected_refund": preview["refund"]})
            assert answer.status_code == 201, answer.content
        after = answer.json()
        assert sum(row["refund"]["amount_minor"] for row in after["returns"]) == 5997
        assert (after["payment_status"], after["totals"]["refunded"]["amount_minor"]) == ("refunded", 5997)
        assert level(store, shirt) == (10, 0)
        assert names(order["id"]).count("return.recorded") == 3 == names(order["id"]).count("refund.done")
        # and a fourth is none
        again = desk.post(f"orders/{order['id']}/returns", {"lines": [{"line_id": line, "quantity": 1}]})
        assert (again.status_code, again.json()["code"]) == (409, "not_returnable")

    @pytest.mark.parametrize(
        ("condition", "shelf", "damaged"), [("as_new", 10, 0), ("damaged", 9, 1), ("write_off", 9, 0)]
    )
    def test_its_condition_says_where_it_goes(self, store, desk, condition, shelf, damaged):
        shirt = stocked(store)
        order = sold(store, desk, (shirt, 1))
        body = {"lines": [{"line_id": order["lines"][0]["id"], "quantity": 1, "condition": condition}]}
        assert desk.post(f"orders/{order['id']}/returns", body).status_code == 201
        row = StockLevel.objects.get(store=store, variant=shirt)
        assert (row.on_hand, row.damaged) == (shelf, damaged)

    def test_another_sum_than_shown_is_refused(self, store, desk):
        order = sold(store, desk, (stocked(store, price=1000), 1))
        body = {
            "lines": [{"line_id": order["lines"][0]["id"], "quantity": 1}],
            "expected_refund": {"amount_minor": 999, "currency": "USD"},
        }
        answer = desk.post(f"orders/{order['id']}/returns", body)
        assert (answer.status_code, answer.json()["code"]) == (422, "refund_changed")
        assert not Refund.objects.exists()

    def test_what_was_not_handed_over_cannot_come_back(self, store, desk):
        order = paid_pickup(store, desk, (stocked(store), 1))
        body = {"lines": [{"line_id": order["lines"][0]["id"], "quantity": 1}]}
        assert desk.post(f"orders/{order['id']}/returns", body).status_code == 409


class TestEdit:
    def test_units_more_cost_the_lines_price_and_wait_for_money(self, store, desk):
        dress = stocked(store, price=4900)
        order = paid_pickup(store, desk, (dress, 1))
        edit = {"kind": "quantity_up", "line_id": order["lines"][0]["id"], "units": 2, "reason": "For her sisters"}
        preview = desk.post(f"orders/{order['id']}/edits/preview", edit).json()
        answer = desk.post(f"orders/{order['id']}/edits", edit)
        assert answer.status_code == 201, answer.content
        after = answer.json()
        assert preview["money_delta"]["amount_minor"] == 9800 == after["totals"]["open"]["amount_minor"]
        # the snapshot stands; the change and its line stand beside it
        assert (after["totals"]["total"]["amount_minor"], after["lines"][0]["quantity"]) == (4900, 1)
        assert [(c["kind"], c["money_delta"]["amount_minor"]) for c in after["changes"]] == [("quantity_up", 9800)]
        assert level(store, dress) == (10, 3)
        # nothing leaves before it is paid
        assert desk.post(f"fulfilments/{after['fulfilments'][1]['id']}/accept").status_code == 409
        desk.post(f"orders/{order['id']}/payments", {"provider": "cash"})
        assert desk.post(f"fulfilments/{after['fulfilments'][1]['id']}/accept").status_code == 200

    def test_units_less_give_back_what_the_preview_said(self, store, desk):
        dress = stocked(store, price=4900)
        order = paid_pickup(store, desk, (dress, 3))
        edit = {"kind": "quantity_down", "line_id": order["lines"][0]["id"], "units": 2}
        preview = desk.post(f"orders/{order['id']}/edits/preview", edit).json()
        after = desk.post(f"orders/{order['id']}/edits", edit).json()
        assert preview["refund"]["amount_minor"] == 9800 == after["totals"]["refunded"]["amount_minor"]
        assert level(store, dress) == (10, 1)

    def test_an_address_changes_beside_the_snapshot(self, store):
        hat = stocked(store)
        api = guest()
        fill(api, (hat, 1))
        for_shipping(api)
        order = checkout(api).json()
        moved = ADDRESS | {"line1": "2 Pier Street"}
        after = api.post(f"orders/{order['id']}/edits", {"kind": "address", "ship_to": moved}).json()
        assert after["fulfilments"][0]["ship_to"]["line1"] == "2 Pier Street"
        assert after["ship_to"]["line1"] == ADDRESS["line1"]
        missing = api.post(f"orders/{order['id']}/edits", {"kind": "address"})
        assert (missing.status_code, missing.json()["errors"][0]["pointer"]) == (400, "/ship_to")


class TestUnpaid:
    def test_one_that_nobody_pays_gives_its_stock_back(self, store):
        dress = stocked(store)
        api = guest()
        fill(api, (dress, 2))
        for_pickup(api, store)
        order = checkout(api).json()
        assert expire_unpaid(by=SYSTEM, at=now()) == 0
        assert expire_unpaid(by=SYSTEM, at=now() + timedelta(hours=1)) == 1
        after = api.get(f"orders/{order['id']}").json()
        assert (after["status"], level(store, dress)) == ("cancelled", (10, 0))
        assert api.post(f"orders/{order['id']}/payments", {"provider": "sandbox"}).status_code in (409, 422)


class TestRecorded:
    def sale(self, store, shirt, **more):
        return {
            "source": "marketplace",
            "external_id": "A-1",
            "placed_at": (now() - timedelta(days=3)).isoformat(),
            "store_id": str(store.id),
            "lines": [{"sku": shirt.sku, "quantity": 2, "unit_price_minor": 1999}],
            "total": {"amount_minor": 3998, "currency": "USD"},
            **more,
        }

    def test_it_is_taken_in_once_and_its_difference_is_a_row(self, store):
        shirt = stocked(store)
        api = system("orders:write", "orders:read")
        body = self.sale(store, shirt, total={"amount_minor": 3900, "currency": "USD"})
        first = api.post("orders/record", body, **{"X-Channel": "marketplace"})
        second = api.post("orders/record", body, **{"X-Channel": "marketplace"})
        assert (first.status_code, second.status_code) == (201, 200), first.content
        assert (first.json()["order_id"], second.json()["is_new"]) == (second.json()["order_id"], False)
        order = api.get(f"orders/{first.json()['order_id']}").json()
        assert [(a["kind"], a["amount"]["amount_minor"]) for a in order["adjustments"]] == [("price_difference", -98)]
        assert (order["channel"], order["status"], order["totals"]["paid"]["amount_minor"]) == (
            "marketplace",
            "completed",
            3900,
        )
        assert level(store, shirt) == (8, 0)
        assert names(order["id"]) == ["order.placed", "order.confirmed"]

    def test_it_never_fails_for_stock_and_opens_a_discrepancy(self, store):
        shirt = stocked(store, on_hand=1)
        api = system("orders:write")
        answer = api.post("orders/record", self.sale(store, shirt))
        assert (answer.status_code, answer.json()["missing"]) == (201, {str(shirt.id): 1})
        order = Order.objects.get()
        assert (order.discrepancies.get().missing, level(store, shirt)) == (1, (0, 0))
        assert "stock_discrepancy.opened" in names(order.id)

    def test_returned_whole_it_gives_back_what_was_truly_paid(self, store, desk):
        shirt = stocked(store)
        api = system("orders:write")
        done = api.post(
            "orders/record", self.sale(store, shirt, total={"amount_minor": 3901, "currency": "USD"})
        ).json()
        line = OrderLine.objects.get()
        refunds = []
        for _ in range(2):
            answer = desk.post(
                f"orders/{done['order_id']}/returns", {"lines": [{"line_id": str(line.id), "quantity": 1}]}
            )
            refunds.append(answer.json()["returns"][-1]["refund"]["amount_minor"])
        assert refunds == [1951, 1950]

    @pytest.mark.parametrize(
        "broken", [{"source": "cart"}, {"lines": []}, {"total": {"amount_minor": -1, "currency": "USD"}}, {"extra": 1}]
    )
    def test_nonsense_is_refused(self, store, broken):
        shirt = stocked(store)
        answer = system("orders:write").post("orders/record", self.sale(store, shirt, **broken))
        assert answer.status_code == 400
        assert not Order.objects.exists()
