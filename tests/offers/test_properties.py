"""Whatever offers meet whatever cart: cents conserved, nothing below zero, order without effect, and all comes back."""

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.offers.rules.evaluation import adjustments_of, evaluate
from campaigns.offers.rules.gates import Facts, LiveOffer, Use
from carts.ports import SnapshotLine
from carts.rules.pricing import spread_discounts
from tests.offers.carts import cart, code, line, number, offer

percents = st.integers(1, 10_000).map(lambda hundredths: f"{hundredths / 100:.2f}")
amounts = st.integers(1, 30_000).map(lambda minor: {"USD": minor})
some_ids = st.lists(st.integers(1, 6).map(lambda place: str(number(place))), max_size=3)
scopes = st.fixed_dictionaries(
    {}, optional={"products": some_ids, "not_products": some_ids, "full_price_only": st.booleans()}
)
benefits: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.builds(lambda value, units: {"kind": "percent", "percent": value, "max_units": units}, percents, st.none() | st.integers(1, 5)),
    st.builds(lambda value: {"kind": "amount", "amount": value}, amounts),
    st.builds(lambda value: {"kind": "fixed_price", "price": value}, amounts),
    st.builds(
        lambda buy, get, value, extra, times: {
            "kind": "buy_get", "buy": buy, "get": get, "percent": value, "max_times": times,
            **({"get_scope": {"products": extra}} if extra else {}),
        },
        st.integers(1, 3), st.integers(1, 2), percents, some_ids, st.none() | st.integers(1, 3),
    ),
    st.builds(
        lambda low, high, value, off: {
            "kind": "tiers", "steps": [{"from": {"USD": low}, "percent": value}, {"from": {"USD": low + high}, "amount": off}],
        },
        st.integers(1, 20_000), st.integers(1, 20_000), percents, amounts,
    ),
    st.just({"kind": "free_shipping"}),
    st.builds(lambda place, quantity: {"kind": "gift", "variants": [str(number(place))], "quantity": quantity}, st.integers(1, 6), st.integers(1, 3)),
)  # fmt: skip
lines_of = st.lists(
    st.tuples(st.integers(1, 6), st.integers(0, 20_000), st.integers(1, 9), st.booleans()),
    min_size=1, max_size=6, unique_by=lambda row: row[0],
).map(lambda rows: [line(place, price, units, list_price_minor=price + 100 * on_sale) for place, price, units, on_sale in rows])  # fmt: skip


@st.composite
def live_offers(draw: st.DrawFn) -> list[LiveOffer]:
    made = []
    for place in range(draw(st.integers(1, 6))):
        made.append(
            offer(
                f"offer{place}",
                draw(benefits),
                scope=draw(scopes),
                group=draw(st.sampled_from(["", "a", "b"])),
                priority=draw(st.sampled_from([10, 50, 90])),
                by_code=draw(st.booleans()),
                condition={"min_quantity": draw(st.integers(0, 3))},
                limits={"budget_minor": draw(st.none() | st.integers(0, 20_000))},
            )
        )
    return made


@settings(max_examples=300, deadline=None)
@given(lines=lines_of, offers=live_offers(), seed=st.integers())
def test_cents_are_conserved_and_order_changes_nothing(lines: list[SnapshotLine], offers: list[LiveOffer], seed: int):
    codes = [code(f"C{place}", each) for place, each in enumerate(offers) if each.definition.by_code]
    used = {each.id: Use(used_minor=(each.budget_minor or 0) // 3) for each in offers}
    found = evaluate(cart(*lines), offers, codes, Facts(uses=used))
    # every line keeps at least nothing, and pricing cuts nothing of what the rules say
    off: dict[Any, int] = {}
    for each in found.applied:
        assert all(share > 0 for share in each.shares.values())
        for line_id, share in each.shares.items():
            off[line_id] = off.get(line_id, 0) + share
    worth = {each.id: each.items_minor for each in lines}
    assert all(0 < off[line_id] <= worth[line_id] for line_id in off)
    rows = [row for row in adjustments_of(found) if row.on == "items"]
    spread = spread_discounts(lines, rows)
    assert -sum(row.amount_minor for row in spread) == sum(off.values())
    # no budget is overstepped, and in a group no line takes two offers
    for each in found.applied:
        if each.offer.budget_minor is not None:
            assert each.amount_minor + each.shipping_minor <= each.offer.budget_minor - used[each.offer.id].used_minor
    for group in ("a", "b"):
        taken = [line_id for each in found.applied if each.offer.definition.group == group for line_id in each.shares]
        assert len(taken) == len(set(taken))
    # each candidate either applies or says why not
    candidates = [each for each in offers if not each.definition.by_code]
    assert len(found.applied) + len(found.refused) == len(candidates) + len(codes)
    assert all(each.why.words.strip() for each in found.refused)
    # typed, added and published in another order: the same to the cent
    shuffle = random.Random(seed)
    for rows_to_mix in (lines, offers, codes):
        shuffle.shuffle(rows_to_mix)  # type: ignore[arg-type]
    assert evaluate(cart(*lines), offers, codes, Facts(uses=used)) == found
