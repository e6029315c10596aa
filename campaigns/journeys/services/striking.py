"""Triggers by the clock: when it is time, everybody in a segment comes in.

A time is a moment like any event, under an id made of it: whoever was let in at it is not let in again, however often
this runs. What lies before the version was published, or passed while the journey rested, brings nobody in.
"""

from collections.abc import Sequence
from datetime import datetime, time
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from campaigns.journeys.models import Enrolment, Listener
from campaigns.journeys.rules.graphs import Step, read_graph
from campaigns.journeys.rules.timing import day_of, last_time_at
from campaigns.journeys.services.dispatch import advance_soon
from campaigns.journeys.services.listening import TIME_CAME, TOO_OLD, enrol
from campaigns.journeys.states import JourneyStatus, ListenFor, VersionState
from campaigns.segments.queries.members import LABEL
from customers.models import Label
from omnichannel.brand.queries import get_brand
from omnichannel.events.ports import RecordedEvent
from omnichannel.events.states import EventKind
from omnichannel.kernel.ids import uuid7_floor

#: People let in by one transaction.
BATCH = 200


def strike(*, at: datetime) -> int:
    """Let everybody in whose time has come; how many came in.

    Locks  the listener of each schedule that is due, batch by batch; a second worker passes it over.
    Emits  JourneyEntered.
    """
    zone = get_brand().time_zone
    came = 0
    schedules = Listener.objects.filter(purpose=ListenFor.CLOCK, version__state=VersionState.LIVE)
    for pk in list(schedules.order_by("pk").values_list("pk", flat=True)):
        after: UUID | None = UUID(int=0)
        while after is not None:
            entered, after = _let_in_some(pk, after, zone, at)
            came += entered
    return came


def _let_in_some(listener_id: int, after: UUID, zone: str, at: datetime) -> tuple[int, UUID | None]:
    """The next of them in one transaction: how many came in, and the last that was looked at; None at the end."""
    with transaction.atomic():
        rows = Listener.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
        listener = rows.select_related("version__journey").filter(pk=listener_id).first()
        if listener is None:
            return 0, None
        step = read_graph(listener.version.graph).steps[listener.step]
        moment = _due(listener, step, zone, at)
        if moment is None:
            return 0, None
        people: Sequence[UUID] = ()
        if listener.version.journey.status == JourneyStatus.LIVE:
            people = _waiting(listener, step, moment, after)
        event = _struck(step, moment)
        entered = [
            enrol(listener=listener, step=step, event=event, customer_id=customer_id, at=at) for customer_id in people
        ]
        if len(people) < BATCH:
            Listener.objects.filter(pk=listener.pk).update(struck_at=moment)
        if any(entered):
            transaction.on_commit(advance_soon, robust=True)
    return sum(each is not None for each in entered), people[-1] if len(people) == BATCH else None


def _due(listener: Listener, step: Step, zone: str, at: datetime) -> datetime | None:
    """The last time of this schedule, if it is not done with."""
    settings = step.settings
    repeat = str(settings.get("repeat") or "weekly")
    moment = last_time_at(
        at,
        clock=time.fromisoformat(str(settings.get("time") or "09:00")),
        zone=zone,
        days=settings.get("weekdays") or () if repeat == "weekly" else (),
        on=day_of(str(settings.get("date") or "")) if repeat == "once" else None,
    )
    published_at = listener.version.published_at
    if moment is None or moment <= at - TOO_OLD or (published_at is not None and moment <= published_at):
        return None
    return None if listener.struck_at is not None and moment <= listener.struck_at else moment


def _waiting(listener: Listener, step: Step, moment: datetime, after: UUID) -> list[UUID]:
    """Members by id, without those let in at this moment already."""
    already = Enrolment.objects.filter(
        journey_id=listener.version.journey_id, customer_id=OuterRef("customer_id"), event_id=uuid7_floor(moment)
    )
    members = Label.objects.filter(
        kind=LABEL, key=str(step.settings.get("segment", "")), valid_until=None, customer_id__gt=after
    )
    return list(members.filter(~Exists(already)).order_by("customer_id").values_list("customer_id", flat=True)[:BATCH])


def _struck(step: Step, moment: datetime) -> RecordedEvent:
    """The moment as an event: the same for everybody, and whenever it is looked at."""
    return RecordedEvent(
        id=uuid7_floor(moment), name=TIME_CAME, kind=EventKind.DOMAIN, occurred_at=moment, identity_id=None,
        subject_id=None, channel="", store_id=None, device_id=None, associate_id=None, actor="system:clock",
        request_id="", context={}, data={"segment_key": step.settings.get("segment", "")},
    )  # fmt: skip
