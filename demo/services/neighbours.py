"""Where the crowd lives, and who looks at jackets this week without buying one: what the live segments are about."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from catalog.models import Variant
from customers.models import Address, Customer
from demo.services.people import Known
from omnichannel.events.models import Event
from omnichannel.events.states import EventKind
from omnichannel.kernel.channels import Channel
from omnichannel.kernel.ids import uuid7

#: Town, state, beginning of its postal codes and share of the crowd: the coast around the shops, and Cape Cod with the pop-up.
_TOWNS = (
    ("Portland", "ME", "041", 24), ("Bath", "ME", "045", 4), ("Rockland", "ME", "048", 4), ("Portsmouth", "NH", "038", 14),
    ("Boston", "MA", "022", 16), ("Salem", "MA", "019", 7), ("Provincetown", "MA", "026", 3), ("Wellfleet", "MA", "026", 3),
    ("Chatham", "MA", "026", 3), ("Providence", "RI", "029", 6), ("San Francisco", "CA", "941", 11), ("Sausalito", "CA", "949", 5),
)  # fmt: skip
_STREETS = (
    "Spring",
    "Pine",
    "Commercial",
    "Bradford",
    "Mill",
    "Harbor",
    "School",
    "Water",
    "High",
    "Chestnut",
    "Shore",
)
_AT_HOME = 0.8
JACKETS = ("women/jackets", "men/jackets")
LOOKERS = 60


def load_homes(*, people: Sequence[Known], at: datetime) -> None:
    """Most of the crowd gave an address with their first parcel."""
    chance = random.Random(41)
    names = {pk: f"{first} {last}" for pk, first, last in Customer.objects.values_list("id", "first_name", "last_name")}
    housed = set(Address.objects.values_list("customer_id", flat=True))
    rows = []
    for person in people:
        if person.id in housed or chance.random() > _AT_HOME:
            continue
        city, region, codes, _ = chance.choices(_TOWNS, [share for *_, share in _TOWNS])[0]
        rows.append(
            Address(
                customer_id=person.id, name=names[person.id], line1=f"{chance.randrange(1, 240)} {chance.choice(_STREETS)} Street",
                city=city, region=region, postal_code=f"{codes}{chance.randrange(1, 60):02}", country="US", is_default=True,
                created_at=at - timedelta(days=chance.randrange(20, 360)),
            )
        )  # fmt: skip
    Address.objects.bulk_create(rows, batch_size=1_000)


def load_window_shopping(*, people: Sequence[Known], at: datetime) -> None:
    """Some people cannot make up their minds about a jacket: views of the last six days, as the web shop's tracker sends them."""
    chance = random.Random(43)
    jackets = list(
        Variant.objects.filter(product__category__path__in=JACKETS).select_related("product__category").order_by("sku")
    )
    if not jackets:
        return
    views = []
    for person in chance.sample(list(people), min(LOOKERS, len(people))):
        jacket = chance.choice(jackets)
        category = jacket.product.category
        for _ in range(chance.choice((1, 2, 2, 3, 4))):
            moment = at - timedelta(minutes=chance.randrange(30, 6 * 24 * 60))
            views.append((moment, person.id, jacket, category.name if category is not None else ""))
    Event.objects.bulk_create(
        [
            Event(
                id=uuid7(), name="Product Viewed", kind=EventKind.TRACKED, occurred_at=moment, identity_id=customer_id,
                subject_id=jacket.product_id, channel=chance.choice((Channel.WEB, Channel.MOBILE)), actor="write_key:demo",
                context={"source": "Marram tracker"},
                data={
                    "sku": jacket.sku, "product_id": jacket.product.slug, "name": jacket.product.name, "category": category,
                    "om_product_id": str(jacket.product_id), "om_variant_id": str(jacket.pk),
                },
            )
            for moment, customer_id, jacket, category in sorted(views, key=lambda view: view[0])
        ],
        batch_size=500,
    )  # fmt: skip
