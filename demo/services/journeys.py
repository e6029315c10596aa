"""The demo's journeys, who went through them this year, and a newsletter that was sent: as the machine would have left it."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from campaigns.journeys.models import Enrolment, Journey, StepRun
from campaigns.journeys.services.defaults import make_default_journeys
from campaigns.journeys.states import EnrolmentState
from campaigns.messages.models import Campaign, Decision, Message, MessageOrder
from campaigns.messages.services.templates import live_template
from campaigns.messages.states import CampaignState, MessageState, Outcome, Purpose
from customers.models import Customer
from demo.services.people import Known
from omnichannel.kernel.context import Context
from omnichannel.kernel.ids import uuid7
from orders.models import Order

OFFERS = {"item_offer": "item-off-48h", "next_offer": "postcard-15", "welcome_offer": "newsletter-10"}
CODE_GIVEN, SENT, WAITED = "A code was issued", "Sent by email", "They bought something"


@dataclass(frozen=True, slots=True)
class Way:
    """How a share of people went through a journey: (step, kind, way taken, why, hours until they left)."""

    weight: int
    steps: tuple[tuple[str, str, str, str, float], ...]
    end: str
    reason: str


_WRITE = (("code", "issue_code", "then", CODE_GIVEN, 0.01), ("write", "send", "then", SENT, 0.02))
_WAYS: dict[str, tuple[str, int, tuple[Way, ...]]] = {
    "abandoned_cart": (
        "cart.abandoned",
        260,
        (
            Way(36, (*_WRITE, ("pause", "wait", "event", WAITED, 19), ("bought", "goal", "end", "Bought it after all", 19)), "goal", "Bought it after all"),
            Way(48, (*_WRITE, ("pause", "wait", "timeout", "48 hours were over", 48), ("gone", "exit", "end", "The code has run out", 48)), "done", "The code has run out"),
            Way(16, (_WRITE[0], ("write", "send", "not_sent", "No consent to news and offers by email", 0.02), ("pause", "wait", "timeout", "48 hours were over", 48), ("gone", "exit", "end", "The code has run out", 48)), "done", "The code has run out"),
        ),
    ),
    "newsletter_welcome": (
        "newsletter.confirmed",
        120,
        (
            Way(41, (*_WRITE, ("pause", "wait", "event", WAITED, 90), ("bought", "goal", "end", "Bought", 90)), "goal", "Bought"),
            Way(59, (*_WRITE, ("pause", "wait", "timeout", "14 days were over", 336), ("gone", "exit", "end", "They did not use the code", 336)), "done", "They did not use the code"),
        ),
    ),
    "after_delivery": (
        "order.confirmed",
        90,
        (
            Way(24, (("first", "condition", "yes", "Their first order, on social", 0.01), ("code", "issue_code", "then", CODE_GIVEN, 0.01), ("card", "postcard", "then", "Printed into the parcel", 0.02), ("pause", "wait", "event", WAITED, 500), ("back", "goal", "end", "Came back", 500)), "goal", "Came back"),
            Way(36, (("first", "condition", "yes", "Their first order, on social", 0.01), ("code", "issue_code", "then", CODE_GIVEN, 0.01), ("card", "postcard", "then", "Printed into the parcel", 0.02), ("pause", "wait", "timeout", "60 days were over", 1440), ("gone", "exit", "end", "The code has run out", 1440)), "done", "The code has run out"),
            Way(40, (("first", "condition", "no", "Not their first, or not from social", 0.01), ("other", "exit", "end", "Not a first order from social", 0.01)), "done", "Not a first order from social"),
        ),
    ),
}  # fmt: skip
_TEMPLATES = {"abandoned_cart": "abandoned_cart", "newsletter_welcome": "newsletter_welcome"}


def load_journeys(*, people: Sequence[Known], by: Context, at: datetime, popup_segment: str) -> None:
    """The journeys the house comes with, published, and who went through them in the last months."""
    make_default_journeys(**OFFERS, popup_segment=popup_segment, by=by, at=at - timedelta(days=300))
    chance = random.Random(31)
    for key, (event, count, ways) in _WAYS.items():
        journey = Journey.objects.get(key=key)
        version = journey.versions.order_by("-number").first()
        if version is None:
            continue
        enrolments, runs = [], []
        for person in chance.sample(list(people), min(count, len(people))):
            way = chance.choices(ways, [each.weight for each in ways])[0]
            entered = at - timedelta(hours=way.steps[-1][4] + chance.uniform(2, 100 * 24))
            ended = entered + timedelta(hours=way.steps[-1][4])
            enrolment = Enrolment(
                id=uuid7(), journey=journey, version=version, customer_id=person.id, event_id=uuid7(), event_name=event,
                state=EnrolmentState(way.end), step=way.steps[-1][0], visit=len(way.steps) + 1, arrived_at=ended,
                settled_at=ended, settled_id=UUID(int=0), reason=way.reason, entered_at=entered, ended_at=ended,
            )  # fmt: skip
            enrolments.append(enrolment)
            first = version.graph["steps"][0]
            walked = ((first["id"], "trigger", "then", "Came in", 0.0), *way.steps)
            for visit, (step, kind, outcome, reason, hours) in enumerate(walked, start=1):
                runs.append(
                    StepRun(
                        enrolment=enrolment,
                        journey=journey,
                        version_number=version.number,
                        visit=visit,
                        step=step,
                        kind=kind,
                        outcome=outcome,
                        reason=reason,
                        arrived_at=entered,
                        left_at=entered + timedelta(hours=hours),
                    )
                )
        Enrolment.objects.bulk_create(enrolments, batch_size=500)
        StepRun.objects.bulk_create(runs, batch_size=1_000)
        if key in _TEMPLATES:
            _write_messages(
                _sent_in(enrolments, runs),
                template=_TEMPLATES[key],
                source=f"journey:{journey.pk}:write",
                chance=chance,
            )


def load_newsletter(*, people: Sequence[Known], segments: Sequence[UUID], by: Context, at: datetime) -> None:
    """One newsletter of eight days ago to those who want it, with what came of it."""
    chance = random.Random(37)
    sent = at - timedelta(days=8)
    campaign = Campaign.objects.create(
        name="Autumn layers", template_key="points_statement", segments=list(segments), utm_campaign="autumn-layers",
        state=CampaignState.DONE, send_at=sent, started_at=sent, done_at=sent + timedelta(minutes=4), audience_size=620, planned=620,
        created_by=by.actor, created_at=sent - timedelta(days=1),
    )  # fmt: skip
    chosen = chance.sample(list(people), min(620, len(people)))
    messages = _write_messages(
        [(person.id, sent + timedelta(seconds=chance.randrange(240)), chance.random() < 0.86) for person in chosen],
        template="points_statement", source=f"campaign:{campaign.pk}", chance=chance, campaign=campaign,
    )  # fmt: skip
    orders = Order.objects.filter(
        placed_at__gte=sent, placed_at__lt=sent + timedelta(days=7), confirmed_at__isnull=False
    )
    clicked = {message.customer_id: message for message in messages if message.clicked_at}
    MessageOrder.objects.bulk_create(
        [
            MessageOrder(
                order_id=order.pk,
                message=clicked[order.customer_id],
                campaign=campaign,
                currency=order.currency,
                amount_minor=order.total_minor,
                at=order.placed_at,
            )
            for order in orders
            if order.customer_id in clicked
        ]
    )


def _sent_in(enrolments: Sequence[Enrolment], runs: Sequence[StepRun]) -> Iterator[tuple[UUID, datetime, bool]]:
    whose = {enrolment.pk: enrolment.customer_id for enrolment in enrolments}
    return ((whose[run.enrolment_id], run.left_at, run.outcome == "then") for run in runs if run.step == "write")


def _write_messages(
    wanted: Iterator[tuple[UUID, datetime, bool]] | Sequence[tuple[UUID, datetime, bool]],
    *, template: str, source: str, chance: random.Random, campaign: Campaign | None = None,
) -> list[Message]:  # fmt: skip
    """Messages with what people did with them, and the gate's word on each candidate. Their text is long gone."""
    live = live_template(template)
    emails = dict(Customer.objects.exclude(email="").values_list("id", "email"))
    messages, decisions = [], []
    for number, (customer_id, at, was_sent) in enumerate(wanted):
        key = f"demo:{source}:{number}"
        message = None
        if was_sent and customer_id in emails:
            opened = at + timedelta(hours=chance.expovariate(1 / 9)) if chance.random() < 0.44 else None
            clicked = opened + timedelta(minutes=2) if opened and chance.random() < 0.3 else None
            message = Message(
                id=uuid7(), dedup_key=key, template_key=template, template_version=live.version, purpose=Purpose.MARKETING,
                source=source, campaign=campaign, customer_id=customer_id, recipient=emails[customer_id], subject=live.name,
                html="", text="", holds_secret=True, state=MessageState.SENT, attempts=1, due_at=at, sent_at=at, opened_at=opened,
                clicked_at=clicked, bounced_at=at + timedelta(seconds=30) if chance.random() < 0.008 else None, created_at=at,
            )  # fmt: skip
            messages.append(message)
        decisions.append(
            Decision(
                id=uuid7(),
                dedup_key=key,
                source=source,
                customer_id=customer_id,
                template_key=template,
                purpose=Purpose.MARKETING,
                channel="email",
                priority=60,
                outcome=Outcome.SEND if message else Outcome.REFUSED,
                code="allowed" if message else "no_consent",
                reason="Nothing stood against it" if message else "They never agreed to news and offers by email",
                checks=[],
                message=message,
                campaign=campaign,
                created_at=at,
                decided_at=at,
            )
        )
    Message.objects.bulk_create(messages, batch_size=500, ignore_conflicts=campaign is not None)
    Decision.objects.bulk_create(decisions, batch_size=500)
    return messages
