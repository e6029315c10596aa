"""One of everything that an address of the API can name, and for every write a caller who may do it and a good body.

Used to try every write of the schema with bad input, and every identifier in the wrong hands.
"""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from drf_spectacular.generators import SchemaGenerator

from customers.models import Customer
from omnichannel.events.services import deliver_due
from omnichannel.kernel.clock import now
from omnichannel.kernel.ids import uuid7
from omnichannel.rest.views import declared_scopes
from orders.queries.links import order_status_token
from stores.models import StockLevel
from tests.customers.factories import CustomerFactory, UserFactory
from tests.fixtures.auth import ApiClient
from tests.requirements.offering import OFFERING_BODIES, offering_ids
from tests.requirements.promoting import PROMOTING_BODIES, promoting_ids
from tests.requirements.telling import TELLING_BODIES, telling_ids
from tests.requirements.world import ADDRESS, World, add, app_of, check_out, guest_of, said, staff_of, web_of
from tests.stores.fixtures import key_api

WRITES = ("post", "put", "patch", "delete")


@dataclass(frozen=True)
class Operation:
    """One method of one address, as the schema describes it."""

    id: str
    method: str
    path: str
    shape: dict[str, Any] | None

    def address(self, ids: dict[str, Any]) -> str:
        return self.path.removeprefix("/api/v1").format(**ids)


@functools.cache
def schema() -> dict[str, Any]:
    found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return found


def shape_of(reference: dict[str, Any]) -> dict[str, Any]:
    """The schema behind a `$ref`, or the schema itself."""
    while "$ref" in reference:
        reference = schema()["components"]["schemas"][reference["$ref"].rsplit("/", 1)[1]]
    return reference


def operations(*methods: str) -> Iterator[Operation]:
    for path, offered in schema()["paths"].items():
        for method, operation in offered.items():
            if method in methods:
                body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
                yield Operation(operation["operationId"], method.upper(), path, shape_of(body) if body else None)


@dataclass
class Belongings:
    """What one customer has, by the names that addresses use."""

    customer: Customer
    web: ApiClient
    app: ApiClient
    ids: dict[str, str] = field(default_factory=dict)


