"""S82: codes printed on postcards: unique, single-use, typed as they are read from the card."""

import pytest

from tests.offers.world import percent, publish
from tests.requirements.world import World, add, check_out, guest_of, said, staff_of

pytestmark = pytest.mark.django_db


def test_a_printed_code_is_used_once_by_whoever_holds_the_card(world: World):
    world.sell("SWIMSUIT", 3333)
    offer = publish("postcard", percent("15"), by_code=True, label="15% from your postcard")
    marketer = staff_of(is_superuser=True)
    body = {"count": 200, "prefix": "card", "name": "October parcels"}
    batch = said(marketer.post_json(f"/offers/{offer.pk}/codes", body), 201)["batch"]
    lines = b"".join(marketer.get(batch["export_url"]).streaming_content).decode().splitlines()
    codes = [line.split(",")[0] for line in lines[1:]]
    assert len(set(codes)) == 200
    # one guest types it without dashes and in small letters
    typed = codes[7].replace("-", "").lower()
    paths = [world.walk_in(world.till), world.walk_in(world.till)]
    for path in paths:
        add(world.till, "SWIMSUIT", path=path)
    cart = said(world.till.post_json(f"{paths[0]}/codes", {"code": typed}))
    assert (cart["codes"][0]["code"], cart["totals"]["discount"]["amount_minor"]) == (codes[7], -500)
    check_out(world.till, {"provider": "cash"}, path=paths[0])
    cart = said(world.till.post_json(f"{paths[1]}/codes", {"code": typed}))
    assert (cart["codes"][0]["applied"], cart["codes"][0]["reason"]) == (False, "This code has been used already.")
    # and a guessed one is not known; after twenty guesses it is not even looked at
    guest = guest_of()
    statuses = [guest.post_json("/cart/codes", {"code": f"CARD-00000-0000{n % 10}"}).status_code for n in range(21)]
    assert statuses == [422] * 20 + [429]
