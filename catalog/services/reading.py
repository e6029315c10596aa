"""Reads of stored documents that make an outlived one anew first."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from catalog.errors import CurrencyUnknown
from catalog.queries.documents import StoredDocument, find_document
from catalog.queries.listing import ListedProduct, ListingQuery, list_products
from catalog.services.documents import refresh_documents
from omnichannel.kernel.errors import NotFound


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


def _refresh(product_ids: list[UUID], at: datetime) -> None:
    with transaction.atomic(durable=True):
        refresh_documents(product_ids, at=at)


