"""From events of the log to the touches before an order. Pure; worked examples in docs/algorithms/attribution.md.

A touch is a sitting that began somewhere: an ad, a mail, a post, a store, or nowhere we know of. Events of one
sitting are one touch; a sitting ends after 30 minutes without an event, or when one arrives by another way.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID


class Kind(StrEnum):
    """The words of `insights.states.TouchKind`, which has their labels."""

    AD = "ad"
    SEARCH = "search"
    SOCIAL = "social"
    EMAIL = "email"
    SMS = "sms"
    PUSH = "push"
    MAIL = "mail"
    REFERRAL = "referral"
    REFERRER = "referrer"
    STORE = "store"
    DIRECT = "direct"
    APP = "app"
    PHONE = "phone"
    MARKETPLACE = "marketplace"


SITTING = timedelta(minutes=30)
LOOK_BACK = timedelta(days=90)
#: A path keeps its first touch and the latest of the others.
MOST_TOUCHES = 200

#: Facts of the domain in which the customer met us; tracked events count by themselves.
TOUCHING_FACTS = frozenset(
    {
        "message.clicked",
        "cart.line_added",
        "cart.restored",
        "cart.handed_off",
        "member.enrolled",
        "referral.claimed",
        "customer.looked_up",
        "order.placed",
        "fulfilment.collected",
    }
)

_PAID = frozenset({"cpc", "ppc", "paid", "paid_social", "paidsocial", "paid-social", "display", "retargeting", "cpm"})
_MEDIUM = {
    "email": Kind.EMAIL,
    "newsletter": Kind.EMAIL,
    "social": Kind.SOCIAL,
    "sms": Kind.SMS,
    "push": Kind.PUSH,
    "postcard": Kind.MAIL,
    "print": Kind.MAIL,
    "mail": Kind.MAIL,
    "direct_mail": Kind.MAIL,
    "referral": Kind.REFERRAL,
    "refer_a_friend": Kind.REFERRAL,
    "organic": Kind.SEARCH,
    "store": Kind.STORE,
    "qr": Kind.STORE,
}
_SOCIAL_SOURCES = frozenset({"instagram", "facebook", "tiktok", "pinterest", "youtube", "snapchat"})
#: A QR on paper carries its source alone: each letter more makes its squares smaller.
_PAPER_SOURCES = frozenset({"postcard", "flyer", "catalogue"})
_SEARCH_HOSTS = ("google.", "bing.", "duckduckgo.", "yahoo.", "ecosia.")
_CHANNEL = {
    "web": Kind.DIRECT,
    "mobile": Kind.APP,
    "tablet": Kind.STORE,
    "pos": Kind.STORE,
    "social": Kind.SOCIAL,
    "email": Kind.EMAIL,
    "sms": Kind.SMS,
    "push": Kind.PUSH,
    "mail": Kind.MAIL,
    "phone": Kind.PHONE,
    "voice": Kind.PHONE,
    "marketplace": Kind.MARKETPLACE,
}


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of the log, as far as a path needs it."""

    id: UUID | None
    name: str
    at: datetime
    channel: str
    store_id: UUID | None
    context: Mapping[str, Any]
    data: Mapping[str, Any]
    subject_id: UUID | None = None


@dataclass(slots=True)
class TouchSeed:
    at: datetime
    until: datetime
    kind: Kind
    channel: str
    source: str = ""
    campaign: str = ""
    content: str = ""
    event_id: UUID | None = None
    event_count: int = 1

    @property
    def is_led(self) -> bool:
        """Something led here: a continuation without a lead belongs to this sitting, never the other way round."""
        return self.kind not in (Kind.DIRECT, Kind.APP)

    @property
    def origin(self) -> tuple[str, str, str, str]:
        return self.kind, self.source, self.campaign, self.content


def touches_before(events: Iterable[Happened]) -> list[TouchSeed]:
    """The touches of a path, first to last."""
    ordered = sorted(events, key=lambda event: (event.at, str(event.id)))
    return join_sittings(seed for event in ordered if (seed := touch_of(event)) is not None)


