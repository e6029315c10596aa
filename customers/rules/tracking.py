"""What a tracked message says, by Segment's spec: its kind, name and time, or why it cannot be kept. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

TYPES = frozenset({"track", "identify", "page", "screen", "group", "alias"})
#: Limits of Segment's spec; of a batch its double, as much as any request may hold: `@segment/analytics-node` takes
#: its batches for smaller than they are (it counts some letters alone) and gives up on what is refused as too large.
EVENT_BYTES = 32 * 1024
BATCH_BYTES = 1_000 * 1024
BATCH_EVENTS = 2_500
MAX_DEPTH = 32
NAME_LENGTH = 80
ID_LENGTH = 200
#: A clock this far ahead is wrong: what has not happened yet cannot have been seen.
AHEAD = timedelta(minutes=5)
#: Older than this only an import may be.
BEHIND = timedelta(days=3 * 365)
BEHIND_IMPORT = timedelta(days=30 * 365)

#: What the domain records itself: a page's word about it is kept as an echo, outside counts and reactions.
ECHOES = frozenset(
    {
        "Order Completed", "Order Updated", "Order Refunded", "Order Cancelled", "Product Added", "Product Removed",
        "Coupon Applied", "Coupon Removed", "Product Added to Wishlist", "Product Removed from Wishlist",
        "Wishlist Product Added to Cart",
    }
)  # fmt: skip
CAMPAIGN_FIELDS = ("source", "medium", "name", "content", "term", "id")
CLICK_IDS = ("gclid", "fbclid", "msclkid")
# Crawlers, previews of links in chats and mails, monitors and headless browsers, by their own word.
_BOT = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|preview|facebookexternalhit|whatsapp/|telegrambot|headless|lighthouse|pingdom"
    r"|uptime|monitor|curl/|wget/|python-requests|go-http-client|scrapy|phantomjs",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Refused:
    """index  in the batch; code and title say what is wrong with it."""

    index: int
    code: str
    title: str
    message_id: str = ""


@dataclass(slots=True)
class Message:
    """One message as it will be kept.

    message_id   as given, empty when none was: then it cannot be told from its copy.
    is_echo      the domain records this itself, or a machine did it: kept, not counted.
    campaign     UTM fields and click ids, flat.
    """

    index: int
    type: str
    name: str
    message_id: str
    anonymous_id: str
    user_id: str
    previous_id: str
    occurred_at: datetime
    is_echo: bool
    data: dict[str, Any]
    context: dict[str, Any]
    campaign: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a batch came.

    sent_at    by the sender's clock; None when it did not say.
    is_import  history that is sent on purpose: its times stand as they are.
    """

    received_at: datetime
    sent_at: datetime | None = None
    is_import: bool = False
    context: Mapping[str, Any] = field(default_factory=dict)


def understand(
    index: int, raw: Any, *, type_: str = "", arrival: Arrival, size: int, depth_ok: bool = True
) -> Message | Refused:
    """One message of a batch. `size` is its length as JSON; `type_` what the address said, where it did."""
    if not isinstance(raw, Mapping):
        return Refused(index, "not_an_object", "A message is a JSON object.")
    given_id = raw.get("messageId")
    message_id = given_id if isinstance(given_id, str) else ""

    def refuse(code: str, title: str) -> Refused:
        return Refused(index, code, title, message_id[:100])

    if size > EVENT_BYTES:
        return refuse(
            "event_too_large", f"A message has at most {EVENT_BYTES // 1024} KB; this one has {size // 1024 + 1}."
        )
    if not depth_ok:
        return refuse("too_deep", f"A message is nested at most {MAX_DEPTH} levels deep.")
    kind = type_ or raw.get("type")
    if kind not in TYPES:
        return refuse("unknown_type", "The type is one of track, identify, page, screen, group and alias.")
    if given_id is not None and (not message_id or len(message_id) > 100):
        return refuse("message_id_invalid", "A message id is a text of at most 100 characters.")
    ids: dict[str, str] = {}
    for name in ("anonymousId", "userId", "previousId", "groupId"):
        value = _id(raw.get(name))
        if value is None:
            return refuse("id_invalid", f"{name} is a text or a number of at most {ID_LENGTH} characters.")
        ids[name] = value
    if not ids["anonymousId"] and not ids["userId"] and not (kind == "alias" and ids["previousId"]):
        return refuse("nobody", "A message names an anonymousId or a userId.")
    content = raw.get("traits" if kind in ("identify", "group") else "properties")
    if content is not None and not isinstance(content, Mapping):
        return refuse("properties_invalid", "Properties and traits are a JSON object.")
    data = dict(content or {})
    named = _name(kind, raw, data)
    if named is None:
        return refuse("name_invalid", f"An event has a name of at most {NAME_LENGTH} characters.")
    if kind == "alias" and not (ids["previousId"] and ids["userId"]):
        return refuse("alias_incomplete", "An alias names a previousId and a userId.")
    if kind == "group" and not ids["groupId"]:
        return refuse("group_missing", "A group message names a groupId.")
    times = occurred(raw, arrival)
    if times is None:
        return refuse("time_invalid", "Times are texts by RFC 3339, as in 2026-03-01T12:00:00Z.")
    occurred_at, time_mark = times
    context = raw.get("context")
    if context is not None and not isinstance(context, Mapping):
        return refuse("context_invalid", "The context is a JSON object.")
    kept, campaign = read_context({**arrival.context, **(context or {})})
    if time_mark:
        kept["time"] = time_mark
    if kind == "group":
        data["group_id"] = ids["groupId"]
    if kind == "alias":
        data["previous_id"] = ids["previousId"]
    return Message(
        index=index, type=kind, name=named, message_id=message_id, anonymous_id=ids["anonymousId"],
        user_id=ids["userId"], previous_id=ids["previousId"], occurred_at=occurred_at,
        is_echo=named in ECHOES or bool(kept.get("bot")), data=data, context=kept, campaign=campaign,
    )  # fmt: skip


