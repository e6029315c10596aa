"""Random rules, as JSON."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.segments.histories import NAMES
from tests.segments.reference import Histories


def trees(told: Histories, at: datetime) -> st.SearchStrategy[Any]:
    return st.recursive(
        conditions(told, at),
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(lambda of: {"all": of}),
            st.lists(inner, min_size=1, max_size=3).map(lambda of: {"any": of}),
            inner.map(lambda of: {"not": of}),
        ),
        max_leaves=6,
    ).filter(lambda tree: depth(tree) <= 6)


def depth(tree: Any) -> int:
    inner = tree.get("all") or tree.get("any") or ([tree["not"]] if "not" in tree else [])
    return 1 + max((depth(each) for each in inner), default=0)


def maybe(**optional: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=optional)


def with_kind(kind: str, required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries({"kind": st.just(kind), **required}, optional=optional)


def conditions(told: Histories, at: datetime) -> st.SearchStrategy[Any]:
    flag = st.booleans()
    day = lambda ago: (at - timedelta(days=ago)).isoformat()  # noqa: E731
    few = st.fixed_dictionaries({"op": st.sampled_from((">=", "<=", ">", "<", "is")), "value": st.integers(0, 3)})
    worth = st.fixed_dictionaries(
        {"op": st.sampled_from((">=", "<=", ">", "<")), "value": st.sampled_from((0, 500, 5_000, 20_000))}
    )
    window = st.sampled_from(
        (
            {"last_days": 7}, {"last_days": 30}, {"last_hours": 24}, {"last_minutes": 1},
            {"from": day(300)}, {"to": day(60)}, {"from": day(200), "to": day(20)},
        )
    )  # fmt: skip
    since = st.sampled_from(({"within_days": 30}, {"older_days": 7}, {"within_hours": 24}))
    goods = st.one_of(
        st.sampled_from(("women", "women/jackets", "men")).map(lambda path: {"categories": [path]}),
        st.sampled_from(sorted(told.products)).map(lambda pk: {"products": [pk]}),
    )
    value = st.sampled_from(("red", "12", "wine", "Red wine", "%", "_", "'", "été", "\\", "1e3"))
    where = st.one_of(
        st.fixed_dictionaries(
            {"field": st.sampled_from(("category", "product")), "op": st.sampled_from(("is", "is_not")), "goods": goods}
        ),
        st.fixed_dictionaries(
            {
                "field": st.sampled_from(("price", "colour", "nothing")),
                "op": st.sampled_from(("is", "is_not", "contains")),
                "value": value,
            }
        ),
        st.fixed_dictionaries(
            {
                "field": st.sampled_from(("price", "colour")),
                "op": st.sampled_from((">=", "<", "is", "is_not")),
                "value": st.sampled_from((12, 12.5, -3, 0)),
            }
        ),
        st.fixed_dictionaries({"field": st.just("price"), "op": st.sampled_from(("exists", "missing"))}),
        st.just({"field": "channel", "op": "is", "value": "web"}),
        st.just({"field": "colour", "op": "one_of", "value": ["red", "12"]}),
        st.just({"field": "colour", "op": "is", "value": True}),
    )
    listed = st.lists(where, max_size=2)
    measure = st.one_of(
        maybe(count=few, window=window),
        st.fixed_dictionaries({"first": since}),
        st.fixed_dictionaries({"last": since}),
    )
    name = st.sampled_from(NAMES)
    event = st.one_of(
        st.tuples(with_kind("event", {"name": name}, {"did": flag, "where": listed}), measure).map(
            lambda parts: {**parts[0], **parts[1]}
        ),
        with_kind(
            "event",
            {
                "name": name,
                "sum": st.fixed_dictionaries(
                    {
                        "field": st.just("price"),
                        "op": st.sampled_from((">=", "<")),
                        "value": st.sampled_from((0, 12.5, 20)),
                    }
                ),
            },
            {"window": window, "did": flag},
        ),
    )
    order = st.one_of(
        st.tuples(
            with_kind("order", {}, {"did": flag, "goods": goods, "channel": st.sampled_from(("web", "pos"))}), measure
        ).map(lambda parts: {**parts[0], **parts[1]}),
        with_kind("order", {"pieces": few}, {"goods": goods, "window": window}),
        with_kind(
            "order", {"spend": worth, "currency": st.just("USD")}, {"goods": goods, "window": window, "did": flag}
        ),
    )
    profile = st.one_of(
        st.fixed_dictionaries(
            {
                "field": st.sampled_from(("first_name", "source", "city", "region", "postal_code", "email")),
                "op": st.sampled_from(("is", "is_not", "contains")),
                "value": st.sampled_from(("Ann", "store", "Boston", "ME", "041", "example", "%", "_", "'", "été")),
            }
        ),
        st.fixed_dictionaries(
            {
                "field": st.sampled_from(("email", "first_name", "city")),
                "op": st.sampled_from(("exists", "missing")),
            }
        ),
        st.fixed_dictionaries(
            {"field": st.just("tags"), "op": st.sampled_from(("has", "has_not")), "value": st.just("press")}
        ),
        st.sampled_from(({"days": 30}, {"days": 7})).flatmap(
            lambda span: st.sampled_from(("within", "older")).map(lambda op: {"field": "created_at", "op": op, **span})
        ),
        st.just({"field": "city", "op": "one_of", "value": ["Boston", "Bath"]}),
    ).map(lambda rest: {"kind": "profile", **rest})
    store = st.sampled_from([row["id"] for row in told.stores])
    return st.one_of(
        event,
        event,
        order,
        order,
        profile,
        with_kind(
            "consent",
            {
                "channel": st.sampled_from(("email", "sms")),
                "purpose": st.just("marketing"),
                "state": st.sampled_from(("granted", "withdrawn", "none")),
            },
            {},
        ),
        with_kind("identity", {"identity": st.sampled_from(("email", "social"))}, {"has": flag, "verified": flag}),
        with_kind("cart", {}, {"has": flag, "goods": goods, "resting": st.just({"days": 7})}),
        with_kind("cart", {"worth": worth, "currency": st.just("USD")}, {"has": flag}),
        with_kind("wish", {}, {"has": flag, "goods": goods}),
        with_kind("points", {"unit": st.sampled_from(("points", "pending")), "amount": worth}, {}),
        with_kind("points", {"unit": st.just("credit"), "currency": st.just("USD"), "amount": worth}, {}),
        with_kind("label", {"label": st.sampled_from(("tier", "value"))}, {"has": flag, "amount": few}),
        with_kind("label", {"label": st.just("tier"), "key": st.just("gold")}, {"has": flag}),
        with_kind("segment", {"segment": st.just("others")}, {"has": flag}),
        with_kind("store", {"store": store, "how": st.sampled_from(("lives", "bought"))}, {"has": flag}),
        with_kind(
            "rfm",
            {
                "part": st.sampled_from(("recency", "frequency", "monetary")),
                "op": st.sampled_from((">=", "<=", ">", "<", "is")),
                "value": st.integers(1, 5),
                "currency": st.just("USD"),
            },
            {},
        ),
    )
