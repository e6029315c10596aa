"""Journeys the house comes with, by key: made once, published where what they name is there, changed by staff afterwards."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from campaigns.journeys.errors import JourneyNotFound
from campaigns.journeys.models import Journey
from campaigns.journeys.queries.settings import list_problems
from campaigns.journeys.queries.vocabulary import find_offer_name
from campaigns.journeys.rules.graphs import read_graph
from campaigns.journeys.services.publishing import create_journey, publish
from omnichannel.kernel.context import Context


def _step(step_id: str, kind: str, name: str, then: str | Mapping[str, str] = "", **settings: Any) -> dict[str, Any]:
    following = {"then": then} if isinstance(then, str) and then else dict(then or {})
    return {"id": step_id, "kind": kind, "name": name, "settings": settings, "next": following}


def _abandoned_cart(offer: str) -> list[dict[str, Any]]:
    return [
        _step("left", "trigger", "Cart left behind", "code", on="event", event="cart.abandoned", reentry="after_days", days=7),
        _step("code", "issue_code", "A code for that item", "write", offer=offer, goods="last", hours=48),
        _step("write", "send", "What they left is waiting", {"then": "pause"}, template="abandoned_cart", channels=["email", "inbox"], priority=80),
        _step("pause", "wait", "Two days to think", {"event": "bought", "timeout": "gone"}, mode="until_event", event="order.confirmed", amount=48, unit="hours"),
        _step("bought", "goal", "Bought it after all", event="order.confirmed", anywhere=True),
        _step("gone", "exit", "Did not buy", reason="The code has run out"),
    ]  # fmt: skip


def _browse_reminder(offer: str) -> list[dict[str, Any]]:
    return [
        _step("saw", "trigger", "Looked at something", "pause", on="event", event="Product Viewed", reentry="after_days", days=14),
        _step("pause", "wait", "A day to come back", {"event": "took", "timeout": "code"}, mode="until_event", event="cart.line_added", amount=24, unit="hours"),
        _step("code", "issue_code", "A code for what they saw", "write", offer=offer, goods="last", hours=48),
        _step("write", "send", "What they looked at", {"then": "think"}, template="browse_reminder", channels=["email", "inbox"], priority=40),
        _step("think", "wait", "Two days to think", {"event": "bought", "timeout": "gone"}, mode="until_event", event="order.confirmed", amount=48, unit="hours"),
        _step("bought", "goal", "Bought", anywhere=False),
        _step("took", "exit", "In the cart", reason="They put something into the cart by themselves"),
        _step("gone", "exit", "Did not buy", reason="The code has run out"),
    ]  # fmt: skip


def _after_delivery(offer: str) -> list[dict[str, Any]]:
    return [
        _step("ordered", "trigger", "First order from social", "first", on="event", event="order.confirmed", reentry="never"),
        _step("first", "condition", "Their first, from the post?", {"yes": "code", "no": "other"}, on="order", channel="social", first=True),
        _step("code", "issue_code", "A code for next time", "card", offer=offer, goods="all", hours=24 * 60),
        _step("card", "postcard", "Postcard into the parcel", "pause", template="postcard"),
        _step("pause", "wait", "Two months to come back", {"event": "back", "timeout": "gone"}, mode="until_event", event="order.confirmed", amount=60, unit="days"),
        _step("back", "goal", "Came back", anywhere=False),
        _step("other", "exit", "No postcard", reason="Not a first order from social"),
        _step("gone", "exit", "Not seen again", reason="The code has run out"),
    ]  # fmt: skip


def _newsletter_welcome(offer: str) -> list[dict[str, Any]]:
    return [
        _step("joined", "trigger", "Joined the newsletter", "code", on="event", event="newsletter.confirmed", reentry="never"),
        _step("code", "issue_code", "10% to begin with", "write", offer=offer, goods="all", hours=24 * 14),
        _step("write", "send", "Welcome", {"then": "pause"}, template="newsletter_welcome", channels=["email"], priority=70),
        _step("pause", "wait", "Two weeks", {"event": "bought", "timeout": "gone"}, mode="until_event", event="order.confirmed", amount=14, unit="days"),
        _step("bought", "goal", "Bought", anywhere=False),
        _step("gone", "exit", "Reads on", reason="They did not use the code"),
    ]  # fmt: skip


def _popup_invitation(segment: str) -> list[dict[str, Any]]:
    return [
        _step("near", "trigger", "Lives near the pop-up", "write", on="segment_entered", segment=segment, reentry="after_days", days=90),
        _step("write", "send", "The invitation", {"then": "show", "not_sent": "show"}, template="popup_invitation", channels=["email"], priority=60),
        # The mail has the points of its day; what is opened in the app has those of that moment.
        _step("show", "send", "The same in the app", {"then": "pause", "not_sent": "quiet"}, template="popup_invitation", channels=["inbox"], priority=60),
        _step("pause", "wait", "Two weeks", {"event": "came", "timeout": "gone"}, mode="until_event", event="order.confirmed",
              where=[{"field": "store_id", "op": "exists"}], amount=14, unit="days"),
        _step("came", "goal", "Bought in a store", anywhere=False),
        _step("quiet", "exit", "Not invited", reason="We may not write to them"),
        _step("gone", "exit", "Did not come", reason="Nothing bought in a store"),
    ]  # fmt: skip


def _photo_thanks() -> list[dict[str, Any]]:
    words = {"reward": {"amount": "50", "words": "We saw your photo and love it."}}
    return [
        _step("approved", "trigger", "Photo approved", "write", on="event", event="post.approved", reentry="always", most=12),
        _step("write", "send", "Thank you for the photo", template="points_earned_social", channels=["inbox", "email"],
              purpose="transactional", priority=40, data=words),
    ]  # fmt: skip


NAMES: dict[str, tuple[str, str]] = {
    "abandoned_cart": ("Cart left behind", "A code for the item they left, to the second, and two days to use it."),
    "browse_reminder": ("Looked at, left alone", "A reminder of what they looked at, with a code for that very item."),
    "after_delivery": ("Postcard in the first parcel", "For those who found us on social media: what goes with it, and a way back."),
    "newsletter_welcome": ("Welcome to the newsletter", "A code for the first order."),
    "popup_invitation": ("Pop-up near you", "Everybody who lives near a pop-up is invited once a season."),
    "photo_thanks": ("Thank you for the photo", "Says so when a photo is approved; the points come from the programme."),
}  # fmt: skip


def default_graph(
    key: str, *, item_offer: str = "", next_offer: str = "", welcome_offer: str = "", popup_segment: str = ""
) -> dict[str, Any]:
    """The graph of one of `NAMES`. Raises JourneyNotFound."""
    match key:
        case "abandoned_cart":
            steps = _abandoned_cart(item_offer)
        case "browse_reminder":
            steps = _browse_reminder(item_offer)
        case "after_delivery":
            steps = _after_delivery(next_offer)
        case "newsletter_welcome":
            steps = _newsletter_welcome(welcome_offer)
        case "popup_invitation":
            steps = _popup_invitation(popup_segment)
        case "photo_thanks":
            steps = _photo_thanks()
        case _:
            raise JourneyNotFound()
    return {"steps": steps}


def ready_graph(key: str) -> dict[str, Any]:
    """One of `NAMES` to begin with: with the offers this house has by their usual keys; what is missing is chosen later.

    Raises  JourneyNotFound.
    """

    def there(offer: str) -> str:
        return offer if find_offer_name(offer) else ""

    return default_graph(
        key, item_offer=there("item-off-48h") or there("cart-10"), next_offer=there("postcard-15"),
        welcome_offer=there("newsletter-10"),
    )  # fmt: skip


def make_default_journeys(
    *,
    item_offer: str = "cart-10",
    next_offer: str = "postcard-15",
    welcome_offer: str = "newsletter-10",
    popup_segment: str = "near-the-pop-up",
    by: Context,
    at: datetime,
) -> dict[str, UUID]:
    """Make those that are not there yet, and publish each draft without problems. Ids by key. Repeating is harmless.

    Raises  nothing for a missing offer or segment: that journey stays a draft that says what it lacks.
    """
    found = {}
    with transaction.atomic():
        for key, (name, about) in NAMES.items():
            journey = Journey.objects.filter(key=key).first()
            if journey is None:
                graph = default_graph(
                    key, item_offer=item_offer, next_offer=next_offer, welcome_offer=welcome_offer,
                    popup_segment=popup_segment,
                )  # fmt: skip
                journey = create_journey(key=key, name=name, about=about, graph=graph, by=by, at=at)
                if not list_problems(read_graph(graph)):
                    publish(journey_id=journey.pk, by=by, at=at)
            found[key] = journey.pk
    return found
