"""Lists of products: search, facets, order and page, from stored cards. Two statements, one for a later page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from catalog.rules.words import query_words

SORTS: Mapping[str, tuple[str, str, str]] = {
    # name: (expression, its type, direction)
    "relevance": ("h.rank", "int", "DESC"),
    "newest": ("p.created_at", "timestamptz", "DESC"),
    "price": ("d.price_minor", "bigint", "ASC"),
    "-price": ("d.price_minor", "bigint", "DESC"),
    "name": ("p.name", "text", "ASC"),
}
FACET_VALUES = 50
# Ranking reads each hit's vector; past this many the first found stand for all, and no shopper pages that far.
RANKED_HITS = 2_000


@dataclass(frozen=True, slots=True)
class ListingQuery:
    """What a list asks for.

    words    folded words; each must begin a word of the product.
    filters  by facet name (`option.Size`, `category`): any of the values; different names must all fit.
    after    (sort value, id) of the last row of the page before.
    """

    currency: str | None = None
    words: Sequence[str] = ()
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    price_min: int | None = None
    price_max: int | None = None
    status: str = "active"
    sort: str = "newest"
    after: tuple[Any, UUID] | None = None
    limit: int = 20


@dataclass(frozen=True, slots=True)
class ListedProduct:
    product_id: UUID
    card: str
    sort_value: Any
    fresh: bool


@dataclass(frozen=True, slots=True)
class Facets:
    total: int
    price_min: int | None
    price_max: int | None
    counts: Mapping[str, list[tuple[str, int]]]


_CURRENCY = "coalesce(%(currency)s::text, (SELECT default_currency FROM brand_brandkit WHERE id = 1), 'USD')"
_FROM = f"""
  FROM catalog_product p
  JOIN catalog_productdocument d ON d.product_id = p.id AND d.currency = {_CURRENCY}
"""


def list_products(query: ListingQuery, at: datetime) -> list[ListedProduct]:
    """One page and one row more, so that the caller knows whether there is a next one."""
    conditions, parameters = _conditions(query)
    expression, kind, direction = SORTS[query.sort]
    ranked = query.sort == "relevance"
    if query.after is not None:
        compare = "<" if direction == "DESC" else ">"
        conditions.append(f"({expression}, p.id) {compare} (%(after)s::{kind}, %(after_id)s::uuid)")
        parameters |= {"after": query.after[0], "after_id": query.after[1]}
    parameters |= {"limit": query.limit + 1, "at": at}
    source = _FROM
    if ranked:
        # The hits are cut before they are ranked, in an order that does not depend on the page.
        matches = _ts_query(query.words)[0]
        source += f"""
          JOIN (
               SELECT c.id, (ts_rank(c.search, {matches}) * 1000000)::int AS rank
                 FROM (SELECT id, search FROM catalog_product WHERE search @@ {matches} ORDER BY id DESC LIMIT %(most)s) c
          ) h ON h.id = p.id
        """
        parameters["most"] = RANKED_HITS
    statement = f"""
        SELECT p.id, d.card, {expression}, d.until IS NULL OR d.until > %(at)s
        {source}
         WHERE {" AND ".join(conditions)}
         ORDER BY {expression} {direction}, p.id {direction}
         LIMIT %(limit)s
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [ListedProduct(*row) for row in cursor.fetchall()]


def count_facets(query: ListingQuery) -> Facets:
    """How many products each value would leave; the values of a chosen facet are counted as if it were not. One statement."""
    conditions, parameters = _conditions(query)
    parts = [
        """
        SELECT '' AS facet, count(*), min(price_minor), max(price_minor) FROM hits
         UNION ALL
        (SELECT facet, count(*), NULL, NULL FROM hits, unnest(hits.facets) AS facet GROUP BY facet)
        """
    ]
    for position, name in enumerate(query.filters):
        others, other_parameters = _conditions(query, without=name)
        parameters |= other_parameters
        parameters[f"facet_{position}"] = name
        parts.append(
            f"""
            (SELECT '~' || facet, count(*), NULL, NULL {_FROM}, unnest(p.facets) AS facet
              WHERE {" AND ".join(others)} AND starts_with(facet, %(facet_{position})s::text || '=') GROUP BY facet)
            """
        )
    statement = f"""
        WITH hits AS MATERIALIZED (SELECT p.facets, d.price_minor {_FROM} WHERE {" AND ".join(conditions)})
        {" UNION ALL ".join(parts)}
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows = cursor.fetchall()
    return _facets(rows, set(query.filters))


def _facets(rows: Sequence[tuple[str, int, int | None, int | None]], chosen: set[str]) -> Facets:
    total, low, high = next(row[1:] for row in rows if row[0] == "")
    counts: dict[str, list[tuple[str, int]]] = {}
    for facet, count, _, _ in rows:
        if not facet:
            continue
        name, _, value = facet.removeprefix("~").partition("=")
        if facet.startswith("~") == (name in chosen):
            counts.setdefault(name, []).append((value, count))
    for values in counts.values():
        values.sort(key=lambda pair: (-pair[1], pair[0]))
        del values[FACET_VALUES:]
    return Facets(total, low, high, dict(sorted(counts.items(), key=lambda item: _facet_order(item[0]))))


def _facet_order(name: str) -> tuple[int, str]:
    kinds = ("category", "option.", "attribute.", "vendor")
    return next((position for position, kind in enumerate(kinds) if name.startswith(kind)), len(kinds)), name


def _conditions(query: ListingQuery, *, without: str = "") -> tuple[list[str], dict[str, Any]]:
    parameters: dict[str, Any] = {"currency": query.currency}
    # What has no price in a currency is not sold in it, so it is not shown there.
    conditions = ["d.price_minor IS NOT NULL"] if query.status == "active" else []
    if query.status != "all":
        conditions.append("p.status = %(status)s")
        parameters["status"] = query.status
    if query.words:
        expression, words = _ts_query(query.words)
        conditions.append(f"p.search @@ {expression}")
        parameters |= words
    for position, (name, values) in enumerate(query.filters.items()):
        if name != without:
            conditions.append(f"p.facets && %(filter_{position})s::text[]")
            parameters[f"filter_{position}"] = [f"{name}={value}" for value in values]
    if query.price_min is not None:
        conditions.append("d.price_minor >= %(price_min)s")
        parameters["price_min"] = query.price_min
    if query.price_max is not None:
        conditions.append("d.price_minor <= %(price_max)s")
        parameters["price_max"] = query.price_max
    return conditions or ["true"], parameters


def _ts_query(words: Sequence[str]) -> tuple[str, dict[str, str]]:
    """Each word as the beginning of a word as it is written, or of its English stem; all of them must be found."""
    parts = (f"(to_tsquery('simple', %(word_{n})s) || to_tsquery('english', %(word_{n})s))" for n in range(len(words)))
    return "(" + " && ".join(parts) + ")", {f"word_{n}": f"'{word}':*" for n, word in enumerate(words)}


def find_products_by_text(text: str, most: int = 2_000) -> list[UUID]:
    """Products of any status whose words, SKUs or barcodes begin with each of these words; the newest first. One statement."""
    words = query_words(text)
    if not words:
        return []
    matches, parameters = _ts_query(words)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM catalog_product WHERE search @@ {matches} ORDER BY id DESC LIMIT %(most)s",
            parameters | {"most": most},
        )
        return [row[0] for row in cursor.fetchall()]
