"""The demo's journeys, who went through them this year, and a newsletter that was sent: as the machine would have left it."""

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from campaigns.journeys.models import Enrolment, Journey, JourneyVersion, StepRun
from campaigns.journeys.services.defaults import make_default_journeys
from campaigns.journeys.states import EnrolmentState
from campaigns.messages.models import Campaign, Decision, Message, MessageOrder
from campaigns.messages.services.templates import live_template
from campaigns.messages.states import CampaignState, MessageState, Outcome, Purpose
from customers.models import Customer
from demo.services.people import Known
from omnichannel.kernel.channels import Channel
from omnichannel.kernel.context import Context
from omnichannel.kernel.ids import uuid7
from orders.models import Order
from orders.states import OrderStatus

OFFERS = {"item_offer": "item-off-48h", "next_offer": "postcard-15", "welcome_offer": "newsletter-10"}
MONTHS, YEAR = timedelta(days=100), timedelta(days=290)
CODE_GIVEN, SENT, WAITED = "A code was given", "By email", "They bought something"


@dataclass(frozen=True, slots=True)
class Way:
    """How a share of people went through a journey: (step, kind, way taken, why, hours until they left)."""

    weight: int
    steps: tuple[tuple[str, str, str, str, float], ...]
    end: str
    reason: str

    @property
    def length(self) -> timedelta:
        return timedelta(hours=self.steps[-1][4])


_WRITE = (("code", "issue_code", "then", CODE_GIVEN, 0.01), ("write", "send", "then", SENT, 0.02))
_LATER = ("pause", "wait", "timeout", "24 hours were over", 24.0)
_WRITE_LATER = (("code", "issue_code", "then", CODE_GIVEN, 24.01), ("write", "send", "then", SENT, 24.02))
_TOOK = "They put something into the cart by themselves"
_WAYS: dict[str, tuple[str, int, tuple[Way, ...]]] = {
    "abandoned_cart": (
        "cart.abandoned",
        260,
        (
            Way(36, (*_WRITE, ("pause", "wait", "event", WAITED, 19), ("bought", "goal", "then", "Bought it after all", 19)), "goal", "Bought it after all"),
            Way(48, (*_WRITE, ("pause", "wait", "timeout", "48 hours were over", 48), ("gone", "exit", "exit", "The code has run out", 48)), "exited", "The code has run out"),
            Way(16, (_WRITE[0], ("write", "send", "not_sent", "No consent to news and offers by email", 0.02), ("pause", "wait", "timeout", "48 hours were over", 48), ("gone", "exit", "exit", "The code has run out", 48)), "exited", "The code has run out"),
        ),
    ),
    "browse_reminder": (
        "Product Viewed",
        180,
        (
            Way(16, (_LATER, *_WRITE_LATER, ("think", "wait", "event", WAITED, 55), ("bought", "goal", "then", "Bought", 55)), "goal", "Bought"),
            Way(30, (("pause", "wait", "event", "They put something into the cart", 5), ("took", "exit", "exit", _TOOK, 5)), "exited", _TOOK),
            Way(54, (_LATER, *_WRITE_LATER, ("think", "wait", "timeout", "48 hours were over", 72), ("gone", "exit", "exit", "The code has run out", 72)), "exited", "The code has run out"),
        ),
    ),
    "newsletter_welcome": (
        "newsletter.confirmed",
        120,
        (
            Way(41, (*_WRITE, ("pause", "wait", "event", WAITED, 90), ("bought", "goal", "then", "Bought", 90)), "goal", "Bought"),
            Way(59, (*_WRITE, ("pause", "wait", "timeout", "14 days were over", 336), ("gone", "exit", "exit", "They did not use the code", 336)), "exited", "They did not use the code"),
        ),
    ),
    "after_delivery": (
        "order.confirmed",
        90,
        (
            Way(24, (("first", "condition", "yes", "Their first order, on social", 0.01), ("code", "issue_code", "then", CODE_GIVEN, 0.01), ("card", "postcard", "then", "Printed into the parcel", 0.02), ("pause", "wait", "event", WAITED, 500), ("back", "goal", "then", "Came back", 500)), "goal", "Came back"),
            Way(36, (("first", "condition", "yes", "Their first order, on social", 0.01), ("code", "issue_code", "then", CODE_GIVEN, 0.01), ("card", "postcard", "then", "Printed into the parcel", 0.02), ("pause", "wait", "timeout", "60 days were over", 1440), ("gone", "exit", "exit", "The code has run out", 1440)), "exited", "The code has run out"),
            Way(40, (("first", "condition", "no", "Not their first, or not from social", 0.01), ("other", "exit", "exit", "Not a first order from social", 0.01)), "exited", "Not a first order from social"),
        ),
    ),
}  # fmt: skip
_TEMPLATES = {key: key for key in ("abandoned_cart", "browse_reminder", "newsletter_welcome")}


