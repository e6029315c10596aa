"""A small shop for the tests of orders, driven through the public API."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.test import Client

from carts.models import ShippingMethod, ShippingZone
from catalog.models import Variant
from omnichannel.integrations.models import ApiKey
from omnichannel.kernel.clock import now
from omnichannel.kernel.ids import new_token, token_hash
from stores.models import AssociateSession, StockLevel, Store
from tests.catalog.factories import VariantFactory
from tests.stores.factories import AssociateFactory, DeviceFactory, StockLevelFactory

ADDRESS = {
    "name": "Suzie Lindqvist",
    "line1": "1 Dune Road",
    "city": "Portland",
    "region": "ME",
    "postal_code": "04101",
    "country": "US",
}


@dataclass
class Api:
    """One caller: its credential on every request."""

    headers: dict[str, str] = field(default_factory=dict)
    client: Client = field(default_factory=Client)

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        given = {"content_type": "application/json"} if body is not None else {}
        return getattr(self.client, method)(
            f"/api/v1/{path}",
            **({"data": body} if body is not None else {}),
            **given,
            headers={**self.headers, **headers},
        )

    def get(self, path: str, **headers: str) -> Any:
        return self("get", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self("post", path, {} if body is None else body, **headers)

    def put(self, path: str, body: Any, **headers: str) -> Any:
        return self("put", path, body, **headers)


def guest() -> Api:
    """A guest with a fresh cart."""
    answer = Api().post("cart")
    assert answer.status_code == 201, answer.content
    return Api({"X-Cart-Token": answer.json()["token"]})


def customer(user: Any) -> Api:
    api = Api()
    api.client.force_login(user)
    return api


def till(store: Store, associate: Any = None) -> Api:
    """A device of a store, with an associate signed in."""
    device = DeviceFactory(store=store)
    associate = associate or AssociateFactory(stores=[store])
    token = new_token()
    AssociateSession.objects.create(
        device=device, associate=associate, token_hash=token_hash(token), expires_at=now() + timedelta(hours=8)
    )
    api = Api({"Authorization": f"Device {device.token}", "X-Associate-Session": token})
    api.device, api.associate = device, associate  # type: ignore[attr-defined]
    return api


def system(*scopes: str) -> Api:
    secret = new_token()
    ApiKey.objects.create(name="test", secret_hash=token_hash(secret), prefix=secret[:8], scopes=list(scopes))
    return Api({"Authorization": f"Bearer {secret}"})


def stocked(store: Store, *, on_hand: int = 10, price: int = 1999, **variant: Any) -> Variant:
    item = VariantFactory(price_minor=price, **variant)
    StockLevelFactory(store=store, variant=item, on_hand=on_hand)
    return item


def level(store: Store, variant: Variant) -> tuple[int, int]:
    """On hand and reserved."""
    row = StockLevel.objects.get(store=store, variant=variant)
    return row.on_hand, row.reserved


def fill(api: Api, *lines: tuple[Variant, int]) -> dict[str, Any]:
    """Put lines in the caller's cart; the document."""
    for variant, quantity in lines:
        answer = api.post("cart/lines", {"sku": variant.sku, "quantity": quantity})
        assert answer.status_code == 200, answer.content
    return answer.json()


def walk_in(api: Api, *lines: tuple[Variant, int], kind: str = "carry_out", store: Store | None = None) -> str:
    """A cart opened at a till with these lines; its path below /api/v1/."""
    made = api.post("carts")
    assert made.status_code == 201, made.content
    path = f"carts/{made.json()['id']}"
    for variant, quantity in lines:
        answer = api.post(f"{path}/lines", {"sku": variant.sku, "quantity": quantity})
        assert answer.status_code == 200, answer.content
    if kind:
        answer = api.put(f"{path}/fulfilment", {"kind": kind, **({"store_id": str(store.id)} if store else {})})
        assert answer.status_code == 200, answer.content
    return path


def ways_to_ship() -> None:
    """The standard method, 5.00 within the country."""
    zone, _ = ShippingZone.objects.get_or_create(name="Here", defaults={"countries": ["US"]})
    ShippingMethod.objects.get_or_create(
        zone=zone, code="standard", currency="USD", defaults={"name": "Standard", "amount_minor": 500}
    )


def for_shipping(api: Api) -> dict[str, Any]:
    """To be sent to Suzie by the standard method."""
    ways_to_ship()
    answer = api.put("cart/fulfilment", {"kind": "ship", "ship_to": ADDRESS, "shipping_method": "standard"})
    assert answer.status_code == 200, answer.content
    return answer.json()


def for_pickup(api: Api, store: Store) -> dict[str, Any]:
    answer = api.put("cart/fulfilment", {"kind": "pickup", "store_id": str(store.id)})
    assert answer.status_code == 200, answer.content
    return answer.json()


def checkout(api: Api, *payments: dict[str, Any], path: str = "checkout", **more: Any) -> Any:
    """Check the cart out for the total it shows."""
    cart = api.get(path.removesuffix("/checkout") if "/" in path else "cart").json()
    body = {"expected_total": cart["totals"]["total"], "payments": list(payments), "email": "suzie@example.com", **more}
    return api.post(path, body)
