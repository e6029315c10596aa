"""The park visitor: one account, one token that identifies, opens and pays. Open steps are strict expected failures."""

import pytest

from loyalty.services.membership import enrol
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from tests.loyalty.factories import ProgrammeFactory
from tests.requirements.world import World, add, check_out, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return World.build()


def test_one_card_identifies_in_the_store_and_everything_is_on_one_account(world: World) -> None:
    # given a visitor whose card is scanned at a counter
    ProgrammeFactory()
    world.sell("DAY-TICKET", 8900)
    enrol(customer_id=world.suzie.pk, by=SYSTEM, at=now())
    card = said(world.app.get_json("/me/loyalty"))["member"]["card"]
    found = said(world.till.get_json(f"/loyalty/members/by-card/{card}"))["customer"]["id"]
    # when she buys there
    path = f"/carts/{said(world.till.post_json(f'/customers/{found}/cart'), 201)['id']}"
    add(world.till, "DAY-TICKET", path=path)
    said(world.till.put_json(f"{path}/fulfilment", {"kind": "carry_out"}))
    order = check_out(world.till, {"provider": "cash"}, path=path)
    # then it is on her account, on every device
    for client in (world.web, world.app):
        assert order["number"] in {row["number"] for row in said(client.get_json("/orders"))["items"]}


@pytest.mark.xfail(strict=True, reason="S63: there are no bands yet that identify, open and pay")
def test_a_band_is_linked_and_opens_a_gate(world: World) -> None:
    band = said(world.app.post_json("/me/tokens", {"kind": "band", "code": "BAND-7F3K"}), 201)
    said(world.till.post_json(f"/tokens/{band['id']}/open", {"gate": "north"}))


@pytest.mark.xfail(strict=True, reason="S63: photos taken in the park cannot be attached to an account yet")
def test_a_photo_taken_in_the_park_is_on_the_account(world: World) -> None:
    said(world.till.post_json(f"/customers/{world.suzie.pk}/media", {"kind": "photo"}), 201)


@pytest.mark.xfail(strict=True, reason="S64: no token can be lost and revoked yet")
def test_a_lost_band_is_revoked_at_once(world: World) -> None:
    said(world.app.post_json("/me/tokens/BAND-7F3K/revoke"))