@dataclass
class House:
    world: World
    suzie: Belongings
    olga: Belongings
    guest: ApiClient
    key: ApiClient
    staff: ApiClient
    ids: dict[str, Any]

    @classmethod
    def build(cls) -> "House":
        _last.clear()
        schema()  # imports every endpoint, whose scopes the key then has
        world = World.build()
        for sku, price in (("DRESS-10", 4999), ("BELT", 1999), ("SOCKS", 799)):
            world.sell(sku, price, stock=1_000, barcode=None)
        key = key_api(*declared_scopes())
        suzie = belongings(world, world.suzie, "suzie")
        olga = belongings(world, CustomerFactory(first_name="Olga", user=UserFactory(email="olga@example.com")), "olga")
        house = cls(world, suzie, olga, guest_of(), key, staff_of(is_superuser=True), {})
        house.ids = house.common_ids()
        # Retail and systems read and write what belongs to nobody; the people's things are Suzie's.
        house.ids |= suzie.ids | promoting_ids(suzie.customer) | offering_ids() | telling_ids(suzie.customer)
        campaign = {"name": "House", "template": "points_statement", "segments": [house.ids["segment_id"]]}
        house.ids["campaign_id"] = said(key.post_json("/campaigns", campaign), 201)["id"]
        return house

    def common_ids(self) -> dict[str, Any]:
        dress = self.world.variants["DRESS-10"]
        category = said(self.key.post_json("/categories", {"name": "Sundries"}), 201)
        endpoint = said(self.key.post_json("/webhook-endpoints", {"url": "https://example.com/hook", "facts": []}), 201)
        pinged = said(self.key.post_json(f"/webhook-endpoints/{endpoint['id']}/ping"), 202)
        deliver_due()
        messages = said(self.key.get_json(f"/webhook-endpoints/{endpoint['id']}/messages"))["items"]
        prices = said(self.key.get_json(f"/variants/{dress.pk}/prices"))["items"]
        keys = said(self.staff.get_json("/api-keys"))["items"]
        return {
            "ref": dress.product.slug,
            "position": 0,
            "variant_id": dress.pk,
            "price_id": prices[0]["id"],
            "category_id": category["id"],
            "level_id": StockLevel.objects.get(store=self.world.harbour, variant=dress).pk,
            "endpoint_id": endpoint["id"],
            "message_id": messages[0]["id"] if messages else pinged.get("id", uuid7()),
            "key_id": keys[0]["id"],
            "store": "harbour",
            "provider": "sandbox",
            "platform": "meta",
            "code": "SUMMER",
            "referral_id": uuid7(),
        }

    def caller(self, operation: Operation) -> ApiClient:
        """Somebody who may do it."""
        path = operation.path.removeprefix("/api/v1")
        for beginning, client in (
            ("/carts/{cart_id}", self.world.till),
            ("/carts", self.world.till),
            ("/cart", self.suzie.web),
            ("/checkout", self.suzie.web),
            ("/handoffs", self.suzie.web),
            ("/messages/templates", self.staff),
            ("/messages", self.key),
            ("/me", self.suzie.web),
            ("/preferences", ApiClient()),
            ("/newsletter", ApiClient()),
            ("/sources", self.staff),
            ("/customers/{customer_id}/identities", self.key),
            ("/customers/{customer_id}/merges", self.key),
            ("/customers/{customer_id}/letters", self.key),
            ("/loyalty/join", ApiClient()),
            ("/wish-lists", self.suzie.web),
            ("/customers", self.world.till),
            ("/orders/record", self.key),
            ("/orders", self.world.till),
            ("/fulfilments", self.world.till),
            ("/payment-links", self.world.till),
            ("/pay/", ApiClient()),
            ("/gateways", ApiClient()),
            ("/devices/enrol", ApiClient()),
            ("/associate", self.world.tablet),
            ("/api-keys", self.staff),
        ):
            if path.startswith(beginning):
                return client
        return self.key

    def body(self, operation: Operation) -> Any:
        """A good body for it; None where it takes none."""
        found: Any = None
        for beginning in ("", "named_", "named_cart_", "customer_", "customers_"):
            if found is None and operation.id.startswith(beginning):
                found = BODIES.get(operation.id.removeprefix(beginning))
        assert found is not None or operation.shape is None, f"no body for {operation.id}"
        return found(self.suzie, self) if callable(found) else found


def belongings(world: World, customer: Customer, name: str) -> Belongings:
    """Give a customer one of everything: address, lists, a merged cart, a paid order waiting for pickup, an open cart."""
    owner = Belongings(customer, web_of(customer), app_of(customer))
    ids = owner.ids
    ids["customer_id"] = str(customer.pk)
    ids["address_id"] = said(owner.web.post_json("/me/addresses", ADDRESS), 201)["id"]
    bought = add(owner.web, "DRESS-10")
    said(owner.web.put_json("/cart/fulfilment", {"kind": "pickup", "store_id": str(world.harbour.pk)}))
    order = check_out(owner.web, email=f"{name}@example.com")
    ids["order_id"], ids["fulfilment_id"] = order["id"], order["fulfilments"][0]["id"]
    ids["order_line_id"], ids["bought_cart_id"] = order["lines"][0]["id"], bought["id"]
    link = said(world.till.post_json(f"/orders/{order['id']}/payment-links"), 201)
    ids["link_id"], ids["token"] = link["id"], link["token"]
    ids["status_token"] = order_status_token(UUID(order["id"]))
    cart = add(owner.web, "BELT", 2)
    guest = guest_of()
    add(guest, "SOCKS")
    ids["merge_id"] = said(owner.web.post_json("/cart/merge", {"token": guest.defaults["HTTP_X_CART_TOKEN"]}))["id"]
    cart = said(owner.web.get_json("/cart"))
    ids["cart_id"], ids["line_id"] = cart["id"], cart["lines"][0]["id"]
    wishes = said(owner.web.post_json("/wish-lists", {"name": "Summer"}), 201)
    wishes = said(owner.web.post_json(f"/wish-lists/{wishes['id']}/items", {"sku": "SOCKS"}))
    ids["list_id"], ids["item_id"] = wishes["id"], wishes["items"][0]["id"]
    return owner


