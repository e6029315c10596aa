"""Entry points of the worker: each calls one service."""

import logging

from celery import shared_task
from django.db import transaction

from omnichannel.kernel.clock import now
from omnichannel.kernel.context import Context
from stores.services.reconciling import reconcile_stock
from stores.services.stock import expire_holds

logger = logging.getLogger(__name__)
BATCH = 200
_SWEEP = Context(actor="system:expire_holds")
_NIGHTLY = Context(actor="system:reconcile_stock")


@shared_task(name="stores.expire_holds")
def expire() -> int:
    """Give back what lapsed holds keep, a batch a transaction so that locks are short."""
    ended = 0
    while True:
        with transaction.atomic(durable=True):
            batch = expire_holds(by=_SWEEP, at=now(), limit=BATCH)
        ended += batch
        if batch < BATCH:
            return ended


@shared_task(name="stores.reconcile_stock")
def reconcile() -> int:
    """Find levels that disagree with the ledger. Repairing is a person's decision: `manage.py reconcile_stock --repair`."""
    with transaction.atomic(durable=True):
        found = reconcile_stock(repair=False, by=_NIGHTLY, at=now())
    if found:
        logger.error("stock levels disagree with the ledger", extra={"levels": len(found)})
    return len(found)
