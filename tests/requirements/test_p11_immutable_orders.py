"""P11: what was bought stays as it was written down; every change is a record, and its preview is what is then charged."""

from uuid import UUID

import pytest

from catalog.models import Product
from orders.queries.links import order_status_token
from stores.models import Store
from tests.requirements.world import World, add, check_out, guest_of, minor, said
from tests.stores.fixtures import key_api

pytestmark = pytest.mark.django_db

BOUGHT = (
    "sku",
    "name",
    "options",
    "quantity",
    "unit_price",
    "discount",
    "tax",
    "total",
    "added",
    "personalisation",
    "note",
)


@pytest.fixture
def order(world: World):
    world.sell("DRESS-10", 4999)
    guest = guest_of()
    add(guest, "DRESS-10", 3, personalisation={"initials": "SL"}, note="Soon")
    said(guest.put_json("/cart/fulfilment", {"kind": "pickup", "store_id": str(world.harbour.pk)}))
    placed = check_out(guest, email="suzie@example.com")
    return said(world.till.post_json(f"/orders/{placed['id']}/payments", {"provider": "terminal"}), 201)


def snapshot(order):
    """What stood there first: units added later are lines of their own."""
    return [{name: line[name] for name in BOUGHT} for line in order["lines"][:1]] + [
        order["totals"]["total"],
        order["ship_to"],
        order["placed_at"],
    ]


def test_the_catalogue_moves_on_and_the_order_stands(world: World, order):
    before = snapshot(order)
    erp = key_api("catalog:write", "catalog:read")
    dress = world.variants["DRESS-10"]
    said(erp.put_json(f"/variants/{dress.pk}/prices", {"prices": [{"currency": "USD", "amount_minor": 9999}]}))
    said(erp.patch_json(f"/products/{dress.product.slug}", {"name": "Renamed", "status": "archived"}))
    said(erp.patch_json(f"/variants/{dress.pk}", {"name": "Blue"}))
    assert Product.objects.get().status == "archived" and Store.objects.count() == 3
    assert snapshot(said(world.till.get_json(f"/orders/{order['id']}"))) == before


def test_edits_cancellations_and_returns_are_records_and_cost_what_was_shown(world: World, order):
    before, path, line = snapshot(order), f"/orders/{order['id']}", order["lines"][0]["id"]
    # a unit more: shown, then recorded, then paid
    more = {"kind": "quantity_up", "line_id": line, "units": 1}
    shown = said(world.till.post_json(f"{path}/edits/preview", more))
    after = said(world.till.post_json(f"{path}/edits", more), 201)
    assert (
        shown["money_delta"]["amount_minor"]
        == 4999
        == shown["open"]["amount_minor"]
        == after["totals"]["open"]["amount_minor"]
    )
    after = said(world.till.post_json(f"{path}/payments", {"provider": "cash"}), 201)
    assert minor(after["totals"], "current_total", "paid", "open") == {"current_total": 19996, "paid": 19996, "open": 0}
    # a unit cancelled: the preview changes nothing, the cancellation gives back what it said
    one = {"lines": [{"line_id": line, "quantity": 1}]}
    shown = said(world.till.post_json(f"{path}/cancel", {**one, "preview": True}))
    assert said(world.till.get_json(path))["version"] == after["version"]
    after = said(world.till.post_json(f"{path}/cancel", one))
    assert shown["refund"]["amount_minor"] == 4999 == after["totals"]["refunded"]["amount_minor"]
    # handed over, and one brought back
    part = after["fulfilments"][0]["id"]
    for step in ("accept", "ready"):
        said(world.till.post_json(f"/fulfilments/{part}/{step}"))
    told = said(world.web.get_json(f"/orders/status/{order_status_token(UUID(order['id']))}"))
    said(world.till.post_json(f"/fulfilments/{part}/collect", {"code": told["fulfilments"][0]["pickup_code"]}))
    shown = said(world.till.post_json(f"{path}/returns/preview", one))
    after = said(world.till.post_json(f"{path}/returns", {**one, "expected_refund": shown["refund"]}), 201)
    assert after["totals"]["refunded"]["amount_minor"] == 4999 + shown["refund"]["amount_minor"]
    # then every change stands beside the order as it was bought
    assert [change["kind"] for change in after["changes"]][:2] == ["quantity_up", "cancel"]
    assert len(after["returns"]) == 1 and snapshot(after) == before
