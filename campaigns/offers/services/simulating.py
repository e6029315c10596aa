"""What offers would come to in a cart, real or made up: nothing is kept, nothing is used."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from campaigns.offers.models import Offer
from campaigns.offers.queries.evaluating import find_facts
from campaigns.offers.queries.live import load_live_offers
from campaigns.offers.queries.naming import say
from campaigns.offers.queries.spelling import lookup_of
from campaigns.offers.rules.evaluation import Evaluation, adjustments_of, evaluate
from campaigns.offers.rules.gates import HeldCode, LiveOffer
from campaigns.offers.rules.reading import read_definition
from carts.errors import UnknownItem
from carts.ports import Adjustment, CartSnapshot
from carts.queries.access import CartRef
from carts.rules.lines import Line, Lines
from carts.rules.pricing import spread_discounts
from carts.services.lines import find_sellables
from carts.services.pricing import take_snapshot
from carts.services.working import WorkingCart, find_and_lock_cart, mark_of
from catalog.queries import list_sellables, match_code
from omnichannel.brand.queries import get_brand
from omnichannel.kernel.context import SYSTEM
from omnichannel.kernel.ids import uuid7

#: The code a draft that needs one is tried with.
_TRIED = "DRAFT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A cart to try. Either `cart` (a real one) or `items` (SKU → pieces) of a made-up one.

    draft      JSON of an offer being written, judged beside those that are live; it stands in for `offer_id`.
    codes      typed beside those in the cart.
    """

    cart: CartRef | None = None
    items: Mapping[str, int] | None = None
    customer_id: UUID | None = None
    email: str = ""
    currency: str = ""
    channel: str = "web"
    store_id: UUID | None = None
    fulfilment: str = "ship"
    codes: Sequence[str] = ()
    draft: Any = None
    offer_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Tried:
    """`sentence` and `problems` are the draft's; `draft_id` is the offer it counted as."""

    snapshot: CartSnapshot | None
    rows: Sequence[Adjustment]
    evaluation: Evaluation
    sentence: str = ""
    problems: Sequence[Mapping[str, str]] = ()
    draft_id: UUID | None = None


def try_offers(*, trial: Trial, at: datetime) -> Tried:
    """Evaluate a cart with the live offers, and with a draft as if it were live.

    Locks   a real cart, for as long as it takes to read it.
    Raises  UnknownItem for a SKU that is not sold.
    """
    draft, sentence, problems = _read_draft(trial)
    with transaction.atomic():
        snapshot = _snapshot(trial, at)
    if snapshot is None:
        return Tried(None, (), Evaluation(), sentence, problems, draft.id if draft else None)
    live = load_live_offers()
    offers = [offer for offer in live.offers if draft is None or offer.id != draft.id]
    offers += [draft] if draft else []
    lookups = [lookup_of(entry.code) for entry in snapshot.codes if entry.resolver == "offers"]
    lookups += [lookup_of(code) for code in trial.codes]
    codes, facts = find_facts(snapshot, offers, list(dict.fromkeys(lookups)))
    if draft is not None and draft.definition.by_code and not any(code.offer_id == draft.id for code in codes):
        codes = (*codes, HeldCode(id=0, code=_TRIED, lookup=_TRIED, offer_id=draft.id))
    evaluation = evaluate(snapshot, offers, codes, facts, zone=live.zone)
    rows = spread_discounts(snapshot.lines, adjustments_of(evaluation))
    return Tried(snapshot, rows, evaluation, sentence, problems, draft.id if draft else None)


def _read_draft(trial: Trial) -> tuple[LiveOffer | None, str, Sequence[Mapping[str, str]]]:
    if trial.draft is None:
        return None, "", ()
    definition, problems = read_definition(trial.draft)
    if definition is None:
        return None, "", problems
    kept = Offer.objects.filter(pk=trial.offer_id).first() if trial.offer_id else None
    draft = LiveOffer(
        id=kept.pk if kept else uuid7(),
        version_id=uuid7(),
        key=kept.key if kept else "draft",
        definition=definition,
        budget_minor=kept.budget_minor if kept else None,
        currency=kept.currency if kept else "USD",
        max_uses=kept.max_uses if kept else None,
        per_customer=kept.per_customer if kept else None,
    )
    return draft, say(definition), ()


def _snapshot(trial: Trial, at: datetime) -> CartSnapshot | None:
    if trial.cart is not None:
        cart = find_and_lock_cart(trial.cart, by=SYSTEM, at=at)
        return take_snapshot(cart, find_sellables(cart, at=at), {}, at=at) if cart is not None else None
    items = trial.items or {}
    currency = trial.currency or get_brand().default_currency
    sellables = list_sellables([], currency, at, codes=list(items))
    lines = []
    for place, (code, quantity) in enumerate(items.items()):
        sellable = match_code(code, sellables.values())
        if sellable is None:
            raise UnknownItem(pointer=f"/items/{place}/sku", sku=code)
        mark = mark_of(SYSTEM, at)
        lines.append(
            Line(
                id=uuid7(),
                variant_id=sellable.variant_id,
                quantity=quantity,
                added=mark,
                changed=mark,
                personalisation={},
                price_seen_minor=sellable.price_minor or 0,
            )
        )
    made_up = WorkingCart(
        id=uuid7(), version=0, status="open", currency=currency, customer_id=trial.customer_id, customer_name="",
        channel=trial.channel, store_id=trial.store_id, email=trial.email, ship_to={}, shipping_method="", note="",
        fulfilment={"kind": trial.fulfilment, "store_id": str(trial.store_id) if trial.store_id else None},
        abandoned_at=None, lines=Lines(lines),
    )  # fmt: skip
    snapshot = take_snapshot(made_up, sellables, {}, at=at)
    return replace(snapshot, rates_version=None)
