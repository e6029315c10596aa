"""Reading a cart as it was written: one statement."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from carts.queries.access import CartRef


@dataclass(frozen=True, slots=True)
class StoredCart:
    id: UUID
    version: int
    document: str
    status: str
    is_stale: bool
    customer_id: UUID | None


# A placed cart shows what it last did, under the status and version that placing gave it (unless erased to `{}`).
_SHOWN = """
       CASE WHEN c.status = 'placed' AND length(c.document) > 2
            THEN (c.document::jsonb || jsonb_build_object('status', c.status, 'version', c.version))::text
            ELSE c.document END"""
# Past `priced_until` a price, an offer or a rate has changed: the caller reprices before it shows the document.
_FIND = f"""
SELECT c.id, c.version, {_SHOWN},
       c.status, coalesce(c.priced_until <= %(at)s AND c.status = 'open', false), c.customer_id
  FROM carts_cart c
 WHERE {{where}}
"""
_OF_CUSTOMER = f"SELECT {_SHOWN} FROM carts_cart c WHERE c.customer_id = %s ORDER BY c.id"


def find_stored_cart(ref: CartRef, *, at: datetime) -> StoredCart | None:
    """The cart's document and version; None for one that is not there or not the caller's."""
    with connection.cursor() as cursor:
        cursor.execute(_FIND.format(where=ref.where), {**ref.parameters, "at": at})
        row = cursor.fetchone()
    return StoredCart(*row) if row else None


def list_documents(customer_id: UUID) -> list[str]:
    """Every cart this customer has or had, as it shows itself."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_CUSTOMER, [customer_id])
        return [document for (document,) in cursor.fetchall()]


def last_version_of(customer_id: UUID) -> int:
    """The version of the last cart this customer had; their next one counts on from it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(version), 0) FROM carts_cart WHERE customer_id = %s", [customer_id])
        return int(cursor.fetchone()[0])
