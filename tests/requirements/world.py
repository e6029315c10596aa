"""The shop in which the requirements are played: stores, goods, and every kind of caller, each with a real credential.

Callers are `ApiClient`s: `world.web.post_json("/cart/lines", {...})`. What is checked is what they are answered.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings

from carts.models import ShippingMethod, ShippingZone, TaxRate
from catalog.models import Variant
from catalog.services.documents import refresh_documents
from customers.models import Customer
from omnichannel.kernel.clock import now
from stores.models import Associate, Device, StockLevel, Store
from tests.catalog.factories import CategoryFactory, ImageFactory, ProductFactory, TaxCategoryFactory, VariantFactory
from tests.customers.factories import CustomerFactory, StaffFactory, UserFactory
from tests.fixtures.auth import ApiClient, session_of
from tests.stores.factories import AssociateFactory, DeviceFactory, StoreFactory, stock_up
from tests.stores.fixtures import associate_api, device_api, key_api

ADDRESS = {
    "name": "Suzie Lindqvist", "line1": "27 Spring Street", "city": "Portland", "region": "ME", "postal_code": "04102", "country": "US",
}  # fmt: skip


def open_tables() -> None:
    """5.5 % on top in Maine, clothing free of it; one parcel service at 5.00."""
    TaxRate.objects.create(name="Maine", country="US", region="ME", rate_pct=Decimal("5.5"))
    TaxRate.objects.create(
        name="Clothing", country="US", region="ME", category=TaxCategoryFactory(code="clothing"), rate_pct=0
    )
    zone = ShippingZone.objects.create(name="Home", countries=["US"])
    ShippingMethod.objects.create(zone=zone, code="standard", name="Standard", currency="USD", amount_minor=500)


@dataclass
class World:
    """Harbour and Mill are shops where goods are picked up; the depot ships. Suzie has one account on web and app."""

    harbour: Store
    mill: Store
    depot: Store
    suzie: Customer
    web: ApiClient
    app: ApiClient
    device: Device
    maya: Associate
    tablet: ApiClient
    till: ApiClient
    variants: dict[str, Variant] = field(default_factory=dict)

    @classmethod
    def build(cls) -> "World":
        harbour = StoreFactory(code="harbour", name="Harbour Street")
        mill = StoreFactory(code="mill", name="Mill Lane", latitude=43.68, longitude=-70.30)
        depot = StoreFactory(code="depot", name="Depot", kind="warehouse", pickup_enabled=False)
        suzie = CustomerFactory(user=UserFactory(email="suzie@example.com"))
        device, maya = DeviceFactory(store=harbour), AssociateFactory(name="Maya Torres", stores=[harbour])
        open_tables()
        return cls(
            harbour,
            mill,
            depot,
            suzie,
            web_of(suzie),
            app_of(suzie),
            device,
            maya,
            device_api(device),
            associate_api(device, maya),
        )

    def sell(
        self, sku: str, price: int, *, stock: int | dict[Store, int] = 10, tax: str = "clothing", **variant: Any
    ) -> Variant:
        """Put a thing on sale; `stock` by store, or that many units in each of the three."""
        if "product" not in variant:
            category = CategoryFactory._meta.model.objects.filter(path="women").first() or CategoryFactory(slug="women")
            variant["product"] = ProductFactory(
                slug=sku.lower(),
                name=sku.replace("-", " ").title(),
                category=category,
                tax_category=TaxCategoryFactory(code=tax),
            )
            ImageFactory(product=variant["product"])
        made: Variant = VariantFactory(sku=sku, price_minor=price, **variant)
        places = stock if isinstance(stock, dict) else dict.fromkeys((self.harbour, self.mill, self.depot), stock)
        stock_up(made, places)
        refresh_documents(product_ids=[made.product_id], at=now())
        self.variants[sku] = made
        return made

    def stock(self, store: Store, sku: str) -> tuple[int, int]:
        """On hand and reserved, as another system is told."""
        found = key_api("stock:read").get_json(f"/stock/levels?store={store.code}&sku={sku}").json()["items"][0]
        return found["on_hand"], found["reserved"]

    def till_in(self, store: Store, name: str = "Noor Aziz") -> ApiClient:
        """Another shop's tablet with its associate signed in."""
        client = associate_api(DeviceFactory(store=store), AssociateFactory(name=name, stores=[store]))
        return client

    def walk_in(self, till: ApiClient) -> str:
        """The path of a cart opened at a till, to be carried out."""
        opened = said(till.post_json("/carts"), 201)
        path = f"/carts/{opened['id']}"
        said(till.put_json(f"{path}/fulfilment", {"kind": "carry_out"}))
        return path


def web_of(customer: Customer) -> ApiClient:
    """Signed in on the web: cookie and CSRF token, checked."""
    client = ApiClient(enforce_csrf_checks=True)
    client.cookies[settings.SESSION_COOKIE_NAME] = session_of(customer.user)  # type: ignore[arg-type]
    client.cookies["csrftoken"] = "c" * 32
    client.customer, client.user = customer, customer.user
    return client


def app_of(customer: Customer) -> ApiClient:
    """Signed in in the mobile app."""
    client = ApiClient({"X-Session-Token": session_of(customer.user)})  # type: ignore[arg-type]
    client.customer, client.user = customer, customer.user
    return client


def guest_of(**headers: str) -> ApiClient:
    """A guest with a cart of their own."""
    token = said(ApiClient().post_json("/cart"), 201)["token"]
    return ApiClient({"X-Cart-Token": token, **headers})


def staff_of(**fields: Any) -> ApiClient:
    """A member of staff, signed in with a second factor; `is_superuser=True` or groups given by name."""
    groups = fields.pop("groups", [])
    user = StaffFactory(**fields)
    if groups:
        from django.contrib.auth.models import Group

        user.groups.set(Group.objects.filter(name__in=groups))
    client = ApiClient()
    client.cookies[settings.SESSION_COOKIE_NAME] = session_of(user)
    client.user = user
    return client


def said(answer: Any, status: int = 200) -> Any:
    """The body of an answer that has this status."""
    assert answer.status_code == status, (answer.status_code, answer.content[:2000])
    return answer.json()


def refused(answer: Any, status: int, code: str) -> Any:
    """The problem of a refused call."""
    assert (answer.status_code, answer.json().get("code")) == (status, code), answer.content[:2000]
    return answer.json()


def add(client: ApiClient, sku: str, quantity: int = 1, path: str = "/cart", **more: Any) -> Any:
    return said(client.post_json(f"{path}/lines", {"sku": sku, "quantity": quantity, **more}))


def minor(totals: dict[str, Any], *names: str) -> dict[str, int]:
    """Amounts of an order's or cart's totals in minor units."""
    return {name: totals[name]["amount_minor"] for name in names or totals}


def check_out(client: ApiClient, *payments: dict[str, Any], path: str = "", status: int = 201, **more: Any) -> Any:
    """Check a cart out for the total it shows."""
    cart = said(client.get_json(path or "/cart"))
    body = {"expected_total": cart["totals"]["total"], "payments": list(payments), **more}
    return said(client.post_json(f"{path}/checkout", body), status)


def level_of(store: Store, variant_id: UUID) -> StockLevel:
    return StockLevel.objects.get(store=store, variant_id=variant_id)
