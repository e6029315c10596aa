"""S60 and S93, the ledger's part: one balance, the same on every channel at once, with what it is worth."""

import time

import pytest

from tests.carts.test_live import Process, Stream
from tests.customers.factories import CustomerFactory
from tests.fixtures.auth import session_of
from tests.loyalty.factories import ProgrammeFactory, give, give_credit
from tests.requirements.world import World, add, check_out, said

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


def test_whoever_watches_hears_of_a_change_at_the_till_and_reads_it_within_a_second() -> None:
    # given Suzie's phone watching her balance, and an associate's tablet watching it too
    world = World.build()
    ProgrammeFactory()
    world.sell("TOWEL", 1_200)
    give(world.suzie.pk, 500)
    session = {"X-Session-Token": session_of(world.suzie.user)}
    serving = {
        name.removeprefix("HTTP_").replace("_", "-"): value
        for name, value in world.till.defaults.items()
        if name.startswith("HTTP_")
    }
    process = Process()
    try:
        phone = Stream(process, session, "", path="/live/balance")
        tablet = Stream(process, serving, f"customer={world.suzie.pk}", path="/live/balance")
        began = phone.next_version()
        assert tablet.next_version() == began
        # when points pay at the till
        path = f"/carts/{said(world.till.post_json(f'/customers/{world.suzie.pk}/cart'), 201)['id']}"
        add(world.till, "TOWEL", path=path)
        said(world.till.put_json(f"{path}/fulfilment", {"kind": "carry_out"}))
        started = time.monotonic()
        check_out(world.till, {"provider": "points", "method": {"points": 500}}, {"provider": "cash"}, path=path)
        # then both hear of it, and every channel reads the same, within a second
        heard = {phone.next_version(), tablet.next_version()}
        read = {
            said(world.app.get_json("/me/loyalty"))["points"]["available"],
            said(world.web.get_json("/me/loyalty"))["points"]["available"],
            said(world.till.get_json(f"/customers/{world.suzie.pk}/loyalty"))["points"]["available"],
        }
        assert time.monotonic() - started < 1
        assert (len(heard), read) == (1, {0}) and heard.pop() > began
        # and nobody else may listen
        assert Stream(process, session, f"customer={CustomerFactory().pk}", path="/live/balance").status == 404
    finally:
        process.stop()
