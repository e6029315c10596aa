"""Reads of stored documents that make an outlived one anew first."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from catalog.errors import CurrencyUnknown
from catalog.queries.documents import StoredDocument, find_document
from catalog.queries.listing import Facets, ListedProduct, ListingQuery, count_facets, list_products
from catalog.services.documents import refresh_documents
from omnichannel.kernel.errors import NotFound

# Counting the facets of tens of thousands of products takes a tenth of a second, and they hardly move:
# each process keeps such counts for a moment. Small answers are counted every time.
KEPT_FROM = 1_000
KEPT_FOR = timedelta(seconds=20)
KEPT_QUESTIONS = 200
_kept: dict[str, tuple[datetime, Facets]] = {}


def read_document(ref: str, *, currency: str | None, everything: bool, at: datetime) -> StoredDocument:
    """A product's public JSON as it is true at `at`. One statement, unless a price began or ended since it was made.

    Raises  NotFound, CurrencyUnknown.
    """
    found = find_document(ref, currency=currency, everything=everything, at=at)
    if found is None:
        raise NotFound()
    if found.body is None or not found.fresh:
        _refresh([found.product_id], at)
        found = find_document(str(found.product_id), currency=currency, everything=everything, at=at)
        if found is None:
            raise NotFound()
        if found.body is None:
            raise CurrencyUnknown(pointer="/currency")
    return found


def read_listing(query: ListingQuery, at: datetime) -> list[ListedProduct]:
    """A page of cards, each as it is true at `at`. Order and price filter follow within the sweep's minute."""
    rows = list_products(query, at)
    stale = [row.product_id for row in rows if not row.fresh]
    if not stale:
        return rows
    _refresh(stale, at)
    return list_products(query, at)


def read_facets(query: ListingQuery, at: datetime) -> Facets:
    """How many products each value would leave. Over many products the counts may be up to `KEPT_FOR` old."""
    asked = replace(query, sort="newest", after=None, limit=0)
    key = repr(asked)
    kept = _kept.get(key)
    if kept is not None and kept[0] > at:
        return kept[1]
    facets = count_facets(asked)
    if facets.total >= KEPT_FROM:
        if len(_kept) >= KEPT_QUESTIONS:
            _kept.clear()
        _kept[key] = (at + KEPT_FOR, facets)
    return facets


def _refresh(product_ids: list[UUID], at: datetime) -> None:
    with transaction.atomic(durable=True):
        refresh_documents(product_ids=product_ids, at=at)
