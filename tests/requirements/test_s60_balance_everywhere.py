"""S60 and S93, the ledger's part: one balance, the same on every channel at once, with what it is worth."""

import pytest

from loyalty.models import Account
from loyalty.providers.live import BalanceTopic
from omnichannel.events import live
from omnichannel.kernel.clock import now
from omnichannel.rest.principal import Caller, Principal
from tests.loyalty.factories import ProgrammeFactory, give, give_credit
from tests.requirements.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def test_web_app_till_and_tills_card_read_the_same_balance_after_every_change() -> None:
    world = World.build()
    ProgrammeFactory()

    def told() -> set[tuple[int, int, int]]:
        answers = [
            client.get_json(path).json()
            for client, path in (
                (world.web, "/me/loyalty"),
                (world.app, "/me/loyalty"),
                (world.till, f"/customers/{world.suzie.pk}/loyalty"),
            )
        ]
        return {
            (each["points"]["available"], each["points"]["worth"]["amount_minor"], each["credit"]["amount_minor"])
            for each in answers
        }

    assert told() == {(0, 0, 0)}
    give(world.suzie.pk, 1_250)
    assert told() == {(1_250, 1_250, 0)}
    give_credit(world.suzie.pk, 1_500)
    assert told() == {(1_250, 1_250, 1_500)}


def test_whoever_watches_is_told_of_every_change(monkeypatch: pytest.MonkeyPatch) -> None:
    # given Suzie's phone watching her balance
    world = World.build()
    principal = Principal(kind=Caller.CUSTOMER, key="customer:x", customer_id=world.suzie.pk)
    before = BalanceTopic().stand(principal, {})
    assert (before.topic, before.version) == (f"balance:{world.suzie.pk}", 0)
    published: list[tuple[str, bytes]] = []
    monkeypatch.setattr(live, "_publish", lambda channel, payload: published.append((channel, payload)))
    # when points come in and, in one go, credit
    give(world.suzie.pk, 10)
    give_credit(world.suzie.pk, 5, at=now())
    # then each change carries the version the next look answers
    told = [int(payload) for channel, payload in published if channel.endswith(before.topic)]
    assert told == sorted(set(told)) and len(told) == 2
    assert BalanceTopic().stand(principal, {}).version == told[-1]
    assert sum(Account.objects.values_list("version", flat=True)) == told[-1]