def load_journeys(*, people: Sequence[Known], by: Context, at: datetime, popup_segment: str) -> None:
    """The journeys the house comes with, published, and who went through them in the last months.

    Whoever is told to have bought did: their way ends with an order of theirs, and nobody else bought meanwhile.
    """
    make_default_journeys(**OFFERS, popup_segment=popup_segment, by=by, at=at - timedelta(days=300))
    chance = random.Random(31)
    orders = _orders_of({person.id for person in people})
    for key, (event, count, ways) in _WAYS.items():
        journey = Journey.objects.get(key=key)
        version = journey.versions.order_by("-number").first()
        if version is None:
            continue
        chosen = chance.sample(list(people), len(people))
        if key == "after_delivery":
            lives = _after_orders([person.id for person in chosen], orders, ways, at=at)[:count]
        else:
            lives = list(_lives([person.id for person in chosen], orders, ways, count=count, chance=chance, at=at))
        enrolments, runs = _walked(journey, version, event, lives)
        Enrolment.objects.bulk_create(enrolments, batch_size=500)
        StepRun.objects.bulk_create(runs, batch_size=1_000)
        if key in _TEMPLATES:
            _write_messages(
                _sent_in(lives),
                template=_TEMPLATES[key],
                source=f"journey:{journey.pk}:write",
                chance=chance,
            )


@dataclass(frozen=True, slots=True)
class _Life:
    """One person's way: when they came in, and the order it ended with."""

    customer_id: UUID
    way: Way
    entered_at: datetime
    order: Order | None = None

    @property
    def ended_at(self) -> datetime:
        return self.order.confirmed_at if self.order and self.order.confirmed_at else self.entered_at + self.way.length

    def left_at(self, hours: float) -> datetime:
        """Steps take as long as the way says; what waited for the order, until the order."""
        return min(self.entered_at + timedelta(hours=hours), self.ended_at)


def _orders_of(customer_ids: Set[UUID]) -> dict[UUID, list[Order]]:
    """Confirmed orders of each, the first one first."""
    found: dict[UUID, list[Order]] = defaultdict(list)
    rows = Order.objects.filter(customer_id__in=customer_ids, confirmed_at__isnull=False).order_by("confirmed_at")
    for order in rows.only(
        "id", "customer_id", "channel", "placed_at", "confirmed_at", "currency", "total_minor", "status"
    ):
        if order.customer_id is not None and order.status != OrderStatus.CANCELLED:
            found[order.customer_id].append(order)
    return found


def _lives(
    customer_ids: Sequence[UUID], orders: Mapping[UUID, Sequence[Order]], ways: Sequence[Way],
    *, count: int, chance: random.Random, at: datetime,
) -> Iterator[_Life]:  # fmt: skip
    """Each person once, on a way that is true of them, as long as there are people."""
    made = 0
    for customer_id in customer_ids:
        if made == count:
            return
        way = chance.choices(ways, [each.weight for each in ways])[0]
        own = orders.get(customer_id, ())
        if way.end == "goal":
            bought = [each for each in own if each.confirmed_at and each.confirmed_at > at - MONTHS]
            if not bought or not bought[-1].confirmed_at:
                continue
            life = _Life(customer_id, way, bought[-1].confirmed_at - way.length, bought[-1])
        else:
            life = _Life(customer_id, way, at - way.length - timedelta(hours=chance.uniform(2, MONTHS.days * 24)))
        if any(each is not life.order and _within(each, life) for each in own):
            continue
        made += 1
        yield life


def _after_orders(
    customer_ids: Sequence[UUID], orders: Mapping[UUID, Sequence[Order]], ways: Sequence[Way], *, at: datetime
) -> list[_Life]:
    """Lives that begin with an order of the last months: what followed it decides the way."""
    back, gone, other = ways
    lives = []
    for customer_id in customer_ids:
        own = [order for order in orders.get(customer_id, ()) if order.confirmed_at]
        recent = [order for order in own if order.confirmed_at and order.confirmed_at > at - YEAR]
        if not recent or recent[0].confirmed_at is None:
            continue
        began = recent[0].confirmed_at
        if recent[0] is not own[0] or recent[0].channel != Channel.SOCIAL:
            lives.append(_Life(customer_id, other, began))
            continue
        second = next(
            (order for order in recent[1:] if order.confirmed_at and order.confirmed_at < began + gone.length), None
        )
        if second is not None:
            lives.append(_Life(customer_id, back, began, second))
        elif began + gone.length < at:
            lives.append(_Life(customer_id, gone, began))
    return sorted(lives, key=lambda life: life.way is other)


def _within(order: Order, life: _Life) -> bool:
    return order.confirmed_at is not None and life.entered_at < order.confirmed_at <= life.ended_at


