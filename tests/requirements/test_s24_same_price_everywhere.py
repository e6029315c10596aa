"""S24: the same SKU has the same price on every channel, at every moment: while a sale is planned, on, and over."""

from datetime import timedelta

import pytest

from catalog.models import Price, ProductDocument
from omnichannel.integrations.models import ApiKey
from omnichannel.kernel.clock import now
from omnichannel.kernel.ids import token_hash
from tests.carts.world import guest_api, make_person, make_store, make_till
from tests.catalog.factories import TaxCategoryFactory

pytestmark = pytest.mark.django_db

DRESS = {
    "name": "Dune dress",
    "status": "active",
    "variants": [{"sku": "DUNE-10", "barcode": "4006381333931", "prices": [{"currency": "USD", "amount_minor": 9000}]}],
}


@pytest.fixture
def erp(client):
    """The system that keeps the prices."""
    TaxCategoryFactory()
    ApiKey.objects.create(
        name="ERP", prefix="erp", secret_hash=token_hash("erp"), scopes=["catalog:read", "catalog:write"]
    )

    def call(method, path, body=None):
        return getattr(client, method)(
            f"/api/v1{path}",
            body,
            content_type="application/json",
            headers={"Authorization": "Bearer erp", "X-Channel": "pos"},
        )

    return call


@pytest.fixture
def callers(client, erp):
    """One reader for each channel, and two carts."""
    guest, phone, till = guest_api(), make_person().api, make_till(make_store("harbour")).device_api
    readers = {
        "anonymous web": lambda path: client.get(f"/api/v1{path}"),
        "guest": guest.get,
        "phone": phone.get,
        "tablet": till.get,
        "till by key": lambda path: erp("get", path),
    }
    return readers, {"guest's cart": guest, "phone's cart": phone}


def prices_told(callers) -> set[int]:
    """What everybody is told the dress costs: product, list, SKU, barcode and cart."""
    readers, carts = callers
    told = {}
    for name, get in readers.items():
        told[f"{name}: product"] = get("/products/dune-dress").json()["variants"][0]["price"]["amount_minor"]
        told[f"{name}: list"] = get("/products?q=dune").json()["items"][0]["price"]["amount_minor"]
        told[f"{name}: SKU"] = get("/variants/by-code/DUNE-10").json()["variant"]["price"]["amount_minor"]
        told[f"{name}: barcode"] = get("/variants/by-code/4006381333931").json()["variant"]["price"]["amount_minor"]
    for name, cart in carts.items():
        told[name] = cart.add("DUNE-10").json()["lines"][0]["unit_price"]["amount_minor"]
    assert len(told) == 22
    return set(told.values())


def test_every_channel_is_told_the_same_price_at_every_moment(callers, erp):
    # given a product put by the system that keeps the prices
    variant = erp("put", "/products/erp-1", DRESS).json()["variants"][0]["id"]
    assert prices_told(callers) == {9000}
    # when its price is changed, every channel has it at once
    erp("put", f"/variants/{variant}/prices", {"prices": [{"currency": "USD", "amount_minor": 9900}]})
    assert prices_told(callers) == {9900}
    # when a sale begins
    ends = now() + timedelta(days=1)
    sale = {"currency": "USD", "amount_minor": 7000, "sale": True, "valid_until": ends.isoformat()}
    erp("put", f"/variants/{variant}/prices", {"prices": [sale]})
    assert prices_told(callers) == {7000}
    # when its time is over, without a word from anybody
    over = now()
    Price.objects.filter(is_sale=True).update(valid_from=over - timedelta(days=2), valid_until=over)
    ProductDocument.objects.filter(until=ends).update(until=over)
    assert prices_told(callers) == {9900}
