"""One reader for each kind of condition."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from campaigns.segments.rules.reading_values import Reader
from campaigns.segments.rules.tree import (
    CartHolds,
    Condition,
    ConsentIs,
    EventDone,
    InSegment,
    KnownBy,
    LabelHeld,
    NearStore,
    Ordered,
    PointsHeld,
    ProfileIs,
    Referral,
    RfmScore,
    Since,
    Where,
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
)

Data = Mapping[str, Any]
_PROPERTY = re.compile(r"[A-Za-z0-9_$.\- ]{1,80}")


def _profile(reader: Reader, data: Data, at: str) -> Condition:
    name = reader.choice(data, "field", PROFILE_FIELDS, at, "Choose a field of the profile.")
    if not name:
        return ProfileIs("", "")
    kind = PROFILE_FIELDS[name].type
    if kind == "tags":
        reader.only(data, {"kind", "field", "op", "value"}, at)
        op = reader.choice(data, "op", TAG_OPS, at, "Choose whether the tag is there or not.")
        return ProfileIs(name, op, reader.text(data.get("value"), f"{at}/value", "Name a tag."))
    if kind == "moment":
        return _profile_moment(reader, data, name, at)
    reader.only(data, {"kind", "field", "op", "value"}, at)
    op = reader.choice(data, "op", TEXT_OPS, at, "Choose how to compare.")
    if op in ("exists", "missing", ""):
        return ProfileIs(name, op)
    if op == "one_of":
        return ProfileIs(name, op, reader.listed_texts(data.get("value"), f"{at}/value"))
    return ProfileIs(name, op, reader.text(data.get("value"), f"{at}/value", "Say what to compare with."))


def _profile_moment(reader: Reader, data: Data, name: str, at: str) -> Condition:
    op = reader.choice(data, "op", {**TIME_OPS, "exists": "", "missing": ""}, at, "Choose how to compare the date.")
    if op in ("exists", "missing", ""):
        reader.only(data, {"kind", "field", "op"}, at)
        return ProfileIs(name, op)
    if op in ("before", "after"):
        reader.only(data, {"kind", "field", "op", "value"}, at)
        return ProfileIs(name, op, moment=reader.moment(data.get("value"), f"{at}/value"))
    reader.only(data, {"kind", "field", "op", "days", "hours", "minutes"}, at)
    return ProfileIs(name, op, span=reader.span(data, "", at))


def _consent(reader: Reader, data: Data, at: str) -> Condition:
    reader.only(data, {"kind", "channel", "purpose", "state"}, at)
    channel = reader.choice(data, "channel", CONSENT_CHANNELS, at, "Choose a channel.")
    purpose = reader.choice(data, "purpose", CONSENT_PURPOSES, at, "Choose what for.")
    state = reader.choice(data, "state", CONSENT_STATES, at, "Choose whether it was given.")
    return ConsentIs(channel, purpose, state)


def _identity(reader: Reader, data: Data, at: str) -> Condition:
    reader.only(data, {"kind", "identity", "has", "verified"}, at)
    kind = reader.choice(data, "identity", IDENTITY_KINDS, at, "Choose what they are known by.")
    return KnownBy(kind, has=reader.flag(data, "has", at), verified=reader.flag(data, "verified", at, default=False))


def _event(reader: Reader, data: Data, at: str) -> Condition:
    reader.only(data, {"kind", "name", "did", "count", "sum", "first", "last", "window", "where"}, at)
    name = reader.text(data.get("name"), f"{at}/name", "Choose an event.")
    if name and reader.known.events is not None and name not in reader.known.events:
        reader.problem(f"{at}/name", "event_unknown", f"Nobody has sent an event called {name}.")
    count = reader.compare(data["count"], f"{at}/count") if "count" in data else None
    total, total_of = None, ""
    if "sum" in data:
        inner = data["sum"] if isinstance(data["sum"], Mapping) else {}
        total_of = _property(reader, inner.get("field"), f"{at}/sum/field")
        total = reader.compare({k: v for k, v in inner.items() if k != "field"}, f"{at}/sum", whole=False)
    _one_measure(reader, data, ("count", "sum", "first", "last"), at)
    listed = data.get("where", [])
    if not isinstance(listed, list) or len(listed) > 10:
        reader.problem(f"{at}/where", "list_expected", "At most ten conditions on the event's properties.")
        listed = []
    return EventDone(
        name=name,
        did=reader.flag(data, "did", at),
        count=count,
        total=total,
        total_of=total_of,
        since=_since(reader, data, at),
        window=reader.window(data["window"], f"{at}/window") if "window" in data else None,
        where=tuple(_where(reader, each, f"{at}/where/{n}") for n, each in enumerate(listed)),
    )


def _where(reader: Reader, data: Any, at: str) -> Where:
    if not isinstance(data, Mapping):
        reader.problem(at, "where_expected", "A condition on a property is expected here.")
        return Where("", "exists")
    reader.only(data, {"field", "op", "value", "goods"}, at)
    name = _property(reader, data.get("field"), f"{at}/field")
    value, place = data.get("value"), f"{at}/value"
    if name in ("category", "product"):
        return _where_goods(reader, data, name, at)
    op = reader.choice(data, "op", TEXT_OPS | NUMBER_OPS, at, "Choose how to compare.")
    if op in ("exists", "missing", ""):
        return Where(name, op)
    if op == "one_of":
        return Where(name, op, reader.listed_texts(value, place))
    if op in (">=", "<=", ">", "<"):
        return Where(name, op, reader.number(value, place))
    if isinstance(value, bool):
        return Where(name, op, value)
    if isinstance(value, int | float) and op != "contains":
        return Where(name, op, reader.number(value, place))
    if name == "store":
        return Where(name, op, reader.identifier(value, place, reader.known.stores, "store"))
    return Where(name, op, reader.text(value, place, "Say what to compare with."))


def _where_goods(reader: Reader, data: Data, name: str, at: str) -> Where:
    op = reader.choice(
        data, "op", {"under", "is", "one_of", "is_not"}, at, "Choose whether it is or is not among these."
    )
    if "goods" in data:
        return Where(name, op, goods=reader.goods(data["goods"], f"{at}/goods"))
    value = data.get("value")
    many = value if isinstance(value, list) else [value]
    plural = "categories" if name == "category" else "products"
    return Where(name, op, goods=reader.goods({plural: many}, f"{at}/value"))


def _order(reader: Reader, data: Data, at: str) -> Condition:
    allowed = {
        "kind", "did", "goods", "count", "pieces", "spend", "currency", "first", "last", "window", "channel", "store",
    }  # fmt: skip
    reader.only(data, allowed, at)
    _one_measure(reader, data, ("count", "pieces", "spend", "first", "last"), at)
    spend = reader.compare(data["spend"], f"{at}/spend") if "spend" in data else None
    return Ordered(
        did=reader.flag(data, "did", at),
        goods=reader.goods(data["goods"], f"{at}/goods") if "goods" in data else None,
        count=reader.compare(data["count"], f"{at}/count") if "count" in data else None,
        pieces=reader.compare(data["pieces"], f"{at}/pieces") if "pieces" in data else None,
        spend=spend,
        currency=reader.currency(data, at) if spend is not None else "",
        since=_since(reader, data, at),
        window=reader.window(data["window"], f"{at}/window") if "window" in data else None,
        channel=reader.choice(data, "channel", CHANNELS, at, "Choose a channel.") if "channel" in data else "",
        store_id=_store(reader, data, at) if "store" in data else "",
    )


def _cart(reader: Reader, data: Data, at: str) -> Condition:
    reader.only(data, {"kind", "has", "goods", "worth", "currency", "resting"}, at)
    worth = reader.compare(data["worth"], f"{at}/worth") if "worth" in data else None
    resting = None
    if "resting" in data:
        inner = data["resting"] if isinstance(data["resting"], Mapping) else {}
        reader.only(inner, {"days", "hours", "minutes"}, f"{at}/resting")
        resting = reader.span(inner, "", f"{at}/resting")
    return CartHolds(
        has=reader.flag(data, "has", at),
        goods=reader.goods(data["goods"], f"{at}/goods") if "goods" in data else None,
        worth=worth,
        currency=reader.currency(data, at) if worth is not None else "",
        resting=resting,
    )


def _wish(reader: Reader, data: Data, at: str) -> Condition:
    reader.only(data, {"kind", "has", "goods"}, at)
    goods = reader.goods(data["goods"], f"{at}/goods") if "goods" in data else None
    return Wishes(has=reader.flag(data, "has", at), goods=goods)


def _points(reader: Reader, data: Data, at: str) -> Condition:
    reader.only(data, {"kind", "unit", "amount", "currency"}, at)
    unit = reader.choice(data, "unit", POINT_UNITS, at, "Choose points, pending points or store credit.")
    amount = reader.compare(data.get("amount"), f"{at}/amount")
    currency = reader.currency(data, at) if unit == "credit" else ""
    return PointsHeld(unit, amount, currency) if amount is not None else LabelHeld("")


def _referral(reader: Reader, data: Data, at: str) -> Condition:
    reader.only(data, {"kind", "role", "has", "count"}, at)
    role = reader.choice(data, "role", {"friend", "member"}, at, "Choose who brought whom.")
    count = reader.compare(data["count"], f"{at}/count") if "count" in data else None
    return Referral(role, count=count, has=reader.flag(data, "has", at))


def _label(reader: Reader, data: Data, at: str) -> Condition:
    reader.only(data, {"kind", "label", "key", "has", "amount"}, at)
    label = reader.text(data.get("label"), f"{at}/label", "Choose a mark.")
    if label and reader.known.labels is not None and label not in reader.known.labels:
        reader.problem(f"{at}/label", "label_unknown", f"Nobody carries a mark called {label}.")
    key = reader.text(data["key"], f"{at}/key") if data.get("key") else ""
    amount = reader.compare(data["amount"], f"{at}/amount", whole=False) if "amount" in data else None
    return LabelHeld(label, key=key, has=reader.flag(data, "has", at), amount=amount)


def _near(reader: Reader, data: Data, at: str) -> Condition:
    reader.only(data, {"kind", "store", "how", "has"}, at)
    how = reader.choice(data, "how", {"lives", "bought"}, at, "Choose whether they live near it or bought there.")
    return NearStore(_store(reader, data, at), how, has=reader.flag(data, "has", at))


def _segment(reader: Reader, data: Data, at: str) -> Condition:
    reader.only(data, {"kind", "segment", "has"}, at)
    key = reader.text(data.get("segment"), f"{at}/segment", "Choose a segment.")
    if key and reader.known.segments is not None and key not in reader.known.segments:
        reader.problem(f"{at}/segment", "segment_unknown", "Choose a segment that is live: drafts have no members.")
    return InSegment(key, has=reader.flag(data, "has", at))


def _rfm(reader: Reader, data: Data, at: str) -> Condition:
    reader.only(data, {"kind", "part", "op", "value", "currency"}, at)
    part = reader.choice(data, "part", RFM_PARTS, at, "Choose recency, frequency or spending.")
    op = reader.choice(data, "op", NUMBER_OPS, at, "Choose how to compare the score.")
    value = reader.number(data.get("value"), f"{at}/value")
    if value not in (1, 2, 3, 4, 5):
        reader.problem(f"{at}/value", "score_unknown", "A score is a whole number from 1 to 5.")
    return RfmScore(part, op, int(value), reader.currency(data, at) if part == "monetary" else "")


def _store(reader: Reader, data: Data, at: str) -> str:
    return reader.identifier(data.get("store"), f"{at}/store", reader.known.stores, "store")


def _since(reader: Reader, data: Data, at: str) -> Since | None:
    for which in ("first", "last"):
        if which in data:
            if "window" in data:
                reader.problem(f"{at}/window", "window_twice", "The first or last one already says when.")
            return reader.since(data[which], which, f"{at}/{which}")
    return None


def _one_measure(reader: Reader, data: Data, names: tuple[str, ...], at: str) -> None:
    given = [name for name in names if name in data]
    if len(given) > 1:
        reader.problem(f"{at}/{given[1]}", "measure_twice", "Ask one thing at a time: add a second condition.")


def _property(reader: Reader, value: Any, pointer: str) -> str:
    text = reader.text(value, pointer, "Name a property of the event.")
    if text and not _PROPERTY.fullmatch(text):
        reader.problem(pointer, "property_unknown", "A property's name holds letters, digits, spaces, _ - . and $.")
    return text


READERS: dict[str, Callable[[Reader, Data, str], Condition]] = {
    "profile": _profile,
    "consent": _consent,
    "identity": _identity,
    "event": _event,
    "order": _order,
    "cart": _cart,
    "wish": _wish,
    "points": _points,
    "referral": _referral,
    "label": _label,
    "store": _near,
    "segment": _segment,
    "rfm": _rfm,
}
