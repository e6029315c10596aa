"""What exists that a rule may speak of, and its names."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_type_hints

from django.core.cache import cache
from django.db import connection

from campaigns.segments.models import Segment
from campaigns.segments.rules.reading import read_tree
from campaigns.segments.rules.tree import InSegment, Node, conditions_of
from campaigns.segments.rules.vocabulary import TRACKED_EVENTS, Known
from campaigns.segments.states import SegmentState
from catalog.models import Product
from catalog.queries.naming import category_names
from customers.models import Label
from omnichannel.events.facts import Fact
from stores.models import Store

_EVENT_NAMES_FOR = 60

# A walk over the index on (name, id): one probe for each name, however many events there are.
EVENT_NAMES = """
WITH RECURSIVE seen AS (
    (SELECT name FROM events_event ORDER BY name LIMIT 1)
    UNION ALL
    SELECT (SELECT e.name FROM events_event e WHERE e.name > seen.name ORDER BY e.name LIMIT 1)
      FROM seen WHERE seen.name IS NOT NULL
)
SELECT name FROM seen WHERE name IS NOT NULL
"""


def fact_names() -> set[str]:
    """Every fact that any app publishes."""
    return {str(getattr(cls, "NAME", "")) for cls in _facts()} - {""}


def fact_properties() -> dict[str, list[str]]:
    """What can be asked of each fact: its plain values, without the ids."""
    plain = (str, int, bool, float, str | None, int | None)
    return {
        str(cls.NAME): sorted(name for name, kind in get_type_hints(cls).items() if kind in plain)
        for cls in _facts()
        if getattr(cls, "NAME", "")
    }


def _facts() -> Iterator[type[Fact]]:
    waiting: list[type[Fact]] = [Fact]
    while waiting:
        cls = waiting.pop()
        waiting += cls.__subclasses__()
        yield cls


def seen_event_names() -> list[str]:
    """Names that stand in the log, a minute old at most."""
    names: list[str] | None = cache.get("segments.event_names")
    if names is None:
        with connection.cursor() as cursor:
            cursor.execute(EVENT_NAMES)
            names = [row[0] for row in cursor.fetchall()]
        cache.set("segments.event_names", names, _EVENT_NAMES_FOR)
    return names


def read_checked(tree: Any, *, own_key: str = "") -> tuple[Node, Known]:
    """The tree, checked against what exists, and what was found. Raises TreeInvalid."""
    read_tree(tree)  # first its shape: what is looked up below is then of a known size
    known = known_now(tree)
    return read_tree(tree, known, own_key=own_key), known


def known_now(tree: Any) -> Known:
    """What the things named in this JSON are checked against."""
    texts = _texts(tree)
    uuids = {text for text in texts if len(text) == 36 and text.count("-") == 4 and _is_hex(text)}
    products = {str(pk): name for pk, name in Product.objects.filter(pk__in=uuids).values_list("pk", "name")}
    stores = {str(pk): name for pk, name in Store.objects.filter(pk__in=uuids).values_list("pk", "name")}
    categories = category_names()
    segments = {
        key: (name, tuple(uses))
        for key, name, uses in Segment.objects.filter(state=SegmentState.LIVE).values_list("key", "name", "uses")
    }
    labels = set(Label.objects.filter(kind__in=texts).values_list("kind", flat=True).distinct()) if texts else set()
    return Known(
        events=frozenset({*fact_names(), *TRACKED_EVENTS, *(seen_event_names())}),
        categories=frozenset(categories),
        products=frozenset(products),
        stores=frozenset(stores),
        segments={key: uses for key, (_, uses) in segments.items()},
        labels=frozenset(labels),
        names={**categories, **products, **stores, **{key: name for key, (name, _) in segments.items()}},
    )


def names_of(tree: Node) -> Mapping[str, str]:
    """Names of the products, categories, stores and segments a rule speaks of."""
    products: set[str] = set()
    paths: set[str] = set()
    stores: set[str] = set()
    segments: set[str] = set()
    for _, condition in conditions_of(tree):
        for goods in [getattr(condition, "goods", None), *(each.goods for each in getattr(condition, "where", ()))]:
            if goods is not None:
                products |= set(goods.products)
                paths |= set(goods.categories)
        stores |= {store for store in [getattr(condition, "store_id", "")] if store}
        stores |= {
            str(each.value) for each in getattr(condition, "where", ()) if each.field == "store" and _is_hex(each.value)
        }
        if isinstance(condition, InSegment):
            segments.add(condition.segment)
    names: dict[str, str] = {}
    if products:
        names |= {str(pk): name for pk, name in Product.objects.filter(pk__in=products).values_list("pk", "name")}
    if paths:
        names |= category_names()
    if stores:
        names |= {str(pk): name for pk, name in Store.objects.filter(pk__in=stores).values_list("pk", "name")}
    if segments:
        names |= dict(Segment.objects.filter(key__in=segments).values_list("key", "name"))
    return names


def _texts(data: Any) -> set[str]:
    if isinstance(data, str):
        return {data[:200]} if "\x00" not in data else set()
    inner: Iterable[Any] = data.values() if isinstance(data, Mapping) else data if isinstance(data, list) else ()
    return {text for each in inner for text in _texts(each)}


def _is_hex(text: Any) -> bool:
    return isinstance(text, str) and len(text) == 36 and all(c in "0123456789abcdefABCDEF-" for c in text)