def join_sittings(seeds: Iterable[TouchSeed]) -> list[TouchSeed]:
    """Seeds in order as touches: those of one sitting are one. The seeds stay as they are."""
    touches: list[TouchSeed] = []
    for seed in seeds:
        last = touches[-1] if touches else None
        if last is not None and _continues(last, seed):
            last.until = seed.until
            last.event_count += 1
        else:
            touches.append(replace(seed))
    return touches if len(touches) <= MOST_TOUCHES else [touches[0], *touches[1 - MOST_TOUCHES :]]


def touch_of(event: Happened) -> TouchSeed | None:
    """What an event says of where the customer met us; None for one in which they did not."""
    led = _lead(event)
    kind = _kind(event, led)
    if kind is None:
        return None
    source = led.get("source", "")
    if kind is Kind.STORE and not source and event.store_id is not None:
        source = str(event.store_id)
    return TouchSeed(
        at=event.at,
        until=event.at,
        kind=kind,
        channel=event.channel,
        source=source[:100],
        campaign=led.get("campaign", "")[:150],
        content=led.get("content", "")[:150],
        event_id=event.id,
    )


def _continues(last: TouchSeed, seed: TouchSeed) -> bool:
    if seed.at - last.until > SITTING:
        return False
    if seed.origin == last.origin:
        return True
    # A page opened from the mail and the pages after it are one sitting; walking into a store is another.
    return not seed.is_led and last.kind is not Kind.STORE


def _kind(event: Happened, led: Mapping[str, str]) -> Kind | None:
    if event.name == "referral.claimed":
        return Kind.REFERRAL
    if event.name == "message.clicked":
        return _CHANNEL.get(str(event.data.get("channel") or "email"), Kind.EMAIL)
    medium, source = led.get("medium", "").lower(), led.get("source", "").lower()
    if led.get("click_id") or medium in _PAID:
        return Kind.AD
    if medium in _MEDIUM:
        return _MEDIUM[medium]
    if source in _SOCIAL_SOURCES:
        return Kind.SOCIAL
    if source in _PAPER_SOURCES:
        return Kind.MAIL
    if medium or source:
        return Kind.REFERRER
    referrer = _referrer(event.context)
    if referrer:
        return Kind.SEARCH if any(host in referrer for host in _SEARCH_HOSTS) else Kind.REFERRER
    return _CHANNEL.get(event.channel)


def _lead(event: Happened) -> dict[str, str]:
    """Source, medium, campaign, content and click id, from flat UTM fields or Segment's `context.campaign`."""
    context, data = event.context, event.data
    nested = context.get("campaign")
    named: Mapping[str, Any] = nested if isinstance(nested, Mapping) else {}
    found = {
        "source": context.get("utm_source") or named.get("source") or "",
        "medium": context.get("utm_medium") or named.get("medium") or "",
        "campaign": context.get("utm_campaign") or named.get("name") or "",
        "content": context.get("utm_content") or named.get("content") or "",
        "click_id": context.get("gclid") or context.get("fbclid") or named.get("gclid") or named.get("fbclid") or "",
    }
    if event.name == "message.clicked":
        found["source"] = found["source"] or "message"
        found["campaign"] = found["campaign"] or str(data.get("campaign") or data.get("template") or "")
    if found["click_id"] and not found["source"]:
        found["source"] = "google" if context.get("gclid") or named.get("gclid") else "facebook"
    return {name: str(value) for name, value in found.items() if value}


def _referrer(context: Mapping[str, Any]) -> str:
    """The host of another site that led here; our own pages are no lead."""
    referrer = context.get("referrer")
    if isinstance(referrer, Mapping):
        referrer = referrer.get("url") or referrer.get("link")
    page = context.get("page")
    if not referrer and isinstance(page, Mapping):
        referrer = page.get("referrer")
    url = page.get("url") if isinstance(page, Mapping) else ""
    host, own = _host(str(referrer or "")), _host(str(url or ""))
    return "" if host == own else host


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0].partition(":")[0].lower()
