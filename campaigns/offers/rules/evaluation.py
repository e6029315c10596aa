"""What the offers come to in a cart: one pure function for every channel. Worked numbers: docs/algorithms/pricing.md.

Offers take one after the other from what is left of each line: the higher priority first, among equals what alone
would take the larger share of the lines it touches, then the larger amount, then by key. Of the offers in one group a line takes one; an offer never takes a line twice.
The order in which codes were typed and lines were added changes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from fractions import Fraction
from uuid import UUID

from campaigns.offers.rules.benefits import Goods, Taken, take
from campaigns.offers.rules.definition import BuyGet, FreeShipping, Gift
from campaigns.offers.rules.gates import Candidate, Facts, HeldCode, LiveOffer, Use, WhyNot, cart_why_not, why_not
from carts.ports import Adjustment, CartSnapshot, SnapshotLine

SOURCE = "offers"
_SHIPPING = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Applied:
    """`shares`: off each line, > 0. `shipping_minor`: off shipping at most; pricing cuts it to what that costs."""

    offer: LiveOffer
    code: HeldCode | None
    shares: Mapping[UUID, int]
    shipping_minor: int
    until: datetime | None

    @property
    def amount_minor(self) -> int:
        return sum(self.shares.values())


@dataclass(frozen=True, slots=True)
class Refused:
    offer: LiveOffer
    code: HeldCode | None
    why: WhyNot


@dataclass(frozen=True, slots=True)
class Evaluation:
    """`until`: the earliest moment at which any of it may change by the clock alone."""

    applied: tuple[Applied, ...] = ()
    refused: tuple[Refused, ...] = ()
    until: datetime | None = None


@dataclass(slots=True)
class _Cart:
    """What is left while offers take."""

    snapshot: CartSnapshot
    lines: Sequence[SnapshotLine]
    left: dict[UUID, int]
    # By group (or by the offer itself): line → the label of the offer that took it.
    taken: dict[str, dict[UUID, str]] = field(default_factory=dict)
    given: dict[UUID, int] = field(default_factory=dict)
    used: dict[UUID, int] = field(default_factory=dict)


def evaluate(
    snapshot: CartSnapshot,
    offers: Sequence[LiveOffer],
    codes: Sequence[HeldCode],
    facts: Facts,
    *,
    zone: tzinfo = UTC,
) -> Evaluation:
    """Every offer that needs no code, and those the codes open; with a reason for each that does not apply.

    offers  all that are live. codes  those in the cart; one whose offer is not live is left to the caller.
    zone    in which moments are said.
    """
    by_id = {offer.id: offer for offer in offers}
    candidates = [Candidate(offer) for offer in offers if not offer.definition.by_code]
    candidates += [Candidate(by_id[code.offer_id], code) for code in codes if code.offer_id in by_id]
    lines = sorted((line for line in snapshot.lines if line.is_sellable), key=lambda line: line.id)
    untouched = {line.id: line.items_minor for line in lines}
    open_ones: list[tuple[Candidate, tuple[Fraction, int]]] = []
    refused: list[Refused] = []
    for candidate in candidates:
        if why := why_not(candidate, snapshot, facts, zone):
            refused.append(Refused(candidate.offer, candidate.code, why))
        else:
            fresh = _Cart(snapshot, lines, dict(untouched))
            alone = _take(candidate, fresh)
            open_ones.append((candidate, _weight(alone, untouched) if isinstance(alone, Taken) else (Fraction(0), 0)))
    open_ones.sort(key=lambda entry: (-entry[0].definition.priority, -entry[1][0], -entry[1][1], *_name(entry[0])))
    cart = _Cart(snapshot, lines, dict(untouched))
    applied: list[Applied] = []
    for candidate, _ in open_ones:
        found = _apply(candidate, cart, facts)
        if isinstance(found, Applied):
            applied.append(found)
        else:
            refused.append(Refused(candidate.offer, candidate.code, found))
    refused.sort(key=lambda each: _name(Candidate(each.offer, each.code)))
    return Evaluation(tuple(applied), tuple(refused), _until(snapshot, applied, refused, facts))


def adjustments_of(evaluation: Evaluation) -> list[Adjustment]:
    """Rows for the cart: one for each line and offer."""
    rows = []
    for each in evaluation.applied:
        common = {
            "kind": "discount", "label": each.offer.definition.label, "code": each.code.code if each.code else "",
            "source": SOURCE, "reference": str(each.offer.version_id), "until": each.until,
        }  # fmt: skip
        rows += [
            Adjustment(amount_minor=-share, line_id=line_id, **common)  # type: ignore[arg-type]  # what all rows share, as one mapping
            for line_id, share in sorted(each.shares.items())
        ]
        if each.shipping_minor:
            rows.append(Adjustment(amount_minor=-each.shipping_minor, on="shipping", **common))  # type: ignore[arg-type]  # what all rows share, as one mapping
    return rows


def _weight(taken: Taken, worth: Mapping[UUID, int]) -> tuple[Fraction, int]:
    """What share of the lines it touches an offer takes, and how much: so 25 % off one jacket goes before 20 % off all."""
    touched = sum(worth[line_id] for line_id in taken.touched)
    return Fraction(taken.worth_minor, touched) if touched else Fraction(0), taken.worth_minor


def _apply(candidate: Candidate, cart: _Cart, facts: Facts) -> Applied | WhyNot:
    offer = candidate.offer
    taken = _take(candidate, cart)
    if isinstance(taken, WhyNot):
        return taken
    use = facts.uses.get(offer.id, Use())
    shipping = taken.shipping_minor
    if offer.budget_minor is not None:
        left = offer.budget_minor - use.used_minor - cart.given.get(offer.id, 0)
        if taken.worth_minor > left or (shipping and left <= 0):
            return WhyNot("budget", "What is left of it is less than this cart would get.")
        shipping = min(shipping, left)
    used = cart.used.get(offer.id, 0)
    if offer.max_uses is not None and use.uses + used >= offer.max_uses:
        return WhyNot("used_up", "It has been used as often as it may.")
    if offer.per_customer is not None and use.by_person + used >= offer.per_customer:
        return WhyNot("person_limit", "One code of this offer is enough for one order.")
    for line_id, share in taken.shares.items():
        cart.left[line_id] -= share
    cart.given[offer.id] = cart.given.get(offer.id, 0) + taken.worth_minor + shipping
    cart.used[offer.id] = used + 1
    touched = taken.touched | ({_SHIPPING} if shipping else set())
    for name in _groups(offer):
        cart.taken.setdefault(name, {}).update(dict.fromkeys(touched, offer.definition.label))
    return Applied(offer, candidate.code, taken.shares, shipping, _applied_until(candidate, facts))


def _take(candidate: Candidate, cart: _Cart) -> Taken | WhyNot:
    """What it would take from what is left, or what in the cart stands in its way."""
    definition = candidate.definition
    benefit = definition.benefit
    covered = [line for line in cart.lines if candidate.covers(line)]
    extra: list[SnapshotLine] = []
    if isinstance(benefit, Gift):
        extra = [line for line in cart.lines if line.variant_id in benefit.variants]
    elif isinstance(benefit, BuyGet) and benefit.get_scope is not None:
        extra = [line for line in cart.lines if benefit.get_scope.covers(line)]
    others = {line.id for line in extra}
    covered = [line for line in covered if line.id not in others]
    if not covered:
        return WhyNot("scope", _not_covered(candidate))
    spend = sum(line.items_minor for line in covered)
    quantity = sum(line.quantity for line in covered)
    currency = cart.snapshot.currency
    if why := cart_why_not(definition.condition, spend_minor=spend, quantity=quantity, currency=currency):
        return why
    blocked = _blocked(candidate.offer, cart)
    # A gift is taken off its own lines: what it comes with may have another offer.
    able = covered if isinstance(benefit, Gift) else [line for line in covered if line.id not in blocked]
    free_extra = [line for line in extra if line.id not in blocked]
    if able and not (isinstance(benefit, FreeShipping) and _SHIPPING in blocked):
        taken = take(benefit, Goods(able, free_extra, cart.left, spend, currency))
        if taken.shares or taken.shipping_minor:
            return taken
    in_the_way = [blocked[line.id] for line in (*covered, *extra) if line.id in blocked]
    if _SHIPPING in blocked and isinstance(benefit, FreeShipping):
        in_the_way.insert(0, blocked[_SHIPPING])
    if in_the_way and (len(able) < len(covered) or len(free_extra) < len(extra) or isinstance(benefit, FreeShipping)):
        return WhyNot("stacking", f"It does not go together with “{in_the_way[0]}”, which comes first here.")
    return WhyNot("nothing", taken.why_not)


def _not_covered(candidate: Candidate) -> str:
    code = candidate.code
    if code is not None and (code.product_ids or code.variant_ids):
        return "The item this code is for is not in the cart."
    return "Nothing in the cart is covered by it."


def _blocked(offer: LiveOffer, cart: _Cart) -> dict[UUID, str]:
    found: dict[UUID, str] = {}
    for name in _groups(offer):
        found |= cart.taken.get(name, {})
    return found


def _groups(offer: LiveOffer) -> tuple[str, ...]:
    """Where a line is taken once: the offer itself, and its stacking group."""
    own = f"offer:{offer.id}"
    return (own, f"group:{offer.definition.group}") if offer.definition.group else (own,)


def _name(candidate: Candidate) -> tuple[str, str]:
    return candidate.offer.key, candidate.code.lookup if candidate.code else ""


def _applied_until(candidate: Candidate, facts: Facts) -> datetime | None:
    condition = candidate.definition.condition
    ends = [candidate.until]
    for kind, keys in (("segment", condition.segments), ("tier", condition.tiers)):
        held = [facts.labels[kind, key] for key in keys if (kind, key) in facts.labels]
        if held and None not in held:
            ends.append(max(end for end in held if end is not None))
    return min((end for end in ends if end is not None), default=None)


def _until(
    snapshot: CartSnapshot, applied: Sequence[Applied], refused: Sequence[Refused], facts: Facts
) -> datetime | None:
    ends = [each.until for each in applied] + [each.why.until for each in refused]
    return min((end for end in ends if end is not None and end > snapshot.at), default=None)
