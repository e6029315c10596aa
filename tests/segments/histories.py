"""Random histories, as the reference reads them and as rows."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from carts.models import Cart, CartLine, WishList, WishListItem
from catalog.models import Category, Product, TaxCategory, Variant
from customers.models import Address, Consent, Customer, Identity, Label
from loyalty.models import Account
from omnichannel.events.models import Event
from omnichannel.kernel.ids import uuid7
from orders.models import Order, OrderLine
from stores.models import Store
from tests.segments.reference import Histories

PATHS = ("women", "women/jackets", "women/dresses", "men", "women-x")
NAMES = ("Product Viewed", "page", "order.confirmed")
PROPERTIES: tuple[Any, ...] = (
    "red", "Red wine", "12", 12, 12.5, -3, True, None, "1e3", "", "100%", "a_b", "O'Neil", "ÉTÉ", "\\", ["red"], {"a": 1},
)  # fmt: skip


def make_histories(seed: int, at: datetime) -> Histories:
    """A dozen customers and what they did around the edges of windows, written to the database."""
    rng = Random(seed)
    told = Histories()
    _catalog(told, rng)
    for n in range(12):
        _customer(told, rng, n, at)
    _write(told, at)
    return told


def _ago(rng: Random, at: datetime) -> datetime:
    """Often on the very edge of a window that the rules use."""
    days = rng.choice((0, 1, 7, 7, 30, 30, 31, 90, 180, 365, 400))
    nudge = rng.choice((0, 0, 1, -1, 3_600, 86_399))
    return at - timedelta(days=days, seconds=nudge)


def _catalog(told: Histories, rng: Random) -> None:
    for path in PATHS:
        for _ in range(2):
            product = str(uuid7())
            told.products[product] = path
            told.variants[str(uuid7())] = product
    for city, postal in (("Portland", "04101"), ("Boston", "02110")):
        told.stores.append({"id": str(uuid7()), "city": city, "region": "ME", "country": "US", "postal_code": postal})


def _customer(told: Histories, rng: Random, n: int, at: datetime) -> None:
    own = str(uuid7())
    told.customers.append(
        {
            "id": own, "first_name": rng.choice(("Ann", "Bo", "", "O'Neil", "ÉTÉ", "A_n", "100%")), "email": rng.choice(("", f"p{n}@example.com")),
            "source": rng.choice(("store", "sign_up")), "tags": rng.choice(([], ["vip"], ["vip", "press"])),
            "created_at": _ago(rng, at), "merged": n == 0, "number": f"N{n}{own[:8]}",
        }
    )  # fmt: skip
    identities = [own]
    told.identities.append({"id": own, "customer": own, "kind": "customer", "verified": False})
    for kind in rng.sample(("anonymous", "email", "social"), rng.randint(0, 3)):
        identities.append(str(uuid7()))
        told.identities.append({"id": identities[-1], "customer": own, "kind": kind, "verified": rng.random() < 0.5})
    articles = [*told.products, *told.variants]
    for _ in range(rng.randint(0, 8)):
        data = {"price": rng.choice(PROPERTIES), "colour": rng.choice(PROPERTIES)}
        if rng.random() < 0.7:
            data[rng.choice(("om_product_id", "product_id", "variant_id"))] = rng.choice(articles)
        told.events.append(
            {
                "id": str(uuid7()), "identity": rng.choice(identities), "name": rng.choice(NAMES),
                "kind": rng.choice(("tracked", "domain", "echo")), "at": _ago(rng, at),
                "channel": rng.choice(("web", "mobile")), "data": data,
            }
        )  # fmt: skip
    for _ in range(rng.randint(0, 4)):
        lines = []
        for variant in rng.sample(sorted(told.variants), rng.randint(1, 3)):
            quantity = rng.randint(1, 3)
            cancelled = rng.randint(0, quantity)
            lines.append(
                {
                    "variant": variant, "quantity": quantity, "cancelled": cancelled,
                    "returned": rng.randint(0, quantity - cancelled), "total": rng.randint(0, 30_000),
                }
            )  # fmt: skip
        told.orders.append(
            {
                "id": str(uuid7()), "customer": own, "at": _ago(rng, at), "lines": lines,
                "status": rng.choice(("confirmed", "completed", "placed", "cancelled")),
                "channel": rng.choice(("web", "pos")), "currency": rng.choice(("USD", "EUR")),
                "left": rng.randint(0, 60_000), "store": rng.choice((None, told.stores[0]["id"])),
            }
        )  # fmt: skip
    if rng.random() < 0.6:
        told.carts.append(
            {
                "id": str(uuid7()), "customer": own, "at": _ago(rng, at), "currency": "USD",
                "total": rng.randint(0, 20_000), "variants": rng.sample(sorted(told.variants), rng.randint(0, 2)),
            }
        )  # fmt: skip
    if rng.random() < 0.4:
        told.wishes.append({"customer": own, "variant": rng.choice(sorted(told.variants))})
    for unit in rng.sample(("points", "credit:USD"), rng.randint(0, 2)):
        told.accounts.append(
            {"customer": own, "unit": unit, "balance": rng.choice((0, 1, 500)), "pending": rng.choice((0, 20))}
        )
    for _ in range(rng.randint(0, 3)):
        told.consents.append(
            {
                "id": str(uuid7()), "customer": own, "channel": rng.choice(("email", "sms")), "purpose": "marketing",
                "state": rng.choice(("granted", "withdrawn")), "at": _ago(rng, at),
            }
        )  # fmt: skip
    for kind, key in rng.sample((("tier", "gold"), ("value", "ltv"), ("segment", "others")), rng.randint(0, 3)):
        told.labels.append(
            {"customer": own, "kind": kind, "key": key, "open": rng.random() < 0.7, "value": rng.choice(PROPERTIES)}
        )
    if rng.random() < 0.6:
        told.addresses.append(
            {
                "customer": own, "city": rng.choice(("portland", "Boston", "Bath")), "region": rng.choice(("ME", "MA")),
                "postal_code": rng.choice(("04105", "02999", "99999")), "country": rng.choice(("US", "CA")),
            }
        )  # fmt: skip


def _write(told: Histories, at: datetime) -> None:
    TaxCategory.objects.get_or_create(code="standard", defaults={"name": "Standard"})
    categories = {path: Category.objects.create(name=path, slug=path.rsplit("/", 1)[-1], path=path) for path in PATHS}
    Product.objects.bulk_create(
        Product(id=pk, slug=pk, name=pk[-6:], category=categories[path]) for pk, path in told.products.items()
    )
    Variant.objects.bulk_create(Variant(id=pk, product_id=product, sku=pk) for pk, product in told.variants.items())
    Store.objects.bulk_create(
        Store(id=row["id"], code=row["id"], name=row["city"], **{k: v for k, v in row.items() if k != "id"})
        for row in told.stores
    )
    Customer.objects.bulk_create(
        Customer(
            **{name: row[name] for name in ("id", "number", "first_name", "email", "source", "tags", "created_at")},
            merged_into_id=told.customers[1]["id"] if row["merged"] else None,
        )
        for row in reversed(told.customers)
    )
    Identity.objects.bulk_create(
        Identity(
            id=row["id"], customer_id=row["customer"], kind=row["kind"], value=row["id"],
            verified_at=at if row["verified"] else None,
        )
        for row in told.identities
    )  # fmt: skip
    Event.objects.bulk_create(
        Event(
            id=row["id"], name=row["name"], kind=row["kind"], occurred_at=row["at"], identity_id=row["identity"],
            channel=row["channel"], actor="test", request_id="", data=row["data"],
        )
        for row in told.events
    )  # fmt: skip
    Order.objects.bulk_create(
        Order(
            id=row["id"], number=row["id"][-12:], customer_id=row["customer"], status=row["status"],
            currency=row["currency"], items_minor=0, total_minor=0, current_total_minor=row["left"],
            channel=row["channel"], store_id=row["store"], placed_at=row["at"],
        )
        for row in told.orders
    )  # fmt: skip
    OrderLine.objects.bulk_create(
        OrderLine(
            order_id=row["id"], position=n, variant_id=line["variant"], sku="x", name="x", quantity=line["quantity"],
            cancelled_quantity=line["cancelled"], returned_quantity=line["returned"], unit_price_minor=0,
            total_minor=line["total"], channel="web",
        )
        for row in told.orders
        for n, line in enumerate(row["lines"])
    )  # fmt: skip
    Cart.objects.bulk_create(
        Cart(
            id=row["id"], customer_id=row["customer"], currency=row["currency"], channel="web",
            total_minor=row["total"], item_count=len(row["variants"]), last_activity_at=row["at"], created_at=row["at"],
        )
        for row in told.carts
    )  # fmt: skip
    CartLine.objects.bulk_create(
        CartLine(
            cart_id=row["id"], variant_id=variant, quantity=1, added_channel="web", added_at=at, changed_channel="web",
            changed_at=at,
        )
        for row in told.carts
        for variant in row["variants"]
    )  # fmt: skip
    for row in told.wishes:
        wishes = WishList.objects.create(customer_id=row["customer"], name="Wishes", created_at=at)
        WishListItem.objects.create(wish_list=wishes, variant_id=row["variant"], channel="web", added_at=at)
    Account.objects.bulk_create(
        Account(
            customer_id=row["customer"], unit=row["unit"], balance=row["balance"], pending=row["pending"],
            created_at=at, updated_at=at,
        )
        for row in told.accounts
    )  # fmt: skip
    Consent.objects.bulk_create(
        Consent(
            id=row["id"], customer_id=row["customer"], channel=row["channel"], purpose=row["purpose"],
            state=row["state"], source="test", actor="test", at=row["at"],
        )
        for row in told.consents
    )  # fmt: skip
    Label.objects.bulk_create(
        Label(
            customer_id=row["customer"], kind=row["kind"], key=row["key"], value=row["value"],
            valid_from=at - timedelta(days=9), valid_until=None if row["open"] else at,
        )
        for row in told.labels
    )  # fmt: skip
    Address.objects.bulk_create(
        Address(
            customer_id=row["customer"], name="A", line1="1 Road",
            **{name: row[name] for name in ("city", "region", "postal_code", "country")},
        )
        for row in told.addresses
    )  # fmt: skip
