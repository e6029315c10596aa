"""A simulated year of sales, and what is open today: carts on every channel, pickups on the board."""

import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from carts.queries.access import CartRef, internally
from carts.services.abandoning import record_abandoned
from carts.services.details import FulfilmentWish, set_fulfilment
from carts.services.lines import Operation, change_cart
from carts.states import FulfilmentKind
from demo.catalogue import CURRENCY, load_catalogue
from demo.places import FIRST_PLACE, PLACES
from demo.rules.trade import Buyer, Good, Sale, Shop, simulate_year
from demo.services.people import Known
from omnichannel.kernel.channels import Channel
from omnichannel.kernel.context import Context
from orders.services.commands import PlaceOrder, TenderWish
from orders.services.placing import place_order
from orders.services.recording import BATCH, RecordedLine, RecordOrder, record_orders
from stores.models import Associate, Store
from stores.services.devices import invite_device

SOURCE = "demo"
HEROINE_BAG = ("QUAY-RAIN-JACKET-OCHRE-10", "COVE-SWIMSUIT-INK-10")
# Sales of these last days take stock, so that the ledger shows what sells; what lay there before was counted since.
DAYS_WITH_STOCK = 28


def load_year(
    *, people: Sequence[Known], stores: Mapping[str, Store], variants: Mapping[str, UUID], by: Context, at: datetime
) -> list[Sale]:
    """Record every sale of the last year up to `at`; return them."""
    goods = [
        Good(
            sku=variant.sku,
            slug=product.slug,
            name=product.name,
            price_minor=product.sale_price_minor(CURRENCY) or product.prices_minor[CURRENCY],
            season=product.attributes["Season"],
            goes_with=product.complementary + product.accessory,
        )
        for product in load_catalogue().products
        for variant in product.variants
    ]
    buyers = [Buyer(str(person.id), person.email) for person in people]
    shops = [
        Shop(place.code, place.time_zone, place.stock_share, stores[place.code].opens_on, stores[place.code].closes_on)
        for place in PLACES
        if place.kind != "warehouse"
    ]
    associates = _associates_by_store()
    sales: list[Sale] = []
    for batch in _batches(simulate_year(goods=goods, buyers=buyers, shops=shops, until=at), BATCH):
        commands = [
            _command(sale, stores, variants, associates, since=at - timedelta(days=DAYS_WITH_STOCK)) for sale in batch
        ]
        record_orders(commands=commands, by=by, at=at, announce=False)
        sales += batch
    return sales


def load_open_carts(
    *, people: Sequence[Known], stores: Mapping[str, Store], variants: Mapping[str, UUID], at: datetime, count: int = 60
) -> None:
    """Carts that regulars and others left open within the last days, on every channel; the heroine's with her jacket."""
    chance = random.Random(5)
    skus = list(variants)
    heroine, *others = people
    for person in chance.sample(others, count):
        channel = chance.choice((Channel.WEB, Channel.WEB, Channel.MOBILE, Channel.TABLET))
        at_then = at - timedelta(minutes=chance.randrange(3, 3 * 24 * 60))
        _fill(person, chance.sample(skus, chance.randrange(1, 4)), variants, channel, at_then)
    # Carts that have rested for long are marked now, as they would have been then; the heroine's facts come last.
    record_abandoned(at=at, after=timedelta(minutes=settings.CART_ABANDONED_AFTER_MINUTES))
    _fill(heroine, HEROINE_BAG, variants, Channel.MOBILE, at - timedelta(minutes=12))


