"""Socks: who bought running shoes sees no ads for them from the next minute, and socks everywhere."""

from typing import Any

import pytest

from tests.audiences.tools import Visits, ads_connected, audience, deliver, inside, left, relate, say_yes, send
from tests.fixtures.auth import ApiClient
from tests.requirements.world import World, add, check_out, said

pytestmark = pytest.mark.django_db


def test_no_ads_for_the_shoes_and_socks_suggested_everywhere(settings: Any) -> None:
    # given somebody who looked at running shoes, and is in the ads for them
    world = World.build()
    for sku in ("RUNNING-SHOES", "WICKING-SOCKS", "TRACKER"):
        world.sell(sku, 5900)
    relate(world.variants["RUNNING-SHOES"], world.variants["WICKING-SOCKS"], world.variants["TRACKER"])
    say_yes(world.suzie)
    with ads_connected(settings) as ads:
        looked, goes_with = audience("viewed_or_carted_not_bought"), audience("related_to_bought")
        Visits().view("RUNNING-SHOES", user=world.suzie.pk)
        deliver()
        send()
        assert inside(looked, world.suzie) == {"running-shoes"} and ads.people() == 1
        # when they buy them on the phone
        add(world.app, "RUNNING-SHOES")
        said(world.app.put_json("/cart/fulfilment", {"kind": "pickup", "store_id": str(world.harbour.pk)}))
        order = check_out(world.app)
        said(world.till.post_json(f"/orders/{order['id']}/payments", {"provider": "terminal"}), 201)
        deliver()
        send()
        # then they are out of it, with the reason, and the platform knows
        assert inside(looked, world.suzie) == set()
        assert left(looked, world.suzie)["running-shoes"].startswith("bought ")
        assert [row["people"] for row in ads.received()["lists"] if row["name"].startswith("Viewed")] == [0]
        # and what goes with them is suggested on the phone, on the web, at the till and in the ads
        assert inside(goes_with, world.suzie) == {"wicking-socks", "tracker"}
        for client, path in (
            (world.app, "/me"), (world.web, "/me"), (world.till, f"/customers/{world.suzie.pk}"),
        ):  # fmt: skip
            assert suggested(client, path) == {"wicking-socks", "tracker"}


def suggested(client: ApiClient, path: str) -> set[str]:
    return {row["product"]["slug"] for row in said(client.get_json(f"{path}/recommendations"))["items"]}
