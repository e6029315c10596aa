"""The cart against a model: whatever is done through the API in whatever order, both hold the same."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from carts.models import Cart, CartLine
from omnichannel.events.models import Event
from tests.carts.world import Api, Person, Shop, Till, make_person, make_shop, make_store, make_till

SKUS = ["A", "B", "C", "D"]
PRICES = {"A": 1999, "B": 50, "C": 100_000, "D": 7}
ENGRAVINGS: list[dict[str, str]] = [{}, {"text": "Ada"}]
Key = tuple[str, str]


class CartMachine(RuleBasedStateMachine):
    shop: Shop
    person: Person
    till: Till

    @initialize()
    def open(self) -> None:
        CartLine.objects.all().delete()
        self.person = make_person()
        self.cart = Cart.objects.get(pk=self.person.api.post("/cart").json()["id"])
        self.quantities: dict[Key, int] = {}
        self.version = 1
        self.recorded = 0

    def channel(self, on_tablet: bool) -> tuple[Api, str]:
        return (self.till.api, f"/carts/{self.cart.pk}") if on_tablet else (self.person.api, "/cart")

    def line_id(self, key: Key) -> str:
        return next(
            line["id"] for line in self.shown["lines"] if (line["sku"], line["personalisation"].get("text", "")) == key
        )

    def done(self, answer, steps: int = 1) -> None:
        assert answer.status_code == 200, answer.content
        self.version += 1
        self.recorded += steps

    @property
    def shown(self) -> dict:
        return self.person.api.get("/cart").json()

    @rule(
        sku=st.sampled_from(SKUS),
        quantity=st.integers(1, 9_999),
        engraving=st.sampled_from(ENGRAVINGS),
        on_tablet=st.booleans(),
    )
    def add(self, sku: str, quantity: int, engraving: dict[str, str], on_tablet: bool) -> None:
        api, path = self.channel(on_tablet)
        key = sku, engraving.get("text", "")
        answer = api.add(sku, quantity, path=path, personalisation=engraving)
        if self.quantities.get(key, 0) + quantity > 9_999:
            assert answer.status_code == 422 and answer.json()["code"] == "quantity_too_large"
            return
        self.done(answer)
        self.quantities[key] = self.quantities.get(key, 0) + quantity

    @precondition(lambda self: self.quantities)
    @rule(data=st.data(), quantity=st.integers(0, 9_999), on_tablet=st.booleans())
    def set(self, data: st.DataObject, quantity: int, on_tablet: bool) -> None:
        key = data.draw(st.sampled_from(sorted(self.quantities)))
        api, path = self.channel(on_tablet)
        self.done(api.patch(f"{path}/lines/{self.line_id(key)}", {"quantity": quantity}))
        if quantity:
            self.quantities[key] = quantity
        else:
            del self.quantities[key]

    @precondition(lambda self: self.quantities)
    @rule(data=st.data(), on_tablet=st.booleans())
    def remove(self, data: st.DataObject, on_tablet: bool) -> None:
        key = data.draw(st.sampled_from(sorted(self.quantities)))
        api, path = self.channel(on_tablet)
        self.done(api.delete(f"{path}/lines/{self.line_id(key)}"))
        del self.quantities[key]

    @rule(skus=st.lists(st.sampled_from([*SKUS, "NOPE"]), min_size=1, max_size=4))
    def batch(self, skus: list[str]) -> None:
        answer = self.person.api.post("/cart/batch", {"operations": [{"op": "add", "sku": sku} for sku in skus]})
        over = any(self.quantities.get((sku, ""), 0) + skus.count(sku) > 9_999 for sku in skus)
        if "NOPE" in skus or over:
            assert answer.status_code == 422
            return
        self.done(answer, steps=len(skus))
        for sku in skus:
            self.quantities[sku, ""] = self.quantities.get((sku, ""), 0) + 1

    @rule(on_tablet=st.booleans())
    def clear(self, on_tablet: bool) -> None:
        api, path = self.channel(on_tablet)
        self.done(api.delete(f"{path}/lines"), steps=bool(self.quantities))
        self.quantities = {}

    @precondition(lambda self: self.quantities)
    @rule(data=st.data())
    def replay_an_old_version(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.quantities)))
        answer = self.person.api.patch(
            f"/cart/lines/{self.line_id(key)}", {"quantity": 1}, **{"If-Match": f'"{self.version - 1}"'}
        )
        assert (answer.status_code, answer.json()["code"]) == (412, "stale")

    @invariant()
    def both_hold_the_same(self) -> None:
        if not hasattr(self, "quantities"):
            return
        shown = self.shown
        assert {
            (line["sku"], line["personalisation"].get("text", "")): line["quantity"] for line in shown["lines"]
        } == self.quantities
        assert shown["version"] == self.version
        assert shown["totals"]["total"]["amount_minor"] == sum(
            PRICES[sku] * quantity for (sku, _), quantity in self.quantities.items()
        )
        assert CartLine.objects.filter(cart=self.cart).count() == len(self.quantities)
        facts = Event.objects.filter(subject_id=self.cart.pk).exclude(name="cart.opened").count()
        assert facts == self.recorded


@pytest.mark.django_db
def test_the_cart_does_what_its_model_does():
    CartMachine.shop = make_shop()
    for sku, price in PRICES.items():
        CartMachine.shop.sell(sku, price, stock=1_000_000)
    CartMachine.till = make_till(make_store("shop"))
    run_state_machine_as_test(
        CartMachine,
        settings=settings(
            max_examples=10, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
