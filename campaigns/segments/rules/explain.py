"""A rule said back in one sentence."""

from campaigns.segments.rules import phrases
from campaigns.segments.rules.phrases import Names
from campaigns.segments.rules.tree import (
    AllOf,
    AnyOf,
    CartHolds,
    Condition,
    ConsentIs,
    EventDone,
    InSegment,
    KnownBy,
    LabelHeld,
    NearStore,
    Node,
    Not,
    Ordered,
    PointsHeld,
    ProfileIs,
    Referral,
    RfmScore,
    Since,
    Wishes,
)
from campaigns.segments.rules.vocabulary import (
    CHANNELS,
    CONSENT_CHANNELS,
    CONSENT_PURPOSES,
    CONSENT_STATES,
    IDENTITY_KINDS,
    NUMBER_OPS,
    POINT_UNITS,
    PROFILE_FIELDS,
    RFM_PARTS,
    TAG_OPS,
    TEXT_OPS,
    TIME_OPS,
    TRACKED_EVENTS,
)

_FACTS: dict[str, str] = {
    "cart.line_added": "put into the cart",
    "cart.line_removed": "took out of the cart",
    "cart.abandoned": "left a cart",
    "wish_list.item_added": "wished for",
    "order.placed": "placed an order",
    "order.confirmed": "had an order confirmed",
    "order.cancelled": "cancelled an order",
    "fulfilment.collected": "picked up an order",
    "fulfilment.delivered": "got a parcel",
    "return.recorded": "returned something",
    "message.sent": "were sent a message",
    "message.opened": "opened a message",
    "message.clicked": "clicked in a message",
    "newsletter.confirmed": "confirmed the newsletter",
    "customer.created": "became known",
    "member.enrolled": "joined the programme",
    "points.earned": "earned points",
    "points.burned": "spent points",
    "code.redeemed": "used a code",
}

#: Where the goods stand before these words, not after them.
_PLACES = (" into the cart", " out of the cart", " to a cart", " from a cart")


def explain(tree: Node, names: Names | None = None) -> str:
    """`Everyone who looked at Jackets 2 or more times in the last 7 days and did not buy Jackets.`"""
    return f"Everyone who {_node(tree, names or {}, top=True)}."


def _node(node: Node, names: Names, *, top: bool = False) -> str:
    match node:
        case AllOf(of=inner):
            return _group(inner, names, "and", "both " if len(inner) == 2 else "", top)
        case AnyOf(of=inner):
            return _group(inner, names, "or", "either " if len(inner) > 1 else "", False)
        case Not(of=each):
            return f"is not somebody who {_node(each, names)}"
        case _:
            return phrase(node, names)


def _group(inner: tuple[Node, ...], names: Names, joint: str, opening: str, top: bool) -> str:
    words = [_node(each, names, top=top and len(inner) == 1) for each in inner]
    if len(words) == 1:
        return words[0]
    comma = ", " if len(words) > 2 or any("," in word for word in words) else " "
    return f"{'' if top else opening}{', '.join(words[:-1])}{comma}{joint} {words[-1]}"


def phrase(condition: Condition, names: Names) -> str:
    """What a customer of whom the condition is true did or is: completes `who …`."""
    match condition:
        case EventDone():
            return _event(condition, names)
        case Ordered():
            return _order(condition, names)
        case CartHolds():
            return _cart(condition, names)
        case Wishes(has=has, goods=goods):
            return f"{'wishes' if has else 'does not wish'} for {phrases.goods(goods, names, 'something' if has else 'anything')}"
        case PointsHeld(unit=unit, amount=amount, currency=currency):
            if unit == "credit":
                return f"has store credit of {phrases.money_amount(amount, currency)}"
            words = POINT_UNITS[unit].removesuffix("s") if amount.value == 1 else POINT_UNITS[unit]
            return f"has {phrases.amount(amount)} {words}"
        case Referral(role="friend", has=has):
            return "came by a friend's code" if has else "did not come by a friend's code"
        case Referral(count=count, has=has):
            return f"{'brought' if has else 'did not bring'} a friend{phrases.times(count)}"
        case ProfileIs():
            return _profile(condition)
        case ConsentIs(channel=channel, purpose=purpose, state=state):
            where = CONSENT_CHANNELS[channel]
            return f"{CONSENT_STATES[state]} consent to {CONSENT_PURPOSES[purpose]} by {where}"
        case KnownBy(identity=kind, has=has, verified=verified):
            return f"{'has' if has else 'does not have'} {IDENTITY_KINDS[kind]}{' that is proven' if verified else ''}"
        case LabelHeld():
            return _label(condition)
        case InSegment(segment=key, has=has):
            return f"{'is' if has else 'is not'} in “{names.get(key, key)}”"
        case NearStore(store_id=store, how=how, has=has):
            place = names.get(store, "the store")
            if how == "lives":
                return f"{'lives' if has else 'does not live'} near {place}"
            return f"{'bought' if has else 'never bought'} at {place}"
        case RfmScore(part=part, op=op, value=value):
            return f"scores {NUMBER_OPS[op]} {value} of 5 in {RFM_PARTS[part]}"


