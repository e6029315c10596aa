"""The demo's marketing: who allowed what, offers, segments, audiences."""

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from campaigns.audiences.services.audiences import save_audience
from campaigns.audiences.services.rebuilding import rebuild_audience
from campaigns.offers.services.publishing import Limits, ensure_offer, ensure_ready_made
from campaigns.segments.services.saving import NewSegment, create_segment, publish_segment
from customers.models import Consent
from customers.states import ConsentChannel, ConsentPurpose, ConsentState
from demo.services.people import Known
from omnichannel.kernel.context import Context
from stores.models import Store

NEAR_POP_UP = "near-the-pop-up"
READY_MADE = ("newsletter-10", "item-off-48h", "postcard-15", "cart-10", "free-shipping-75")
#: Share of customers who said yes, by channel and purpose.
_YES = (
    (ConsentChannel.EMAIL, ConsentPurpose.MARKETING, 0.62),
    (ConsentChannel.SMS, ConsentPurpose.MARKETING, 0.21),
    (ConsentChannel.MAIL, ConsentPurpose.MARKETING, 0.48),
    (ConsentChannel.ADS, ConsentPurpose.ADVERTISING, 0.44),
)
JACKETS = ["women/jackets", "men/jackets"]
_EMAIL = {"kind": "consent", "channel": "email", "purpose": "marketing", "state": "granted"}


def load_consents(*, people: Sequence[Known], at: datetime) -> None:
    """What the crowd allowed at its first purchase; the heroine and the regulars said yes to all, some withdrew since."""
    chance = random.Random(29)
    rows = []
    for number, person in enumerate(people):
        given = at - timedelta(days=chance.randrange(20, 360))
        for channel, purpose, share in _YES:
            if number < 8 or chance.random() < share:
                said = {"customer_id": person.id, "channel": channel, "purpose": purpose, "source": "checkout"}
                rows.append(
                    Consent(
                        **said,
                        state=ConsentState.GRANTED,
                        wording="2025-1",
                        proof={"form": "checkout"},
                        actor="",
                        at=given,
                    )
                )
                if number >= 8 and chance.random() < 0.05:
                    left = given + (at - given) * chance.random()
                    rows.append(Consent(**said, state=ConsentState.WITHDRAWN, actor="", at=left))
    Consent.objects.bulk_create(sorted(rows, key=lambda row: row.at), batch_size=1_000)


def load_offers(*, by: Context, at: datetime) -> None:
    for key in READY_MADE:
        ensure_ready_made(key=key, by=by, at=at)
    ensure_offer(
        key="two-beach-towels",
        name="Two for the beach",
        definition={
            "label": "20% off from two pieces for the beach",
            "benefit": {"kind": "percent", "percent": "20"},
            "scope": {"categories": ["home/beach"]},
            "condition": {"min_quantity": 2},
            "by_code": False,
            "group": "promotions",
        },
        limits=Limits(budget_minor=500_000),
        by=by,
        at=at,
    )


def load_segments(*, stores: Mapping[str, Store], by: Context, at: datetime) -> list[UUID]:
    """Live segments, each with a rule that reads as a sentence; returns their ids."""
    popup = next((store for store in stores.values() if store.kind == "popup"), None)
    rules: dict[str, tuple[str, list[object]]] = {
        "jacket-lookers": (
            "Looked at jackets twice this week, did not buy, owns points",
            [
                {
                    "kind": "event", "name": "Product Viewed", "count": {"op": ">=", "value": 2}, "window": {"last_days": 7},
                    "where": [{"field": "category", "op": "is", "goods": {"categories": JACKETS}}],
                },
                {"kind": "order", "did": False, "goods": {"categories": JACKETS}, "window": {"last_days": 60}},
                {"kind": "points", "unit": "points", "amount": {"op": ">=", "value": 1}},
            ],
        ),
        "regulars": (
            "Regulars: four orders or more in a year",
            [{"kind": "order", "count": {"op": ">=", "value": 4}, "window": {"last_days": 365}}],
        ),
        "quiet-90": (
            "Bought once, quiet for 90 days, may be written to",
            [
                {"kind": "order", "window": {"last_days": 365}},
                {"kind": "order", "did": False, "window": {"last_days": 90}},
                _EMAIL,
            ],
        ),
        "swimmers": (
            "Bought swimwear this summer",
            [{"kind": "order", "goods": {"categories": ["women/swim"]}, "window": {"last_days": 180}}],
        ),
    }  # fmt: skip
    if popup is not None:
        rules[NEAR_POP_UP] = (
            f"Near {popup.name}, may be written to",
            [{"kind": "store", "store": str(popup.pk), "how": "lives"}, _EMAIL],
        )
    made = []
    for key, (name, conditions) in rules.items():
        segment = create_segment(new=NewSegment(name=name, key=key, tree={"all": conditions}), by=by, at=at)
        publish_segment(segment_id=segment.pk, by=by, at=at)
        made.append(segment.pk)
    return made


def load_audiences(*, by: Context, at: datetime) -> None:
    wanted = (
        (
            "looked-not-bought",
            "Looked at or left in the cart",
            {"kind": "viewed_or_carted_not_bought", "within_days": 30},
        ),
        ("goes-with", "Goes with what they bought", {"kind": "related_to_bought", "within_days": 90}),
    )
    for key, name, rule in wanted:
        changes = {
            "key": key, "name": name, "rule": rule, "is_live": True,
            # No id of the platform's: the first exchange with it makes the list there.
            "destinations": [{"platform": "meta", "is_on": True}],
        }  # fmt: skip
        audience = save_audience(audience_id=None, changes=changes, by=by, at=at)
        rebuild_audience(audience_id=audience.pk, at=at)
