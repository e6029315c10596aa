"""Fulfilment, shipping, tax and codes through the API, with a discount provider of the tests' own."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import pytest

from carts.models import ShippingMethod, ShippingZone, TaxRate
from carts.ports import Adjustment, CartSnapshot, CodeVerdict, code_resolvers, discount_providers
from carts.providers import rates
from omnichannel.kernel.registry import Registry
from tests.carts.world import Shop, guest_api, make_person, make_store, make_till

pytestmark = pytest.mark.django_db
HOME = {
    "name": "S Reed",
    "line1": "1 Quay",
    "city": "Portland",
    "region": "ME",
    "postal_code": "04101",
    "country": "US",
}


def amounts(cart: dict) -> dict[str, int]:
    return {name: money["amount_minor"] for name, money in cart["totals"].items()}


@pytest.fixture
def tables(shop: Shop) -> Shop:
    """5.5 % on top in Maine, clothing free, shipping taxed; 19 % within in Germany."""
    TaxRate.objects.create(name="Maine", country="US", region="ME", rate_pct=Decimal("5.5"), applies_to_shipping=True)
    shop.sell("SHIRT", 1999, tax_category="clothing", weight_grams=200)
    TaxRate.objects.create(name="Clothing", country="US", region="ME", category_id="clothing", rate_pct=Decimal(0))
    TaxRate.objects.create(name="MwSt", country="DE", rate_pct=Decimal(19), included=True, applies_to_shipping=True)
    zone = ShippingZone.objects.create(name="Home", countries=["US"], position=1)
    ShippingMethod.objects.create(
        zone=zone,
        code="standard",
        name="Standard",
        currency="USD",
        amount_minor=595,
        free_from_minor=10_000,
        max_weight_grams=2_000,
    )
    ShippingMethod.objects.create(
        zone=zone, code="standard", name="Standard", currency="USD", amount_minor=1_295, min_weight_grams=2_001
    )
    ShippingMethod.objects.create(zone=zone, code="express", name="Express", currency="USD", amount_minor=1_495)
    world = ShippingZone.objects.create(name="World", countries=["*"], position=9)
    ShippingMethod.objects.create(zone=world, code="world", name="World", currency="USD", amount_minor=2_500)
    return shop


class TenOffClothes:
    """Ten per cent on a tax category with the code TEN, and two dollars off everything with TWO."""

    def quote(self, snapshot: CartSnapshot) -> Sequence[Adjustment]:
        codes = {entry.code for entry in snapshot.codes}
        rows = []
        if "TEN" in codes:
            rows += [
                Adjustment(
                    kind="discount",
                    amount_minor=-line.items_minor // 10,
                    label="10 % off shirts",
                    code="TEN",
                    line_id=line.id,
                    source="tests",
                )
                for line in snapshot.lines
                if line.tax_category == "clothing"
            ]
        if "TWO" in codes:
            rows.append(Adjustment(kind="discount", amount_minor=-200, label="Two off", code="TWO", source="tests"))
        return rows

    def claim(
        self, *, snapshot: CartSnapshot, adjustments: Sequence[Adjustment], order_id: UUID, at: datetime
    ) -> None: ...

    def release(self, *, order_id: UUID, at: datetime) -> None: ...

    def resolve(self, code: str, snapshot: CartSnapshot) -> CodeVerdict | None:
        known = code.upper() if code.upper() in ("TEN", "TWO", "OLD") else None
        return self._verdict(known) if known else None

    def judge(self, codes: Sequence[str], snapshot: CartSnapshot) -> Sequence[CodeVerdict]:
        return [self._verdict(code) for code in codes]

    def _verdict(self, code: str) -> CodeVerdict:
        return CodeVerdict(
            code=code, applied=code != "OLD", reason="It ended." if code == "OLD" else "", label="Ten off"
        )


@pytest.fixture
def offers(monkeypatch: pytest.MonkeyPatch) -> Iterator[TenOffClothes]:
    provider = TenOffClothes()
    for registry in (discount_providers, code_resolvers):
        monkeypatch.setattr(registry, "_providers", {})
        assert isinstance(registry, Registry)
        registry.register("tests", provider)  # type: ignore[arg-type]
    yield provider


def test_tax_by_region_and_category_and_shipping_by_zone_and_weight(tables: Shop):
    tables.sell("MUG", 1250, weight_grams=400)
    guest = guest_api()
    guest.add("SHIRT")
    cart = guest.add("MUG", 2).json()
    # before an address is known nothing is guessed
    assert amounts(cart) == {"items": 4499, "discount": 0, "shipping": 0, "tax": 0, "tax_included": 0, "total": 4499}
    assert cart["needed"] == ["ship_to", "shipping_method"]
    # to Maine: 25.00 of mugs and 5.95 of shipping at 5.5 % = 1.70; the shirt is free of it
    cart = guest.put("/cart/fulfilment", {"kind": "ship", "ship_to": HOME}).json()
    assert amounts(cart) == {
        "items": 4499,
        "discount": 0,
        "shipping": 595,
        "tax": 170,
        "tax_included": 0,
        "total": 5264,
    }
    tax = [
        (row["label"], row["amount"]["amount_minor"], row["line_id"] is None)
        for row in cart["adjustments"]
        if row["kind"] == "tax"
    ]
    assert sorted(tax) == [("Maine 5.5%", 33, True), ("Maine 5.5%", 137, False)]
    methods = guest.get("/cart/shipping-methods").json()["items"]
    assert [(method["code"], method["amount"]["amount_minor"], method["chosen"]) for method in methods] == [
        ("standard", 595, True),
        ("express", 1495, False),
    ]
    assert amounts(guest.put("/cart/fulfilment", {"shipping_method": "express"}).json())["shipping"] == 1495
    refused = guest.put("/cart/fulfilment", {"shipping_method": "pigeon"})
    assert (refused.status_code, refused.json()["code"], refused.json()["data"]["offered"]) == (
        422,
        "shipping_method_unknown",
        ["standard", "express"],
    )
    # heavier goes in the next band, dearer ships free
    guest.put("/cart/fulfilment", {"shipping_method": "standard"})
    tables.sell("ANVIL", 9000, weight_grams=5_000)
    assert amounts(guest.add("ANVIL").json())["shipping"] == 1295
    # within the price in Germany: 19/119 of 134.99 + 25.00
    cart = guest.put(
        "/cart/fulfilment", {"ship_to": {**HOME, "country": "DE", "region": ""}, "shipping_method": "world"}
    ).json()
    assert amounts(cart) == {
        "items": 13499,
        "discount": 0,
        "shipping": 2500,
        "tax": 0,
        "tax_included": 2554,
        "total": 15999,
    }


def test_a_changed_rate_is_in_the_next_write_of_every_process(tables: Shop):
    tables.sell("MUG", 1000)
    guest = guest_api()
    guest.put("/cart/fulfilment", {"kind": "ship", "ship_to": HOME})
    assert amounts(guest.add("MUG").json())["tax"] == 88
    assert len(rates._kept) == 1
    TaxRate.objects.filter(name="Maine").update(rate_pct=Decimal(10))
    assert amounts(guest.add("MUG").json())["tax"] == 260


def test_pickup_carry_out_and_a_split_by_line(tables: Shop):
    tables.sell("MUG", 1000)
    store, kiosk = make_store("harbour"), make_store("kiosk", pickup_enabled=False)
    guest = guest_api()
    guest.add("SHIRT")
    cart = guest.add("MUG").json()
    # picked up: taxed where the store is, no shipping, and what is left is the store's
    cart = guest.put("/cart/fulfilment", {"kind": "pickup", "store_id": str(store.pk)}).json()
    assert amounts(cart) == {"items": 2999, "discount": 0, "shipping": 0, "tax": 55, "tax_included": 0, "total": 3054}
    assert cart["fulfilment"]["places"][0]["name"] == "Harbour" and cart["needed"] == []
    assert [problem["available"] for line in cart["lines"] for problem in line["problems"]] == [0, 0]
    assert (
        guest.put("/cart/fulfilment", {"kind": "pickup", "store_id": str(kiosk.pk)}).json()["code"]
        == "store_without_pickup"
    )
    # one line shipped after all
    mug = next(line["id"] for line in cart["lines"] if line["sku"] == "MUG")
    cart = guest.put("/cart/fulfilment", {"ship_to": HOME, "lines": {mug: {"kind": "ship"}}}).json()
    assert {line["sku"]: line["fulfilment"]["kind"] for line in cart["lines"]} == {"SHIRT": "pickup", "MUG": "ship"}
    assert amounts(cart)["shipping"] == 595
    # carried out at a till
    till = make_till(store)
    opened = till.api.post("/carts").json()
    assert opened["fulfilment"]["kind"] == "carry_out" and opened["fulfilment"]["store_id"] == str(store.pk)


def test_codes_are_kept_with_their_verdict_and_discounts_split_by_line(tables: Shop, offers: TenOffClothes):
    tables.sell("MUG", 1000)
    guest = guest_api()
    guest.add("SHIRT", 3)
    guest.add("MUG")
    assert guest.post("/cart/codes", {"code": "nope"}).json()["code"] == "code_unknown"
    cart = guest.post("/cart/codes", {"code": "ten"}).json()
    assert amounts(cart)["discount"] == -600
    # two dollars over 53.97 and 10.00 of what is left: 1.69 and 0.31
    cart = guest.post("/cart/codes", {"code": "two"}).json()
    assert cart["codes"] == [
        {"code": "TEN", "applied": True, "reason": "", "label": "Ten off"},
        {"code": "TWO", "applied": True, "reason": "", "label": "Ten off"},
    ]
    assert {line["sku"]: line["line_total"]["amount_minor"] for line in cart["lines"]} == {
        "SHIRT": 5997 - 600 - 169,
        "MUG": 1000 - 31,
    }
    assert amounts(cart) == {"items": 6997, "discount": -800, "shipping": 0, "tax": 0, "tax_included": 0, "total": 6197}
    # one that does not apply is kept, with its reason
    assert guest.post("/cart/codes", {"code": "old"}).json()["codes"][2] == {
        "code": "OLD",
        "applied": False,
        "reason": "It ended.",
        "label": "Ten off",
    }
    assert amounts(guest.delete("/cart/codes/TWO").json())["discount"] == -600
    assert guest.delete("/cart/codes/TWO").json()["code"] == "code_missing"


def test_the_same_cart_costs_the_same_on_web_app_and_till(tables: Shop, offers: TenOffClothes):
    # S25: one promotion, three channels
    person, till, guest = make_person(), make_till(make_store("harbour")), guest_api()
    cart = person.api.add("SHIRT", 3).json()["id"]
    person.api.post("/cart/codes", {"code": "TEN"})
    guest.add("SHIRT", 3)
    guest.post("/cart/codes", {"code": "TEN"})
    walk_in = till.api.post("/carts").json()["id"]
    till.api.add("SHIRT", 3, path=f"/carts/{walk_in}")
    totals = [
        person.api.get("/cart").json()["totals"],
        guest.get("/cart").json()["totals"],
        till.api.get(f"/carts/{cart}").json()["totals"],
        till.api.post(f"/carts/{walk_in}/codes", {"code": "TEN"}).json()["totals"],
    ]
    assert totals[0]["total"]["amount_minor"] == 5397 and totals.count(totals[0]) == 4
