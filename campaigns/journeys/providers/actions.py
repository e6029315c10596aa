"""Steps that do something for somebody: write to them, give them a code, points, a postcard."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from campaigns.journeys.ports import Field, Finding, Outcome, Visit, Way
from campaigns.journeys.providers.settings import ONWARD, number, text
from campaigns.journeys.queries.goods import Item, as_uuid, event_data, list_items, named_item
from campaigns.journeys.queries.vocabulary import find_offer_name, find_template_name
from campaigns.messages.queries.brand import brand_kit
from campaigns.messages.queries.goods import find_card
from campaigns.messages.queries.words import Words
from campaigns.messages.services.proposing import Candidate, propose
from campaigns.messages.states import Outcome as Verdict
from campaigns.messages.states import Way as Channel
from campaigns.offers.services.codes import issue_code
from customers.models import Customer
from loyalty.services.posting import grant_points

Settings = Mapping[str, Any]
#: What a message finds that speaks of a code where none was given.
NO_CODE = {"code": "", "label": "", "expires_at": "", "expires": ""}
CHANNELS = tuple((str(value), str(label)) for value, label in Channel.choices if value != Channel.MAIL)


class Send:
    """Proposed to the gate, which decides: what it refuses goes out by `not_sent`, or on where that leads nowhere."""

    title, group, icon = "Send a message", "Do", "mail"
    fields: Sequence[Field] = (
        Field(name="template", label="Message", kind="template", required=True),
        Field(
            name="channels", label="By", kind="ordered", choices=CHANNELS, default=["email"],
            help="In this order: the first they allow is taken.",
        ),
        Field(
            name="purpose", label="Purpose", kind="choice", required=True, default="marketing",
            choices=(("marketing", "Marketing: needs their consent"), ("transactional", "About something they did")),
        ),
        Field(name="priority", label="Priority", kind="number", default=50, low=0, high=100, help="The higher one gets the place under the cap."),
        Field(name="data", label="More to fill in", kind="pairs", help="Names and words the message uses."),
    )  # fmt: skip

    def ways(self, settings: Settings) -> Sequence[Way]:
        return (Way("then", "sent", is_required=False), Way("not_sent", "not sent", is_required=False))

    def describe(self, settings: Settings) -> str:
        name = find_template_name(text(settings, "template")) or "choose a message"
        return f"{name}, by {', '.join(settings.get('channels') or ['email'])}"

    def check(self, settings: Settings) -> Sequence[Finding]:
        return template_findings(text(settings, "template"))

    def run(self, visit: Visit, settings: Settings) -> Outcome:
        candidate = Candidate(
            template_key=text(settings, "template"),
            customer_id=visit.customer_id,
            dedup_key=visit.reference,
            channels=tuple(settings.get("channels") or ("email",)),
            purpose=text(settings, "purpose", "marketing"),
            priority=int(settings.get("priority", 50)),
            source=f"journey:{visit.journey_id}:{visit.step_id}",
            data=told_so_far(visit) | looked_at(visit) | dict(settings.get("data") or {}),
            utm={"utm_source": "journey", "utm_campaign": visit.journey_key, "utm_content": visit.step_id},
            order_id=as_uuid(event_data(visit.context).get("order_id")),
        )
        verdict = propose(candidates=[candidate], at=visit.at)[0]
        detail = {
            "decision_id": str(verdict.decision_id),
            "message_id": str(verdict.message_id or ""),
            "code": verdict.code,
        }
        if verdict.outcome == Verdict.REFUSED:
            return Outcome(way="not_sent", otherwise="then", reason=verdict.reason, detail=detail)
        reason = f"By {verdict.channel}" if verdict.outcome == Verdict.SEND else verdict.reason
        return Outcome(reason=reason, detail=detail, context={"message_id": detail["message_id"]})


class IssueCode:
    """The code goes into the context, where later messages find it as `code.code`, `code.label`, `code.expires`."""

    title, group, icon = "Give a code", "Do", "sell"
    fields: Sequence[Field] = (
        Field(name="offer", label="Offer", kind="offer", required=True),
        Field(
            name="goods", label="For", kind="choice", required=True, default="all",
            choices=(
                ("all", "all the offer covers"),
                ("dearest", "the dearest item they came by"),
                ("first", "the first item they came by"),
                ("last", "the item added last"),
                ("items", "all items they came by"),
            ),
        ),
        Field(
            name="hours", label="Good for", kind="number", required=True, default=48, low=1, high=8760, unit="hours",
            help="To the second.",
        ),
    )  # fmt: skip

    def ways(self, settings: Settings) -> Sequence[Way]:
        return ONWARD

    def describe(self, settings: Settings) -> str:
        name = find_offer_name(text(settings, "offer")) or "choose an offer"
        return f"{name}, {number(settings, 'hours', 48)} hours"

    def check(self, settings: Settings) -> Sequence[Finding]:
        key = text(settings, "offer")
        if find_offer_name(key) is None:
            return [Finding(field="offer", code="offer_unknown", title=f"There is no offer {key}.")]
        return []

    def run(self, visit: Visit, settings: Settings) -> Outcome:
        wanted = text(settings, "goods", "all")
        goods = _chosen(list_items(context=visit.context, customer_id=visit.customer_id), wanted)
        if wanted != "all" and not goods:
            # A code without goods opens the whole offer: for an item that is gone there is none.
            return Outcome(reason="There is no item left to give it for", context={"code": NO_CODE})
        expires_at = visit.at + timedelta(hours=number(settings, "hours", 48))
        issued = issue_code(
            offer_key=text(settings, "offer"), customer_id=visit.customer_id,
            # The very size that was left or looked at, where it is known; else any of the product's.
            product_ids=list(dict.fromkeys(item.product_id for item in goods if not item.names_variant)),
            variant_ids=list(dict.fromkeys(item.variant_id for item in goods if item.names_variant)),
            expires_at=expires_at, issue_key=visit.reference, reason=f"Journey: {visit.journey_name}",
            by=visit.by, at=visit.at,
        )  # fmt: skip
        told = {
            "code": {
                "code": issued.code, "label": issued.label,
                "expires_at": issued.expires_at.isoformat() if issued.expires_at else "",
                "expires": expiry_in_words(visit.customer_id, issued.expires_at),
                "product_ids": [str(item.product_id) for item in goods],
                "variant_ids": [str(item.variant_id) for item in goods],
            }
        }  # fmt: skip
        return Outcome(reason=f"A code for {issued.label}"[:300], context=told, detail={"code": issued.code})


class Points:
    title, group, icon = "Give points", "Do", "star"
    fields: Sequence[Field] = (
        Field(name="points", label="Points", kind="number", required=True, low=1, high=1_000_000),
        Field(name="reason", label="What for", required=True, help="In the customer’s words: it stands on their statement."),
        Field(name="expires_days", label="Good for", kind="number", low=1, high=3650, unit="days", help="Empty: they do not run out."),
    )  # fmt: skip

    def ways(self, settings: Settings) -> Sequence[Way]:
        return ONWARD

    def describe(self, settings: Settings) -> str:
        return f"{number(settings, 'points'):,} points"

    def check(self, settings: Settings) -> Sequence[Finding]:
        return []

    def run(self, visit: Visit, settings: Settings) -> Outcome:
        days = number(settings, "expires_days")
        grant_points(
            customer_id=visit.customer_id, points=number(settings, "points"), reason=text(settings, "reason"),
            reference=visit.reference, expires_at=visit.at + timedelta(days=days) if days else None,
            by=visit.by, at=visit.at,
        )  # fmt: skip
        return Outcome(reason=f"{number(settings, 'points'):,} points given")


def template_findings(key: str) -> list[Finding]:
    if find_template_name(key) is None:
        return [Finding(field="template", code="template_unknown", title=f"There is no message {key}.")]
    return []


def told_so_far(visit: Visit) -> dict[str, Any]:
    """What a message may say of the way so far: the code given, the data of what brought them."""
    told = {name: value for name, value in visit.context.items() if name not in ("event", "moved")}
    told.setdefault("code", NO_CODE)
    return told | {
        "journey": {"key": visit.journey_key, "name": visit.journey_name},
        "event": dict(event_data(visit.context)),
    }


def looked_at(visit: Visit) -> dict[str, Any]:
    """`looked_at`: the product that brought them here. Not there once it is gone: a message of it has nothing to show."""
    seen = named_item(visit.context)
    customer = Customer.objects.filter(pk=visit.customer_id).first() if seen is not None else None
    card = find_card(seen.product_id, Words(customer, brand_kit())) if seen is not None and customer else None
    return {"looked_at": card} if card is not None else {}


def expiry_in_words(customer_id: UUID, expires_at: datetime | None) -> str:
    """As this reader reads it, to the second."""
    customer = Customer.objects.filter(pk=customer_id).first()
    return Words(customer, brand_kit()).second(expires_at) if customer and expires_at else ""


def _chosen(items: Sequence[Item], goods: str) -> list[Item]:
    if not items or goods == "all":
        return []
    match goods:
        case "dearest":
            return [max(items, key=lambda item: item.price_minor)]
        case "first":
            return [items[0]]
        case "last":
            return [items[-1]]
    return list(items)
