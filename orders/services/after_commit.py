"""Calls to gateways wait for the commit: what is asked of them is then certain, and no lock waits for the network."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

_run: Callable[..., None] | None = None


def register_runner(run: Callable[..., None]) -> None:
    """`orders.services.gateway` says here how a due payment or refund is taken a step further."""
    global _run
    _run = run


def run_after_commit(*, payment_ids: Iterable[UUID] = (), refund_ids: Iterable[UUID] = (), at: datetime) -> None:
    """Take these a step further once the transaction stands. Lost when the process dies: `orders.poll_payments` finds them."""
    if _run is not None:
        transaction.on_commit(partial(_run, payment_ids=list(payment_ids), refund_ids=list(refund_ids)), robust=True)