def event_words(name: str) -> str:
    return TRACKED_EVENTS.get(name) or _FACTS.get(name) or f"had “{name.replace('.', ' ').replace('_', ' ')}”"


def _event(done: EventDone, names: Names) -> str:
    things = [each.goods for each in done.where if each.goods is not None and each.op != "is_not"]
    what = " ".join(phrases.goods(thing, names) for thing in things)
    words = _with_goods(event_words(done.name), what, "something" if done.did else "anything")
    others = [phrases.where(each, names) for each in done.where if each.goods is None or each.op == "is_not"]
    words = " ".join([words, *others])
    if done.since is not None:
        return _since(words, done.since, done.did)
    if done.total is not None:
        words += f" with {done.total_of.replace('_', ' ')} adding up to {phrases.amount(done.total)}"
    words += phrases.times(done.count) + phrases.window(done.window)
    return words if done.did else f"never {words}" if not done.count else f"not: {words}"


def _with_goods(words: str, what: str, unnamed: str) -> str:
    """`put Jackets into the cart`, `looked at something`, `placed an order with Jackets`."""
    place = next((each for each in _PLACES if words.endswith(each)), "")
    if place or words.endswith((" at", " for")):
        return f"{words.removesuffix(place)} {what or unnamed}{place}"
    if not what:
        return words
    return f"{words} with {what}" if "order" in words or "cart" in words else f"{words} {what}"


def _order(done: Ordered, names: Names) -> str:
    what = phrases.goods(done.goods, names, "something" if done.did else "anything")
    where = f" {CHANNELS[done.channel]}" if done.channel else ""
    where += f" at {names.get(done.store_id, 'the store')}" if done.store_id else ""
    when = phrases.window(done.window)
    if done.since is not None:
        return _since(f"bought {what}{where}", done.since, done.did)
    if done.spend is not None:
        spent = f"spent {phrases.money_amount(done.spend, done.currency)}"
        return f"{'' if done.did else 'has not '}{spent}{' on ' + what if done.goods else ''}{where}{when}"
    if done.pieces is not None:
        return f"{'' if done.did else 'has not '}bought {phrases.amount(done.pieces)} pieces of {what}{where}{when}"
    verb = "bought" if done.did else "did not buy"
    return f"{verb} {what}{where}{phrases.times(done.count)}{when}"


def _since(words: str, since: Since, did: bool) -> str:
    ago = (
        f"in the last {phrases.span(since.span)}" if since.op == "within" else f"over {phrases.length(since.span)} ago"
    )
    return f"{'' if did else 'has not, '}{since.which} {words} {ago}"


def _cart(cart: CartHolds, names: Names) -> str:
    words = f"has {phrases.goods(cart.goods, names, 'something')} in the cart"
    if not cart.has:
        words = f"has {'no ' if cart.goods else ''}{phrases.goods(cart.goods, names, 'nothing')} in the cart"
    if cart.worth is not None:
        words += f" worth {phrases.money_amount(cart.worth, cart.currency)}"
    if cart.resting is not None:
        words += f" that rested for {phrases.length(cart.resting)} or more"
    return words


def _profile(profile: ProfileIs) -> str:
    field = PROFILE_FIELDS[profile.field]
    if field.type == "tags":
        return f"has {field.label} that {TAG_OPS[profile.op]} “{profile.value}”"
    if field.type == "moment":
        return _moment(profile, field.deed)
    if profile.op in ("exists", "missing"):
        return f"has {'a' if profile.op == 'exists' else 'no'} known {field.label}"
    value = profile.value
    shown = phrases.listed([f"“{each}”" for each in value], "or") if isinstance(value, tuple) else f"“{value}”"
    words = {"is": "of", "is_not": "other than", "one_of": "of", "contains": "with"}[profile.op]
    return f"has {phrases.one(field.label)} {words} {shown}" if profile.op in TEXT_OPS else ""


def _moment(profile: ProfileIs, deed: str) -> str:
    """`became a customer in the last 30 days`, `became a customer over 30 days ago`."""
    if profile.op in ("exists", "missing"):
        return deed if profile.op == "exists" else f"never {deed}"
    if profile.op == "older" and profile.span is not None:
        return f"{deed} over {phrases.length(profile.span)} ago"
    when = phrases.span(profile.span) if profile.span else phrases.day(profile.moment) if profile.moment else ""
    return f"{deed} {TIME_OPS[profile.op]} {when}"


def _label(held: LabelHeld) -> str:
    words = f"{'carries' if held.has else 'does not carry'} the mark {held.label}"
    if held.key:
        words += f" “{held.key}”"
    if held.amount is not None:
        words += f" of {phrases.amount(held.amount)}"
    return words