Maker = Callable[[Belongings, House], Any]
_NEW_ADDRESS = {"name": "A", "line1": "1 Quay", "city": "Portland", "country": "US"}
BODIES: dict[str, Any] = {
    **OFFERING_BODIES,
    **PROMOTING_BODIES,
    **TELLING_BODIES,
    "sign_associate_in": lambda own, house: {"associate_id": str(house.world.maya.pk), "pin": "4711"},
    "cart_open": {"currency": "USD"},
    "walk_in_cart_open": {"currency": "USD"},
    "cart_link_restore": {"token": "nobody-gave-this-out"},
    "cart_batch": {"operations": [{"op": "add", "sku": "SOCKS", "quantity": 1}]},
    "cart_add_code": {"code": "SUMMER"},
    "cart_set_contact": {"email": "new@example.com"},
    "cart_set_fulfilment": lambda own, house: {"kind": "pickup", "store_id": str(house.world.harbour.pk)},
    "cart_add_line": {
        "sku": "SOCKS",
        "quantity": 1,
        "personalisation": {"initials": "SL"},
        "note": "soon",
        "is_gift": True,
    },
    "cart_set_line": {"quantity": 3, "note": "soon"},
    "cart_move_to_wish_list": lambda own, house: {"list_id": own.ids["list_id"]},
    "cart_link": {"product": "dress-10", "days": 3},
    "cart_merge": {"token": "nobody-gave-this-out"},
    "cart_attach": lambda own, house: {"customer_id": own.ids["customer_id"]},
    "cart_set_note": {"note": "Ring twice"},
    "cart_scan": {"code": "SOCKS", "quantity": 1},
    "checkout": {
        "expected_total": {"amount_minor": 1, "currency": "USD"},
        "payments": [{"provider": "cash"}],
        "note": "n",
    },
    "handoff_redeem": {"code": "AAAA-BBBB"},
    "categories_create": {"name": "More"},
    "categories_change": {"name": "Other"},
    "customers_enrol": {"first_name": "Ida", "email": "ida@example.com"},
    "customers_change": {"note": "Likes blue"},
    "addresses_add": _NEW_ADDRESS,
    "addresses_change": {"city": "Bath"},
    "me_addresses_add": _NEW_ADDRESS,
    "me_addresses_change": {"city": "Bath"},
    "me_change": {"first_name": "Sue"},
    "wish_list_create": {"name": "Winter"},
    "wish_list_rename": {"name": "Autumn"},
    "wish_list_add_item": {"sku": "BELT", "quantity": 1},
    "enrol_device": {"code": "AAAA-BBBB"},
    "fulfilments_collect": {"code": "000000"},
    "fulfilments_ready": {"place": "Shelf 2"},
    "fulfilments_reject": {"reason": "Torn"},
    "fulfilments_ship": {"carrier": "UPS", "tracking_number": "1Z9"},
    "orders_cancel": {"reason": "Changed my mind"},
    "orders_edit": {"kind": "note", "note": "Leave it with the neighbour"},
    "orders_edit_preview": {"kind": "note", "note": "Leave it with the neighbour"},
    "orders_create_payment_link": {"amount_minor": 100},
    "orders_pay": {"provider": "cash"},
    "orders_return": lambda own, house: {"lines": [{"line_id": own.ids["order_line_id"], "quantity": 1}]},
    "orders_return_preview": lambda own, house: {"lines": [{"line_id": own.ids["order_line_id"], "quantity": 1}]},
    "orders_lookup": {"number": "AAAA-AAAA", "email": "suzie@example.com"},
    "orders_request_link": {"number": "AAAA-AAAA", "email": "suzie@example.com"},
    "orders_record": lambda own, house: {
        "source": "etsy",
        "external_id": "1",
        "placed_at": now().isoformat(),
        "lines": [{"sku": "SOCKS", "quantity": 1, "unit_price_minor": 799}],
        "total": {"amount_minor": 799, "currency": "USD"},
    },
    "pay_post": {"provider": "stripe"},
    "me_loyalty_enrol": {"token": "nobody-signed-this"},
    "loyalty_enrol": lambda own, house: {"customer_id": str(own.customer.pk)},
    "loyalty_join": {"token": "nobody-signed-this", "email": "new@example.com", "first_name": "New"},
    "loyalty_reward": lambda own, house: {"customer_id": str(own.customer.pk), "trigger": "review", "reference": "r1"},
    "loyalty_referrals_approve": {"note": "Flatmates"},
    "loyalty_referrals_refuse": {"note": "One person"},
    "products_create": {"name": "Scarf"},
    "products_put": {"name": "Scarf"},
    "products_change": {"name": "Scarf"},
    "products_add_image": {"url": "https://images.example/2.jpg", "alt": "Scarf"},
    "products_set_relations": {"kind": "similar", "related": []},
    "products_add_variant": {"sku": "SCARF"},
    "adjust_stock": {"store": "harbour", "sku": "SOCKS", "change_by": 1, "reason": "Found"},
    "expect_stock": {"store": "harbour", "lines": [{"sku": "SOCKS", "quantity": 1}]},
    "receive_stock": {"store": "harbour", "lines": [{"sku": "SOCKS", "quantity": 1}]},
    "set_stock_thresholds": {"safety_stock": 1},
    "variants_change": {"name": "Blue"},
    "variants_set_prices": {"prices": [{"currency": "USD", "amount_minor": 700}]},
    "webhook_endpoints_create": {"url": "https://example.com/other"},
    "webhook_endpoints_update": {"description": "Other"},
    "webhook_endpoints_replay": lambda own, house: {"since": now().isoformat()},
}


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written inside is taken back."""
    before = _last.get(_written()) if _last else None
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]  # as Django's TestCase does, for the durable blocks inside
    try:
        with block:
            yield
            transaction.set_rollback(True)
    finally:
        _last.clear()
        if before is not None:
            _last[_written()] = before


#: Rows written by this transaction so far: while it stands still, so does every table. It counts on through what is
#: taken back, of which only `undone` knows that the tables are as they were.
_WRITTEN = """
SELECT pg_current_xact_id()::text, sum(n_tup_ins + n_tup_upd + n_tup_del)::bigint FROM pg_stat_xact_user_tables
"""
_last: dict[tuple[Any, ...], dict[str, str]] = {}


def _written() -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN)
        return tuple(cursor.fetchone())


def database() -> dict[str, str]:
    """A digest of every table's rows; sessions, throttles, kept answers and the count of refusals itself apart."""
    written = _written()
    if written not in _last:
        _last.clear()
        with connection.cursor() as cursor:
            _last[written] = _digest(cursor)
    return _last[written]


def _digest(cursor: Any) -> dict[str, str]:
    cursor.execute(
        """SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition
              AND relnamespace = 'public'::regnamespace AND split_part(relname, '_', 1) = ANY(%s)
              AND relname <> 'integrations_refusedmessage' ORDER BY relname""",
        [["catalog", "customers", "stores", "carts", "orders", "integrations", "events", "loyalty", "campaign", "insights"]],
    )  # fmt: skip
    names = [name for (name,) in cursor.fetchall()]
    rows = "SELECT '{0}', md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM \"{0}\" t"
    cursor.execute(" UNION ALL ".join(rows.format(name) for name in names))
    return dict(cursor.fetchall())


__all__ = [
    "BODIES",
    "WRITES",
    "Belongings",
    "House",
    "Operation",
    "app_of",
    "database",
    "operations",
    "schema",
    "shape_of",
    "undone",
]