def load_pickups(
    *, people: Sequence[Known], stores: Mapping[str, Store], variants: Mapping[str, UUID], at: datetime, count: int = 9
) -> None:
    """Orders of today that wait to be picked, in the shops that hand over."""
    chance = random.Random(3)
    shops = [
        stores[FIRST_PLACE],
        *(stores[place.code] for place in PLACES if place.pickup_enabled and place.code != FIRST_PLACE),
    ]
    plenty = [sku for sku in variants if "SOCK" in sku or "TEE" in sku or "TOWEL" in sku or "BEANIE" in sku] or list(
        variants
    )
    tills = {shop.id: _till(shop, at=at) for shop in shops}
    for number, person in enumerate(people[2 : 2 + count]):
        shop = shops[0] if number % 2 == 0 else shops[number % len(shops)]
        placed_at = at - timedelta(minutes=15 + 20 * number)
        by = Context(channel=Channel.WEB, customer_id=person.id, actor=f"customer:{person.id}")
        ref = CartRef(customer_id=person.id)
        cart = change_cart(
            ref=ref,
            operations=[Operation(op="add", variant_id=variants[chance.choice(plenty)], quantity=1)],
            by=by,
            at=placed_at,
        )
        wish = FulfilmentWish(kind=FulfilmentKind.PICKUP, store_id=shop.id)
        written = set_fulfilment(ref=internally(cart.cart_id), wish=wish, by=by, at=placed_at)
        total = json.loads(written.document)["totals"]["total"]
        # Paid at a counter: an unpaid order would lapse before anybody looks at the demo.
        place_order(
            ref=internally(cart.cart_id),
            command=PlaceOrder(
                expected_total_minor=total["amount_minor"],
                currency=total["currency"],
                payments=[TenderWish(provider="terminal", method={"brand": "visa", "last4": "4242"})],
                email=person.email,
            ),
            by=tills[shop.id],
            at=placed_at,
        )


def _till(shop: Store, *, at: datetime) -> Context:
    """A till of the shop with its first associate, as the place where somebody paid."""
    device = invite_device(
        store_id=shop.id, name=f"Till, {shop.name}", channel=Channel.POS, by=Context(actor="system:demo"), at=at
    ).device
    associate = Associate.objects.filter(stores=shop).order_by("id").first()
    return Context(
        channel=Channel.POS,
        store_id=shop.id,
        device_id=device.id,
        associate_id=associate.id if associate else None,
        actor=f"associate:{associate.id}" if associate else "system:demo",
    )


def _fill(person: Known, skus: Iterable[str], variants: Mapping[str, UUID], channel: str, at: datetime) -> None:
    by = Context(channel=channel, customer_id=person.id, actor=f"customer:{person.id}")
    wanted = [variants[sku] for sku in skus if sku in variants]
    if wanted:
        change_cart(
            ref=CartRef(customer_id=person.id),
            operations=[Operation(op="add", variant_id=variant_id, quantity=1) for variant_id in wanted],
            by=by,
            at=at,
        )


def _command(
    sale: Sale,
    stores: Mapping[str, Store],
    variants: Mapping[str, UUID],
    associates: Mapping[UUID, list[UUID]],
    *,
    since: datetime,
) -> RecordOrder:
    store = stores[sale.store] if sale.store else None
    staff = associates.get(store.id, []) if store else []
    lines = [
        RecordedLine(
            sku=line.good.sku,
            name=line.good.name,
            quantity=line.quantity,
            unit_price_minor=line.good.price_minor,
            variant_id=variants[line.good.sku],
            discount_minor=-line.discount_minor,
            discount_label="15% off",
            tax_minor=line.tax_minor,
        )
        for line in sale.lines
    ]
    return RecordOrder(
        source=SOURCE,
        external_id=sale.key,
        placed_at=sale.at,
        currency=CURRENCY,
        lines=lines,
        total_minor=sum(line.total_minor for line in lines),
        channel=sale.channel,
        customer_id=UUID(sale.buyer.key) if sale.buyer else None,
        email=sale.buyer.email if sale.buyer else "",
        store_id=store.id if store else None,
        associate_id=staff[hash_of(sale.key) % len(staff)] if staff else None,
        payment_method=sale.tender,
        takes_stock=sale.at >= since,
    )


def hash_of(key: str) -> int:
    """The same number for the same key in every process, unlike `hash`."""
    return sum(key.encode())


def _associates_by_store() -> dict[UUID, list[UUID]]:
    by_store: dict[UUID, list[UUID]] = {}
    for store_id, associate_id in Associate.objects.values_list("stores", "id").order_by("id"):
        by_store.setdefault(store_id, []).append(associate_id)
    return by_store


def _batches(sales: Iterator[Sale], size: int) -> Iterator[list[Sale]]:
    batch: list[Sale] = []
    for sale in sales:
        batch.append(sale)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