def _walked(
    journey: Journey, version: JourneyVersion, event: str, lives: Sequence[_Life]
) -> tuple[list[Enrolment], list[StepRun]]:
    """Enrolments and their steps, as the machine writes them."""
    first = version.graph["steps"][0]
    enrolments, runs = [], []
    for life in lives:
        steps = ((first["id"], "trigger", "then", "Came in", 0.0), *life.way.steps)
        enrolment = Enrolment(
            id=uuid7(), journey=journey, version=version, customer_id=life.customer_id, event_id=uuid7(), event_name=event,
            state=EnrolmentState(life.way.end), step=steps[-1][0], visit=len(steps), arrived_at=life.ended_at,
            settled_at=life.ended_at, settled_id=UUID(int=0), reason=life.way.reason, entered_at=life.entered_at,
            ended_at=life.ended_at,
        )  # fmt: skip
        enrolments.append(enrolment)
        arrived = life.entered_at
        for visit, (step, kind, outcome, reason, hours) in enumerate(steps, start=1):
            left = life.ended_at if kind in ("goal", "exit") else life.left_at(hours)
            runs.append(
                StepRun(
                    enrolment=enrolment, journey=journey, version_number=version.number, visit=visit, step=step,
                    kind=kind, outcome=outcome, reason=reason, arrived_at=arrived, left_at=left,
                )
            )  # fmt: skip
            arrived = left
    return enrolments, runs


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
        [_Letter(person.id, sent + timedelta(seconds=chance.randrange(240)), chance.random() < 0.86) for person in chosen],
        template="points_statement", source=f"campaign:{campaign.pk}", chance=chance, campaign=campaign,
    )  # fmt: skip
    orders = Order.objects.filter(
        placed_at__gte=sent, placed_at__lt=sent + timedelta(days=7), confirmed_at__isnull=False
    )
    clicked = {message.customer_id: message for message in messages if message.clicked_at}
    # An order counts for one message: those of a journey's stay with it.
    MessageOrder.objects.bulk_create(
        [
            _counted(order, clicked[order.customer_id], campaign)
            for order in orders
            if order.customer_id in clicked and _clicked_before(clicked[order.customer_id], order)
        ],
        ignore_conflicts=True,
    )


def _clicked_before(message: Message, order: Order) -> bool:
    return bool(message.clicked_at and order.confirmed_at and message.clicked_at < order.confirmed_at)


@dataclass(frozen=True, slots=True)
class _Letter:
    """Whom it was meant for, whether the gate let it out, and the order its reader placed."""

    customer_id: UUID
    at: datetime
    was_sent: bool = True
    order: Order | None = None


def _sent_in(lives: Sequence[_Life]) -> list[_Letter]:
    return [
        _Letter(life.customer_id, life.left_at(hours), outcome == "then", life.order)
        for life in lives
        for step, _, outcome, _, hours in life.way.steps
        if step == "write"
    ]


def _write_messages(
    wanted: Sequence[_Letter], *, template: str, source: str, chance: random.Random, campaign: Campaign | None = None
) -> list[Message]:
    """Messages with what people did with them, and the gate's word on each candidate. Their text is long gone."""
    live = live_template(template)
    emails = dict(Customer.objects.exclude(email="").values_list("id", "email"))
    messages, decisions, bought = [], [], []
    for number, letter in enumerate(wanted):
        key, customer_id, at = f"demo:{source}:{number}", letter.customer_id, letter.at
        message = None
        if letter.was_sent and customer_id in emails:
            opened = at + timedelta(hours=chance.expovariate(1 / 9)) if chance.random() < 0.44 else None
            clicked = opened + timedelta(minutes=2) if opened and chance.random() < 0.3 else None
            ordered_at = letter.order.confirmed_at if letter.order else None
            if ordered_at is not None:
                # Most of those who bought came by its link; the others remembered.
                clicked = ordered_at - (ordered_at - at) * chance.uniform(0.02, 0.3) if chance.random() < 0.7 else None
                opened = clicked - timedelta(minutes=1) if clicked else None
            message = Message(
                id=uuid7(), dedup_key=key, template_key=template, template_version=live.version, purpose=Purpose.MARKETING,
                source=source, campaign=campaign, customer_id=customer_id, recipient=emails[customer_id], subject=live.name,
                html="", text="", holds_secret=True, state=MessageState.SENT, attempts=1, due_at=at, sent_at=at, opened_at=opened,
                clicked_at=clicked, bounced_at=at + timedelta(seconds=30) if chance.random() < 0.008 else None, created_at=at,
            )  # fmt: skip
            messages.append(message)
            if letter.order is not None and clicked is not None:
                bought.append(_counted(letter.order, message))
        decisions.append(
            Decision(
                id=uuid7(at),
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
    MessageOrder.objects.bulk_create(bought, ignore_conflicts=True)
    return messages


def _counted(order: Order, message: Message, campaign: Campaign | None = None) -> MessageOrder:
    return MessageOrder(
        order_id=order.pk, message=message, campaign=campaign, currency=order.currency, amount_minor=order.total_minor,
        at=order.confirmed_at or order.placed_at or order.placed_at,
    )  # fmt: skip
