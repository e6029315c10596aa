"""What people did before they bought, and those who only looked: visits with what led there. Pure and repeatable."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from demo.rules.trade import Sale

#: What leads to a visit, by weight: campaign context as links carry it; None for nothing we know of.
_LEADS: tuple[tuple[int, str, dict[str, str]], ...] = (
    (30, "web", {}),
    (16, "mobile", {}),
    (13, "web", {"utm_source": "newsletter", "utm_medium": "email"}),
    (11, "web", {"utm_source": "google", "utm_medium": "cpc", "gclid": "demo"}),
    (10, "mobile", {"utm_source": "instagram", "utm_medium": "social"}),
    (8, "web", {"utm_source": "meta", "utm_medium": "paid_social", "fbclid": "demo"}),
    (5, "web", {"utm_source": "postcard", "utm_medium": "postcard"}),
    (4, "web", {"utm_source": "friend", "utm_medium": "referral"}),
    (3, "tablet", {}),
)
_SEASONS = {
    12: "holiday-gifts", 1: "winter-layers", 2: "winter-layers", 3: "spring-edit", 4: "spring-edit", 5: "summer-coming",
    6: "summer-edit", 7: "summer-edit", 8: "late-summer", 9: "autumn-layers", 10: "autumn-layers", 11: "holiday-gifts",
}  # fmt: skip
#: Visits before an order: most have one or two, a few have more.
_VISITS = (0, 0, 1, 1, 1, 1, 2, 2, 3, 4)
#: People who only looked, for one who bought.
LOOKERS_PER_SALE = 0.8


@dataclass(frozen=True, slots=True)
class Visit:
    """A sitting: when, on what, led there by what, and the SKUs looked at in order.

    buyer    the customer's key; None for somebody who never said who they are (`visitor` tells them apart).
    store    code of the store whose tablet they were shown things on; None elsewhere.
    """

    at: datetime
    channel: str
    visitor: str
    buyer: str | None
    context: dict[str, str]
    viewed: tuple[str, ...]
    store: str | None = None
    carted: tuple[str, ...] = field(default=())


def simulate_lives(sales: Sequence[Sale], *, until: datetime, seed: int = 21) -> Iterator[Visit]:
    """Visits before the sales to known buyers, and of lookers; in no order. What was bought was looked at before."""
    chance = random.Random(seed)
    shops: list[str | None] = [*sorted({sale.store for sale in sales if sale.store})] or [None]
    skus = [line.good.sku for sale in sales for line in sale.lines] or [""]
    for sale in sales:
        if sale.buyer is not None:
            bought = [line.good.sku for line in sale.lines]
            for _ in range(chance.choice(_VISITS)):
                at = sale.at - timedelta(minutes=20 + chance.expovariate(1 / (4.5 * 24 * 60)))
                looked = [chance.choice(bought), *chance.choices(skus, k=chance.randrange(0, 3))]
                yield _visit(chance, at, f"demo-v-{sale.buyer.key}", sale.buyer.key, looked, shops)
        if chance.random() < LOOKERS_PER_SALE:
            at = sale.at - timedelta(minutes=chance.randrange(5, 900))
            looked = chance.choices(skus, k=chance.randrange(0, 4))
            yield _visit(chance, min(at, until), f"demo-l-{sale.key}", None, looked, [None])


def _visit(
    chance: random.Random,
    at: datetime,
    visitor: str,
    buyer: str | None,
    looked: Sequence[str],
    shops: Sequence[str | None],
) -> Visit:
    _, channel, lead = chance.choices(_LEADS, [weight for weight, _, _ in _LEADS])[0]
    if channel == "tablet" and shops == [None]:
        channel = "web"
    context = dict(lead)
    if context:
        context["utm_campaign"] = "refer-a-friend" if context["utm_source"] == "friend" else _SEASONS[at.month]
    return Visit(
        at=at,
        channel=channel,
        visitor=visitor,
        buyer=buyer,
        context=context,
        viewed=tuple(looked),
        store=chance.choice(shops) if channel == "tablet" else None,
        carted=(looked[0],) if looked and chance.random() < 0.3 else (),
    )
