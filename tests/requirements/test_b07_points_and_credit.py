"""B7, points and credit: the ledger is reconciled nightly, drift is alarmed and repaired by a command."""

import pytest
from django.conf import settings
from django.core.management import call_command

from loyalty.models import Account, Lot
from loyalty.tasks.points import reconcile
from omnichannel.events.models import Event
from tests.customers.factories import CustomerFactory
from tests.loyalty.factories import give, give_credit

pytestmark = pytest.mark.django_db(transaction=True)


def test_drift_is_found_told_and_repaired(capsys: pytest.CaptureFixture[str]) -> None:
    # given points and credit in balance
    sound, drifted = CustomerFactory(), CustomerFactory()
    give(sound.pk, 100)
    give(drifted.pk, 100)
    give_credit(drifted.pk, 1_500)
    assert reconcile() == 0
    # when somebody writes past the ledger
    account = Account.objects.get(customer=drifted, unit="credit:USD")
    Account.objects.filter(pk=account.pk).update(balance=1_600)
    lot = Lot.objects.get(account__customer=drifted, account__unit="points")
    Lot.objects.filter(pk=lot.pk).update(remaining=60)
    # then the nightly task tells it and leaves it
    assert settings.CELERY_BEAT_SCHEDULE["loyalty.reconcile"]["schedule"] == 24 * 3600
    assert reconcile() == 4
    told = {(fact.data["check"], fact.data["difference"]) for fact in Event.objects.filter(name="ledger.drift_found")}
    assert told == {
        ("balance_is_entries", 100),
        ("balance_is_lots", 100),
        ("balance_is_lots", 40),
        ("lot_is_uses", -40),
    }
    # and the command says so, and repairs on request
    with pytest.raises(SystemExit):
        call_command("reconcile_loyalty")
    assert f"lot_is_uses {lot.pk}: -40" in capsys.readouterr().out
    call_command("reconcile_loyalty", repair=True)
    assert "4 figures disagree with the ledger, repaired" in capsys.readouterr().out
    account.refresh_from_db()
    lot.refresh_from_db()
    assert (account.balance, lot.remaining) == (1_500, 100)
    assert reconcile() == 0
