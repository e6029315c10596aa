"""Fill a running stack's database for a proof, and print what its clients need as JSON.

    python -m tests.prove.furnish DATA_DIR race|single|kill

A process of its own, so that the test run's own settings are left alone.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

RACERS, UNITS, KILL_UNITS = 500, (17, 17, 16), 1_000_000
EMAIL = {"email": "suzie@example.com"}


def race() -> dict[str, Any]:
    """50 units over three stores, and 500 callers who each want one: web, app and till by turns."""
    from tests.customers.factories import CustomerFactory, UserFactory
    from tests.fixtures.auth import session_of
    from tests.orders.shop import Api, fill, for_pickup, guest, stocked, till, walk_in
    from tests.stores.factories import StockLevelFactory, StoreFactory

    stores = [StoreFactory() for _ in UNITS]
    dress = stocked(stores[0], on_hand=UNITS[0])
    for store, units in zip(stores[1:], UNITS[1:], strict=True):
        StockLevelFactory(store=store, variant=dress, on_hand=units)
    tills = [till(store) for store in stores]
    calls = []
    for number in range(RACERS):
        store, kind = stores[number % len(stores)], number // len(stores) % 3
        path, payments = "/checkout", []
        if kind == 2:
            api = tills[number % len(stores)]
            cart_path = walk_in(api, (dress, 1), store=store)
            path, payments = f"/{cart_path}/checkout", [{"provider": "cash"}]
            cart = api.get(cart_path).json()
        else:
            user = UserFactory(password=None) if kind else None
            api = Api({"X-Session-Token": session_of(CustomerFactory(user=user).user)}) if user else guest()
            fill(api, (dress, 1))
            cart = for_pickup(api, store)
        body = {"expected_total": cart["totals"]["total"], "payments": payments, **EMAIL}
        calls.append({"path": path, "headers": api.headers, "body": body})
    return {"calls": calls, "variant": str(dress.id)}


def single() -> dict[str, Any]:
    """One guest's cart, ready to be ordered."""
    from tests.orders.shop import fill, for_pickup, guest, stocked
    from tests.stores.factories import StoreFactory

    store = StoreFactory()
    api = guest()
    fill(api, (stocked(store), 1))
    cart = for_pickup(api, store)
    body = {"expected_total": cart["totals"]["total"], "payments": [], **EMAIL}
    return {"path": "/checkout", "headers": api.headers, "body": body, "cart": cart["id"]}


def kill() -> dict[str, Any]:
    """Two stores with plenty of two variants, and a till in each."""
    from tests.orders.shop import stocked, till
    from tests.stores.factories import StockLevelFactory, StoreFactory

    stores = [StoreFactory() for _ in range(2)]
    variants = [stocked(stores[0], on_hand=KILL_UNITS) for _ in range(2)]
    for variant in variants:
        StockLevelFactory(store=stores[1], variant=variant, on_hand=KILL_UNITS)
    return {
        "skus": [variant.sku for variant in variants],
        "stores": [str(store.id) for store in stores],
        "tills": [till(store).headers for store in stores],
    }


def main(data_dir: Path, what: str) -> None:
    from omnichannel.embedded.layout import prepare_layout
    from omnichannel.embedded.local import local_environment

    os.environ |= local_environment(data_dir, prepare_layout(data_dir).urls)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "omnichannel.settings",
        "ALLOWED_HOSTS": "testserver,127.0.0.1",
        "ACCESS_LOG": "0",
        "STATIC_AUTOREFRESH": "1",
        # One process plays every caller: it is the races that are proven here.
        **{f"THROTTLE_{kind}": "0" for kind in ("ANONYMOUS", "CUSTOMER", "GUEST", "DEVICE", "ASSOCIATE")},
    }
    import django

    django.setup()
    print("FURNISHED " + json.dumps({"race": race, "single": single, "kill": kill}[what]()))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
