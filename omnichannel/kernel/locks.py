"""Row locks, taken in one order so that no two transactions wait for each other.

Order between kinds: idempotency key → customers → carts → orders → holds → codes → ledger accounts
→ slots → stock → budgets and shared counters. Within a kind: ascending primary key.
"""

from typing import TypeVar

from django.db import models

ModelT = TypeVar("ModelT", bound=models.Model)


def lock_rows(rows: models.QuerySet[ModelT]) -> models.QuerySet[ModelT]:
    """The same rows, locked FOR NO KEY UPDATE in ascending primary key. Call inside a transaction."""
    return rows.order_by("pk").select_for_update(no_key=True, of=("self",))
