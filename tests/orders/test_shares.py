"""The money of units that come back: conserved to the cent, in whatever order."""

from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from orders.rules.shares import SoldLine, first_units, worth_of
from orders.rules.sourcing import choose_sources
from orders.rules.tenders import Tender, Way, Wish, give_back, share_out

lines = st.lists(
    st.tuples(st.integers(1, 30), st.integers(0, 100_000)).map(lambda t: SoldLine(uuid4(), t[0], 0, t[1])),
    min_size=1,
    max_size=6,
)


@given(lines=lines, shipping=st.integers(0, 5_000), difference=st.integers(-500, 500), data=st.data())
def test_returning_everything_in_any_order_gives_back_exactly_what_was_paid(lines, shipping, difference, data):
    # given an order of goods, shipping and perhaps a difference to its lines
    gross = max(shipping, sum(line.total_minor for line in lines) + shipping + difference)
    left = {line.line_id: line.quantity for line in lines}
    gone = dict.fromkeys(left, 0)
    back = 0
    # when its units come back in any portions
    while any(left.values()):
        line_id = data.draw(st.sampled_from([key for key, units in left.items() if units]))
        units = data.draw(st.integers(1, left[line_id]))
        now = [SoldLine(line.line_id, line.quantity, gone[line.line_id], line.total_minor) for line in lines]
        worth = worth_of(now, {line_id: units}, gross_minor=gross, shipping_minor=shipping)
        assert worth.total_minor >= 0
        back += worth.total_minor
        gone[line_id] += units
        left[line_id] -= units
    # then the sum is what was paid, to the cent
    assert back == gross


def test_units_of_an_odd_amount_differ_by_a_cent_at_most():
    # 10.00 for three: 3.34, 3.33, 3.33
    assert [first_units(1000, 3, n + 1) - first_units(1000, 3, n) for n in range(3)] == [334, 333, 333]


@given(
    tenders=st.lists(st.tuples(st.integers(0, 9_999), st.integers(0, 9_999), st.booleans()), max_size=5),
    amount=st.integers(0, 60_000),
)
def test_money_goes_back_in_reverse_of_tender_and_never_more_than_came(tenders, amount):
    rows = [
        Tender(uuid4(), n, captured, min(captured, refunded), 0)
        if not authorised
        else Tender(uuid4(), n, 0, 0, captured)
        for n, (captured, refunded, authorised) in enumerate(tenders)
    ]
    back = give_back(rows, amount)
    room = {row.payment_id: row.authorised_minor or row.captured_minor - row.refunded_minor for row in rows}
    assert all(0 < entry.amount_minor <= room[entry.payment_id] for entry in back)
    assert sum(entry.amount_minor for entry in back) == min(amount, sum(room.values()))
    positions = {row.payment_id: row.position for row in rows}
    taken = [positions[entry.payment_id] for entry in back]
    assert taken == sorted(taken, reverse=True)
    # every tender but the first taken from last is given back whole before the next is touched
    assert all(entry.amount_minor == room[entry.payment_id] for entry in back[:-1])
    assert all(
        entry.way is Way.VOID
        for entry in back
        if entry.way is not Way.REFUND and entry.amount_minor == room[entry.payment_id]
    )


def test_a_bill_is_shared_out():
    assert share_out([Wish("cash", 2000, {}), Wish("card", None, {})], 5000) == [2000, 3000]
    assert share_out([Wish("cash", 2000, {})], 5000) == [2000]
    assert share_out([Wish("cash", 6000, {})], 5000) is None
    assert share_out([Wish("cash", None, {}), Wish("card", None, {})], 5000) is None
    assert share_out([Wish("cash", 5000, {}), Wish("card", None, {})], 5000) is None


@given(
    wanted=st.dictionaries(st.uuids(), st.integers(1, 9), min_size=1, max_size=4),
    stock=st.lists(st.lists(st.integers(0, 9), min_size=4, max_size=4), min_size=1, max_size=4),
)
def test_sources_cover_exactly_what_is_wanted(wanted, stock):
    sources = {uuid4(): dict(zip(wanted, levels, strict=False)) for levels in stock}
    chosen = choose_sources(wanted, sources, counted=frozenset(wanted))
    for variant, units in wanted.items():
        assert sum(rows.get(variant, 0) for rows in chosen.values()) == units
    whole = [store for store, levels in sources.items() if all(levels[v] >= n for v, n in wanted.items())]
    if whole:
        assert list(chosen) == [whole[0]]
