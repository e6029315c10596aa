"""A remote tax engine: asked outside any transaction, its answer kept for one version of the cart."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction

from carts.errors import QuoteStale
from carts.ports import Adjustment, CartSnapshot, Taxable, remote_quotes, tax_providers
from carts.queries.access import internally
from carts.services.checkout import lock_and_price
from carts.services.quoting import quote_cart
from omnichannel.kernel.clock import now
from tests.carts.world import Shop, guest_api, make_shop

pytestmark = pytest.mark.django_db(transaction=True)


class Engine:
    """Ten per cent, by wire."""

    remote = True

    def __init__(self) -> None:
        self.asked = 0

    def quote(self, snapshot: CartSnapshot, taxables: Sequence[Taxable]) -> Sequence[Adjustment]:
        rates = snapshot.quotes["engine"]["pct"]
        return [
            Adjustment(
                kind="tax",
                amount_minor=each.amount_minor * rates // 100,
                label="Engine",
                line_id=each.line_id,
                source="engine",
            )
            for each in taxables
        ]

    def fetch(self, snapshot: CartSnapshot, taxables: Sequence[Taxable], *, at: Any) -> tuple[Any, Any]:
        assert not connection.in_atomic_block
        self.asked += 1
        return {"pct": 10}, at + timedelta(minutes=5)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch, settings) -> Engine:
    settings.CART_TAX_PROVIDER = "engine"
    made = Engine()
    for registry in (tax_providers, remote_quotes):
        monkeypatch.setattr(registry, "_providers", dict(registry._providers))
        registry.register("engine", made)  # type: ignore[arg-type]
    return made


def test_a_quote_holds_for_its_version_until_it_expires(transactional_db: None, engine: Engine):
    shop: Shop = make_shop()
    shop.sell("A", 1000)
    guest = guest_api()
    cart = guest.add("A").json()
    # writing asks nobody remote, and says that a quote is needed
    assert (engine.asked, cart["needed"][-1], cart["totals"]["tax"]["amount_minor"]) == (0, "quote", 0)
    at, cart_id = now(), UUID(cart["id"])
    with pytest.raises(QuoteStale):
        _place(cart_id, at)
    # when it is quoted, placing uses the answer
    assert quote_cart(ref=internally(cart_id), at=at).totals.tax == 100
    assert (engine.asked, _place(cart_id, at).totals.total) == (1, 1100)
    # not after it expired, and not after the cart changed
    with pytest.raises(QuoteStale):
        _place(cart_id, at + timedelta(minutes=6))
    guest.add("A")
    with pytest.raises(QuoteStale):
        _place(cart_id, at)


def test_the_quote_of_the_api_asks_the_engine_and_a_line_later_it_is_asked_again(
    transactional_db: None, engine: Engine
):
    # given a cart whose tax only a remote engine knows
    shop: Shop = make_shop()
    shop.sell("A", 1000)
    guest = guest_api()
    guest.add("A")
    # when its quote is asked for, then the engine was, once, and the total holds its tax
    quote = guest.post("/checkout/quote")
    assert (quote.status_code, engine.asked) == (200, 1), quote.content
    totals = quote.json()["totals"]
    assert (totals["tax"]["amount_minor"], totals["total"]["amount_minor"]) == (100, 1100)
    # when a line comes, then placing wants a new one
    guest.add("A")
    stale = guest.post("/checkout", {"expected_total": totals["total"], "email": "suzie@example.com"})
    assert (stale.status_code, stale.json()["code"], engine.asked) == (409, "quote_stale", 1)
    assert guest.post("/checkout/quote").json()["totals"]["total"]["amount_minor"] == 2200


def _place(cart_id: UUID, at: Any):
    with transaction.atomic():
        return lock_and_price(ref=internally(cart_id), at=at)
