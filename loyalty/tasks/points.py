"""Entry points of the worker for the ledger: each calls one service, a batch a transaction."""

import logging
from collections.abc import Callable

from celery import shared_task
from django.db import transaction

from loyalty.services.lapsing import activate_due, expire_due, release_due
from loyalty.services.reconciling import reconcile_ledger
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import Context

logger = logging.getLogger(__name__)
BATCH = 500


def _drain(lapse: Callable[..., int], actor: str) -> int:
    done = 0
    while True:
        with transaction.atomic(durable=True):
            batch = lapse(limit=BATCH, by=Context(actor=actor), at=now())
        done += batch
        if not batch:
            return done


@shared_task(name="loyalty.activate_due")
def activate() -> int:
    """Pending points whose time has come may be spent."""
    return _drain(activate_due, "system:activate_due")


@shared_task(name="loyalty.expire_due")
def expire() -> int:
    """Points and credit past their time lapse; holds of carts past theirs end."""
    return _drain(release_due, "system:release_due") + _drain(expire_due, "system:expire_due")


@shared_task(name="loyalty.reconcile")
def reconcile() -> int:
    """Find figures that disagree with the entries. Repairing is a person's decision: `manage.py reconcile_loyalty --repair`."""
    with transaction.atomic(durable=True):
        found = reconcile_ledger(repair=False, by=Context(actor="system:reconcile_loyalty"), at=now())
    if found:
        logger.error("the points ledger disagrees with its entries", extra={"figures": len(found)})
    return len(found)
