"""The pieces a rule's SQL is put together from. Values travel as parameters with a cast; only names from this code
and from fixed lists stand in the text.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from campaigns.segments.rules.tree import Compare, Goods, Window

#: What may stand between two SQL expressions.
_OPERATORS = {">=": ">=", "<=": "<=", ">": ">", "<": "<", "is": "="}


@dataclass(frozen=True, slots=True)
class Articles:
    """What goods are: the ids of their variants, and all ids, of products too, as an event's data has them."""

    variants: tuple[UUID, ...]
    ids: tuple[str, ...]


@dataclass(slots=True)
class Parts:
    """What is gathered while a tree is walked.

    articles  what goods are known to be; others are looked up by a subquery.
    scoped  the statement asks about the customers in `%(scope)s` alone: each part then starts from them.
    """

    at: datetime
    scoped: bool = False
    articles: Mapping[Goods, Articles] = field(default_factory=dict)
    joins: list[str] = field(default_factory=list)
    params: dict[str, Any] = field(default_factory=dict)
    moments: list[str] = field(default_factory=list)

    def bind(self, value: Any, cast: str) -> str:
        name = f"p{len(self.params)}"
        self.params[name] = value
        return f"%({name})s::{cast}"

    def compare(self, left: str, wanted: Compare) -> str:
        return f"{left} {_OPERATORS[wanted.op]} {self.bind(str(wanted.value), 'numeric')}"

    def join(self, rows: str, *, moves: bool = False) -> str:
        """Join a subquery that has one row a customer (customer_id, n, at, next_at); its alias."""
        alias = f"k{len(self.joins)}"
        self.joins.append(f"LEFT JOIN (\n{rows}\n) {alias} ON {alias}.customer_id = c.id")
        if moves:
            self.moments.append(f"{alias}.next_at")
        return alias

    def only(self, column: str) -> str:
        """The restriction to the customers asked about, for the inside of a subquery."""
        return f"\n   AND {column} = ANY(%(scope)s::uuid[])" if self.scoped else ""

    def within(self, column: str, window: Window | None) -> str:
        """`AND …` for a time column: never after the moment of asking."""
        until = f"\n   AND {column} <= {self.bind(self.at, 'timestamptz')}"
        if window is None:
            return until
        if window.span is not None:
            return f"{until}\n   AND {column} > {self.bind(self.at - window.span, 'timestamptz')}"
        start = f"\n   AND {column} >= {self.bind(window.start, 'timestamptz')}" if window.start else ""
        end = f"\n   AND {column} < {self.bind(window.end, 'timestamptz')}" if window.end else ""
        return until + start + end

    def plus(self, moment: str, span: timedelta) -> str:
        """The moment at which something of `moment` is `span` old, none when that has gone by."""
        later = f"{moment} + {self.bind(span, 'interval')}"
        return f"CASE WHEN {later} > {self.bind(self.at, 'timestamptz')} THEN {later} END"

    def leaves_at(self, column: str, window: Window | None) -> str:
        """When the oldest row that counts leaves a sliding window."""
        if window is None or window.span is None:
            return "NULL::timestamptz"
        return f"min({column}) + {self.bind(window.span, 'interval')}"

    def is_variant_of(self, column: str, goods: Goods) -> str:
        if known := self.articles.get(goods):
            return f"{column} = ANY({self.bind(list(known.variants), 'uuid[]')})"
        return (
            f"{column} IN (SELECT v.id FROM catalog_variant v"
            f" JOIN catalog_product p ON p.id = v.product_id{self._goods(goods)})"
        )

    def is_article_of(self, column: str, goods: Goods) -> str:
        """For an id as text, of a product or a variant: what stands in an event's data."""
        if known := self.articles.get(goods):
            return f"{column} = ANY({self.bind(list(known.ids), 'text[]')})"
        return (
            f"{column} IN (SELECT p.id::text FROM catalog_product p{self._goods(goods)} UNION ALL "
            f"SELECT v.id::text FROM catalog_variant v JOIN catalog_product p ON p.id = v.product_id{self._goods(goods)})"
        )

    def _goods(self, goods: Goods) -> str:
        either = []
        if goods.products:
            either.append(f"p.id = ANY({self.bind(list(goods.products), 'uuid[]')})")
        if goods.categories:
            either.append(
                "EXISTS (SELECT 1 FROM catalog_category g"
                f" JOIN unnest({self.bind(list(goods.categories), 'text[]')}) AS top (path)"
                " ON g.path = top.path OR starts_with(g.path, top.path || '/') WHERE g.id = p.category_id)"
            )
        return f" WHERE ({' OR '.join(either) or 'FALSE'})"
