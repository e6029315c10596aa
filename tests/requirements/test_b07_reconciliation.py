"""B7, stock part: the ledger is reconciled nightly, drift is alarmed and repaired by a command."""

import pytest
from django.conf import settings
from django.core.management import call_command

from omnichannel.events.models import Event
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from omnichannel.kernel.ids import uuid7
from stores.models import StockLevel
from stores.services import stock
from stores.tasks import reconcile
from tests.stores.factories import StockLevelFactory

pytestmark = pytest.mark.django_db(transaction=True)


def drifts():
    return [
        (fact.data["store_id"], fact.data["drift"], fact.data["repaired"])
        for fact in Event.objects.filter(name="stock.drift_found").order_by("id")
    ]


def test_drift_is_found_told_and_repaired(capsys):
    # given levels in balance, one with a promise
    sound, drifted = StockLevelFactory(on_hand=10), StockLevelFactory(on_hand=10)
    for level in (sound, drifted):
        stock.hold_stock(
            store_id=level.store_id,
            wanted={level.variant_id: 3},
            holder_kind="order",
            holder_id=uuid7(),
            until=None,
            by=SYSTEM,
            at=now(),
        )
    assert reconcile() == 0 and drifts() == []
    # when somebody writes past the ledger
    StockLevel.objects.filter(id=drifted.id).update(on_hand=14, reserved=5)
    # then the nightly task tells it and leaves it
    assert settings.CELERY_BEAT_SCHEDULE["stores.reconcile_stock"]["schedule"] == 24 * 3600
    assert reconcile() == 1
    assert drifts() == [(str(drifted.store_id), {"on_hand": 4, "reserved": 2}, False)]
    # and the command says where and by how much, and repairs on request
    with pytest.raises(SystemExit):
        call_command("reconcile_stock")
    assert "on_hand +4, reserved +2" in capsys.readouterr().out
    call_command("reconcile_stock", repair=True)
    assert "1 levels disagree with the ledger, repaired" in capsys.readouterr().out
    drifted.refresh_from_db()
    assert (drifted.on_hand, drifted.reserved) == (10, 3)
    assert reconcile() == 0


def test_a_promise_that_nobody_holds_is_taken_back_by_a_movement(capsys):
    # given a hold whose row vanished past the ledger
    level = StockLevelFactory(on_hand=10)
    made = stock.hold_stock(
        store_id=level.store_id,
        wanted={level.variant_id: 3},
        holder_kind="order",
        holder_id=uuid7(),
        until=None,
        by=SYSTEM,
        at=now(),
    )
    made.delete()
    # when it is repaired, then the units are free again and the ledger says why
    call_command("reconcile_stock", repair=True)
    level.refresh_from_db()
    assert (level.on_hand, level.reserved) == (10, 0) and reconcile() == 0
