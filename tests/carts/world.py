"""The valid minimum for cart tests: a catalogue, stores with stock, callers with real credentials."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.test import Client

from catalog.models import Category, Price, Product, TaxCategory, Variant
from customers.models import Customer
from omnichannel.accounts.models import User
from omnichannel.kernel.clock import now
from omnichannel.kernel.ids import new_token, token_hash, uuid7
from stores.models import Associate, AssociateSession, Device, StockLevel, Store


@dataclass
class Shop:
    """One category, and a warehouse that ships."""

    category: Category
    warehouse: Store
    variants: dict[str, Variant] = field(default_factory=dict)

    def sell(self, sku: str, price: int, *, stock: int = 1_000, **variant: Any) -> Variant:
        at = now()
        tax = variant.pop("tax_category", "standard")
        TaxCategory.objects.get_or_create(code=tax, defaults={"name": tax})
        sale = variant.pop("sale", None)
        currency = variant.pop("currency", "USD")
        status = variant.pop("status", "active")
        product = Product.objects.create(
            slug=f"p-{sku.lower()}", name=f"Thing {sku}", category=self.category, tax_category_id=tax, status=status
        )
        made = Variant.objects.create(product=product, sku=sku, name="Sage", options={"Colour": "Sage"}, **variant)
        Price.objects.create(variant=made, currency=currency, amount_minor=price, valid_from=at - timedelta(days=9))
        if sale:
            amount, ends = sale
            Price.objects.create(
                variant=made,
                currency=currency,
                amount_minor=amount,
                is_sale=True,
                valid_from=at - timedelta(days=1),
                valid_until=ends,
            )
        StockLevel.objects.create(store=self.warehouse, variant=made, on_hand=stock)
        self.variants[sku] = made
        return made


def make_shop() -> Shop:
    TaxCategory.objects.get_or_create(code="standard", defaults={"name": "Standard"})
    category, _ = Category.objects.get_or_create(path="women", defaults={"name": "Women", "slug": "women"})
    warehouse = make_store("depot", kind="warehouse", ships=True, pickup_enabled=False)
    return Shop(category=category, warehouse=warehouse)


def make_store(code: str, **fields: Any) -> Store:
    return Store.objects.create(
        code=code, name=code.title(), **{"country": "US", "region": "ME", "city": "Portland", **fields}
    )


class Api:
    """A client of the public API with one caller's credential."""

    def __init__(self, **headers: str) -> None:
        self.client = Client()
        self.headers = headers

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        extra = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in {**self.headers, **headers}.items()}
        if body is not None:
            extra |= {"data": json.dumps(body), "content_type": "application/json"}
        return self.client.generic(method, f"/api/v1{path}", **extra)

    def get(self, path: str, **headers: str) -> Any:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("POST", path, {} if body is None else body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self.call("PATCH", path, body, **headers)

    def put(self, path: str, body: Any, **headers: str) -> Any:
        return self.call("PUT", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.call("DELETE", path, **headers)

    def add(self, sku: str, quantity: int = 1, path: str = "/cart", **fields: Any) -> Any:
        return self.post(f"{path}/lines", {"sku": sku, "quantity": quantity, **fields})


def guest_api() -> Api:
    """A guest with a cart of their own."""
    opened = Api().post("/cart")
    assert opened.status_code == 201, opened.content
    return Api(**{"X-Cart-Token": opened.json()["token"]})


@dataclass
class Person:
    customer: Customer
    user: User
    api: Api

    @property
    def id(self) -> UUID:
        return self.customer.pk


def make_person(name: str = "suzie", **fields: Any) -> Person:
    """A customer signed in by the app."""
    email = f"{name}-{uuid7().hex[-8:]}@example.com"
    user = User.objects.create_user(email=email, password="secret-enough-1")
    customer = Customer.objects.create(
        user=user, number=uuid7().hex[-12:], first_name=name.title(), last_name="Reed", email=email, **fields
    )
    return Person(customer, user, Api(**{"X-Session-Token": app_session(user)}))


def app_session(user: User) -> str:
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


@dataclass
class Till:
    store: Store
    device: Device
    associate: Associate
    device_api: Api
    api: Api


def make_till(store: Store, name: str = "Maya Torres") -> Till:
    """An enrolled tablet and an associate signed in on it."""
    token, session = new_token(), new_token()
    device = Device.objects.create(store=store, name="Tablet 1", state="active", token_hash=token_hash(token))
    associate = Associate.objects.create(name=name, pin_hash="!", **_number())
    associate.stores.add(store)
    AssociateSession.objects.create(
        device=device, associate=associate, token_hash=token_hash(session), expires_at=now() + timedelta(hours=8)
    )
    device_api = Api(Authorization=f"Device {token}")
    api = Api(Authorization=f"Device {token}", **{"X-Associate-Session": session})
    return Till(store, device, associate, device_api, api)


def _number() -> dict[str, Any]:
    names = {field.name for field in Associate._meta.get_fields()}
    return {"number": uuid7().hex[-6:]} if "number" in names else {}