def occurred(raw: Mapping[str, Any], arrival: Arrival) -> tuple[datetime, str] | None:
    """When it happened by our clock, and a mark when the sender's time could not be believed.

    received − (sent − original): how long the message lay with the sender, both read from the same wrong clock.
    """
    original_text = raw.get("originalTimestamp") or raw.get("timestamp")
    original = parse_time(original_text) if original_text else None
    own_sent = raw.get("sentAt")
    sent = parse_time(own_sent) if own_sent else arrival.sent_at
    if (original_text and original is None) or (own_sent and sent is None):
        return None
    if original is None:
        return arrival.received_at, ""
    corrected = original
    if sent is not None and not arrival.is_import:
        corrected = arrival.received_at - (sent - original)
    if corrected > arrival.received_at + AHEAD:
        return arrival.received_at, "future"
    if corrected < arrival.received_at - (BEHIND_IMPORT if arrival.is_import else BEHIND):
        return arrival.received_at, "ancient"
    moved = abs(corrected - original) > timedelta(minutes=1)
    return min(corrected, arrival.received_at), "corrected" if moved else ""


def parse_time(text: Any) -> datetime | None:
    """RFC 3339; without an offset it is UTC, as Segment's own libraries mean it."""
    if not isinstance(text, str) or not 10 <= len(text) <= 40:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    # The ends of the calendar overflow as soon as anything is added. A device whose battery died begins in 1970, west of
    # Greenwich in 1969.
    return moment.astimezone(UTC) if 1969 <= moment.year <= 2199 else None


def read_context(context: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """What is kept of a context (no address of anybody's machine), and the campaign that led here."""
    kept: dict[str, Any] = {}
    page = context.get("page")
    page = page if isinstance(page, Mapping) else {}
    shown = {name: _text(page.get(name), 500) for name in ("path", "title", "url", "referrer") if page.get(name)}
    if shown:
        kept["page"] = shown
    agent = _text(context.get("userAgent"), 300)
    if agent:
        kept["user_agent"] = agent
        if _BOT.search(agent):
            kept["bot"] = True
    device = context.get("device")
    if isinstance(device, Mapping) and device.get("type"):
        kept["device"] = _text(device["type"], 40)
    for name in ("locale", "timezone"):
        if value := _text(context.get(name), 50):
            kept[name] = value
    campaign = _campaign(context, page)
    return kept | campaign, campaign


def _campaign(context: Mapping[str, Any], page: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    query = _query(page)
    for name in CAMPAIGN_FIELDS:
        key = "utm_campaign" if name == "name" else f"utm_{name}"
        if value := _text(query.get(key), 200):
            found[key] = value
    for name in CLICK_IDS:
        if value := _text(query.get(name), 200):
            found[name] = value
    if message := _text(query.get("om_m"), 200):
        found["om_m"] = message
    given = context.get("campaign")
    if isinstance(given, Mapping):
        for name, value in given.items():
            plain = "campaign" if name == "name" else name
            key = plain if plain in CLICK_IDS else f"utm_{str(plain)[:30]}"
            if text := _text(value, 200):
                found[key] = text
            if len(found) > 12:
                break
    return found


def _query(page: Mapping[str, Any]) -> dict[str, str]:
    text = page.get("search") or ""
    if not text and isinstance(page.get("url"), str):
        try:
            text = urlsplit(page["url"]).query
        except ValueError:
            return {}
    if not isinstance(text, str) or "=" not in text:
        return {}
    try:
        return {name: values[0] for name, values in parse_qs(text[:2000].lstrip("?"), max_num_fields=50).items()}
    except ValueError:
        return {}


def _name(kind: str, raw: Mapping[str, Any], data: dict[str, Any]) -> str | None:
    """The name in the log. Pages and screens keep theirs in the data: `page` is what rules ask for."""
    if kind == "track":
        event = raw.get("event")
        plain = event.strip() if isinstance(event, str) else ""
        # A dot is the mark of our own facts (`order.confirmed`): nobody from outside may write those.
        if not plain or len(plain) > NAME_LENGTH or not plain.isprintable():
            return None
        return plain.replace(".", " ") if _LIKE_A_FACT.fullmatch(plain) else plain
    if kind in ("page", "screen"):
        name = raw.get("name")
        if isinstance(name, str) and name.strip():
            data.setdefault("name", name.strip()[:200])
        if isinstance(raw.get("category"), str) and raw["category"]:
            data.setdefault("category", raw["category"][:200])
    return kind


_LIKE_A_FACT = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)+")


def _id(value: Any) -> str | None:
    """Empty when absent; None when it is no id."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    text = str(value).strip()
    return text if len(text) <= ID_LENGTH and text.isprintable() else None


def _text(value: Any, length: int) -> str:
    return value[:length] if isinstance(value, str) else ""
