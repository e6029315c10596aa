"""Who takes part in a story besides the customer, each with a real credential, as plain data.

Run as a program it hires them in a running stack:

    python -m tests.journeys.story.cast DATA_DIR
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

#: What the brand's own systems may do: its social shop, its warehouse, its office.
SOCIAL = (
    "customers:read",
    "customers:write",
    "carts:read",
    "carts:write",
    "orders:read",
    "orders:write",
    "catalog:read",
)
OFFICE = (
    "customers:read", "loyalty:read", "loyalty:write", "audiences:read", "insights:read", "messages:read", "orders:read",
    "orders:write", "journeys:read", "catalog:read",
)  # fmt: skip


def hire() -> dict[str, Any]:
    """Headers and cookies of each: staff, the brand's systems, a till of the pop-up store, the page's write key."""
    from django.conf import settings

    from customers.services.sources import create_source
    from omnichannel.accounts.models import User
    from omnichannel.kernel.clock import now
    from omnichannel.kernel.context import SYSTEM
    from stores.models import Associate, Store
    from stores.states import StoreKind
    from tests.fixtures.auth import session_of
    from tests.stores.factories import DeviceFactory
    from tests.stores.fixtures import associate_api, key_api

    store = Store.objects.get(kind=StoreKind.POPUP)
    associate = Associate.objects.filter(stores=store).first()
    assert associate is not None
    owner = User.objects.filter(is_superuser=True).first()
    assert owner is not None
    _, write_key = create_source(name=f"The story's shop {uuid4()}", channel="web", by=SYSTEM, at=now())
    return {
        "staff": {"cookies": {settings.SESSION_COOKIE_NAME: session_of(owner), "csrftoken": "c" * 32}},
        "social": {"headers": {**_headers(key_api(*SOCIAL)), "X-Channel": "social"}},
        "office": {"headers": _headers(key_api(*OFFICE))},
        "till": {"headers": _headers(associate_api(DeviceFactory(store=store), associate))},
        "write_key": write_key,
        "popup": {"id": str(store.pk), "name": store.name},
        "social_secret": settings.SOCIAL_WEBHOOK_SECRET,
    }


def _headers(client: Any) -> dict[str, str]:
    return {
        name.removeprefix("HTTP_").replace("_", "-").title(): value
        for name, value in client.defaults.items()
        if name.startswith("HTTP_")
    }


def main(data_dir: Path) -> None:
    from omnichannel.embedded.layout import prepare_layout
    from omnichannel.embedded.local import local_environment

    os.environ |= local_environment(data_dir, prepare_layout(data_dir).urls)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "omnichannel.settings",
        "ALLOWED_HOSTS": "testserver,127.0.0.1",
        "ACCESS_LOG": "0",
        "STATIC_AUTOREFRESH": "1",
        "SOCIAL_WEBHOOK_SECRET": (data_dir / "social_secret").read_text().strip(),
    }
    import django

    django.setup()
    print("HIRED " + json.dumps(hire()))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
