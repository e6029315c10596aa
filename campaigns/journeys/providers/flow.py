"""Steps that steer: come in, wait, divide, arrive, leave."""

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any

from campaigns.journeys.ports import Field, Finding, Outcome, Visit, Wait, Way
from campaigns.journeys.providers.settings import ONWARD, THEN, amount, length, number, text
from campaigns.journeys.queries.people import zone_of_customer
from campaigns.journeys.queries.vocabulary import find_segment_name, say_conditions
from campaigns.journeys.rules.splitting import part_of, place_of
from campaigns.journeys.rules.timing import DAYS, day_of, length_in_words, time_of_day_after
from campaigns.journeys.states import Reentry
from omnichannel.events.sentences import default_sentence

Settings = Mapping[str, Any]
BY_SEGMENT = "segment_entered|segment_left"
BY_CLOCK = "schedule"


class Trigger:
    title, group, icon = "Trigger", "Start", "bolt"
    fields: Sequence[Field] = (
        Field(
            name="on", label="People come in", kind="choice", required=True, default="event",
            choices=(
                ("event", "when something happens"),
                ("segment_entered", "when they enter a segment"),
                ("segment_left", "when they leave a segment"),
                (BY_CLOCK, "at a time, everybody in a segment"),
            ),
        ),
        Field(name="event", label="What happens", kind="event", required=True, shown_if=("on", "event")),
        Field(name="segment", label="Segment", kind="segment", required=True, shown_if=("on", f"{BY_SEGMENT}|{BY_CLOCK}")),
        Field(
            name="repeat", label="When", kind="choice", required=True, default="weekly", shown_if=("on", BY_CLOCK),
            choices=(("once", "once, on a day"), ("daily", "every day"), ("weekly", "every week")),
        ),
        Field(name="date", label="Day", kind="date", required=True, shown_if=("repeat", "once")),
        Field(
            name="weekdays", label="Days", kind="choices", required=True, shown_if=("repeat", "weekly"),
            choices=tuple((day, day.capitalize()) for day in DAYS),
        ),
        Field(
            name="time", label="At", kind="time", required=True, default="09:00", shown_if=("on", BY_CLOCK),
            help="In the brand’s time zone.",
        ),
        Field(name="where", label="Only if", kind="conditions", shown_if=("on", f"event|{BY_SEGMENT}")),
        Field(
            name="reentry", label="The same person again", kind="choice", required=True, default=Reentry.NEVER,
            choices=tuple((str(value), str(label)) for value, label in Reentry.choices),
        ),
        Field(
            name="days", label="Days in between", kind="number", required=True, low=1, high=730, unit="days",
            shown_if=("reentry", Reentry.AFTER_DAYS),
        ),
        Field(
            name="most", label="At most this often", kind="number", low=1, high=1000, unit="times",
            help="Empty for no limit.", shown_if=("reentry", f"{Reentry.AFTER_DAYS}|{Reentry.ALWAYS}"),
        ),
    )  # fmt: skip

    def ways(self, settings: Settings) -> Sequence[Way]:
        return THEN

    def describe(self, settings: Settings) -> str:
        match text(settings, "on", "event"):
            case "segment_entered":
                words = f"enters {_segment(settings)}"
            case "segment_left":
                words = f"leaves {_segment(settings)}"
            case "schedule":
                return f"{_times(settings)}, everybody in {_segment(settings)}"
            case _:
                words = default_sentence(text(settings, "event")) or "choose what happens"
        if settings.get("where"):
            words += f", {say_conditions(settings['where'])}"
        again = {Reentry.NEVER: "once", Reentry.AFTER_DAYS: f"again after {number(settings, 'days')} days"}
        return f"{words}; {again.get(Reentry(text(settings, 'reentry', Reentry.NEVER)), 'every time')}"

    def check(self, settings: Settings) -> Sequence[Finding]:
        if text(settings, "on", "event") == BY_CLOCK and (found := _schedule_findings(settings)):
            return found
        if text(settings, "on", "event") != "event":
            return segment_findings(text(settings, "segment"))
        if text(settings, "event").startswith("journey."):
            return [
                Finding(
                    field="event", code="event_of_journeys",
                    title="What journeys tell cannot bring people into a journey: it might go round for ever.",
                )
            ]  # fmt: skip
        return []

    def run(self, visit: Visit, settings: Settings) -> Outcome:
        if text(settings, "on", "event") == BY_CLOCK:
            return Outcome(reason=_times(settings).capitalize())
        return Outcome(reason=default_sentence(str(visit.event.get("name", ""))))


class WaitStep:
    title, group, icon = "Wait", "Steer", "schedule"
    fields: Sequence[Field] = (
        Field(
            name="mode", label="Wait", kind="choice", required=True, default="for",
            choices=(("for", "for a time"), ("until_time", "until a time of day"), ("until_event", "until something happens")),
        ),
        Field(name="event", label="Until", kind="event", required=True, shown_if=("mode", "until_event")),
        Field(name="where", label="Only if", kind="conditions", shown_if=("mode", "until_event")),
        *amount(label="Wait", default=1, unit="days", shown_if=("mode", "for|until_event")),
        Field(
            name="time", label="At", kind="time", required=True, default="09:00",
            help="In the customer’s own time zone.", shown_if=("mode", "until_time"),
        ),
        Field(
            name="days", label="On", kind="choices", choices=tuple((day, day.capitalize()) for day in DAYS),
            help="Any day when none is chosen.", shown_if=("mode", "until_time"),
        ),
    )  # fmt: skip

    def ways(self, settings: Settings) -> Sequence[Way]:
        if text(settings, "mode", "for") == "until_event":
            return (Way("event", "it happens"), Way("timeout", "not in time"))
        return THEN

    def describe(self, settings: Settings) -> str:
        lasting = length_in_words(number(settings, "amount", 1), text(settings, "unit", "days"))
        match text(settings, "mode", "for"):
            case "until_time":
                days = ", ".join(str(day).capitalize() for day in settings.get("days") or [])
                return f"Until {text(settings, 'time', '09:00')}{f' on {days}' if days else ''}"
            case "until_event":
                return f"Until {default_sentence(text(settings, 'event')).lower()}, at most {lasting}"
        return f"Wait {lasting}"

    def check(self, settings: Settings) -> Sequence[Finding]:
        if text(settings, "mode", "for") == "until_time" and _clock(text(settings, "time", "09:00")) is None:
            return [Finding(field="time", code="invalid", title="A time is two digits, a colon, two digits: 09:00.")]
        return []

    def run(self, visit: Visit, settings: Settings) -> Outcome:
        match text(settings, "mode", "for"):
            case "until_time":
                clock = _clock(text(settings, "time", "09:00")) or time(9)
                until = time_of_day_after(
                    visit.at, clock=clock, zone=zone_of_customer(visit.customer_id), days=settings.get("days") or ()
                )
                wait = Wait(until=until, reason_on_time=f"It was {clock:%H:%M} where they are")
            case "until_event":
                until = visit.at + length(settings, default=1, unit="days")
                wait = Wait(
                    until=until, event=text(settings, "event"), where=settings.get("where") or (), on_time="timeout",
                    reason_on_time=f"No {default_sentence(text(settings, 'event')).lower()} in time",
                )  # fmt: skip
            case _:
                wait = Wait(
                    until=visit.at + length(settings, default=1, unit="days"), reason_on_time="The time was over"
                )
        return Outcome(wait=wait)


class Split:
    title, group, icon = "Split", "Steer", "call_split"
    fields: Sequence[Field] = (
        Field(
            name="parts", label="Parts", kind="parts", required=True,
            default=[{"name": "a", "label": "one half", "percent": 50}, {"name": "b", "label": "other half", "percent": 50}],
            help="Each person stays in the same part, however often they come.",
        ),
    )  # fmt: skip

    def ways(self, settings: Settings) -> Sequence[Way]:
        return [Way(str(part.get("name", "")), str(part.get("label") or part.get("name"))) for part in _parts(settings)]

    def describe(self, settings: Settings) -> str:
        return " / ".join(f"{part.get('percent')}%" for part in _parts(settings))

    def check(self, settings: Settings) -> Sequence[Finding]:
        parts = _parts(settings)
        if not 2 <= len(parts) <= 6:
            return [Finding(field="parts", code="invalid", title="A split has two to six parts.")]
        for part in parts:
            percent = part.get("percent")
            if isinstance(percent, bool) or not isinstance(percent, int | float) or not 0 < percent < 100:
                return [Finding(field="parts", code="invalid", title="Each part gets more than 0 and less than 100 %.")]
            if not isinstance(part.get("name"), str) or not part["name"].isidentifier() or len(part["name"]) > 20:
                return [Finding(field="parts", code="invalid", title="Name each part with letters.")]
        if len({part["name"] for part in parts}) < len(parts):
            return [Finding(field="parts", code="invalid", title="Two parts have the same name.")]
        if round(sum(part["percent"] for part in parts), 2) != 100:
            return [Finding(field="parts", code="parts_not_whole", title="The parts do not add up to 100 %.")]
        return []

    def run(self, visit: Visit, settings: Settings) -> Outcome:
        place = place_of(journey_id=visit.journey_id, step=visit.step_id, customer_id=visit.customer_id)
        part = part_of(place, _parts(settings))
        return Outcome(way=str(part["name"]), reason=f"By lot: {part['percent']}% go this way", detail={"place": place})


class Goal:
    title, group, icon = "Goal", "End", "target"
    fields: Sequence[Field] = (
        Field(name="event", label="Reached when", kind="event", help="Empty: reached by walking here."),
        Field(name="where", label="Only if", kind="conditions"),
        Field(
            name="anywhere", label="From wherever they stand", kind="flag", default=True,
            help="Ends their wait within seconds.",
        ),
    )  # fmt: skip

    def ways(self, settings: Settings) -> Sequence[Way]:
        return ONWARD

    def describe(self, settings: Settings) -> str:
        if not settings.get("event"):
            return "reached by walking here"
        words = default_sentence(text(settings, "event"))
        return f"{words}, {say_conditions(settings['where'])}" if settings.get("where") else words

    def check(self, settings: Settings) -> Sequence[Finding]:
        return []

    def run(self, visit: Visit, settings: Settings) -> Outcome:
        reason = str(visit.context.get("goal_reason") or "They came this far")
        return Outcome(ends="goal", reason=reason, context={"goal_reason": ""})


class Exit:
    title, group, icon = "Exit", "End", "logout"
    fields: Sequence[Field] = (
        Field(name="reason", label="Why they leave", help="Shown beside everybody who left here."),
    )

    def ways(self, settings: Settings) -> Sequence[Way]:
        return ()

    def describe(self, settings: Settings) -> str:
        return text(settings, "reason", "they leave here")

    def check(self, settings: Settings) -> Sequence[Finding]:
        return []

    def run(self, visit: Visit, settings: Settings) -> Outcome:
        return Outcome(way="exit", ends="exit", reason=text(settings, "reason", visit.step_name or "They left"))


class Jump:
    """A line drawn as a step, for ways back: where it leads is its `next`."""

    title, group, icon = "Jump", "Steer", "redo"
    fields: Sequence[Field] = ()

    def ways(self, settings: Settings) -> Sequence[Way]:
        return (Way("then", "to"),)

    def describe(self, settings: Settings) -> str:
        return "go on elsewhere"

    def check(self, settings: Settings) -> Sequence[Finding]:
        return []

    def run(self, visit: Visit, settings: Settings) -> Outcome:
        return Outcome(reason=f"Time {visit.visit} on their way")


def _schedule_findings(settings: Settings) -> list[Finding]:
    if _clock(text(settings, "time", "09:00")) is None:
        return [Finding(field="time", code="invalid", title="A time is two digits, a colon, two digits: 09:00.")]
    if text(settings, "repeat", "weekly") == "once" and day_of(text(settings, "date")) is None:
        return [Finding(field="date", code="invalid", title="A day is year, month, day: 2026-12-03.")]
    return []


def _times(settings: Settings) -> str:
    clock = text(settings, "time", "09:00")
    match text(settings, "repeat", "weekly"):
        case "once":
            day = day_of(text(settings, "date"))
            return f"on {day.day} {day:%B %Y} at {clock}" if day else f"once at {clock}"
        case "daily":
            return f"every day at {clock}"
    days = ", ".join(str(day).capitalize() for day in settings.get("weekdays") or [])
    return f"every {days or 'week'} at {clock}"


def segment_findings(key: str) -> list[Finding]:
    if find_segment_name(key) is None:
        return [Finding(field="segment", code="segment_unknown", title=f"There is no segment {key}.")]
    return []


def _segment(settings: Settings) -> str:
    key = text(settings, "segment")
    return find_segment_name(key) or key or "a segment"


def _parts(settings: Settings) -> list[dict[str, Any]]:
    parts = settings.get("parts", Split.fields[0].default)
    return [part for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []


def _clock(words: str) -> time | None:
    hours, _, minutes = words.partition(":")
    if len(hours) != 2 or len(minutes) != 2 or not (hours + minutes).isascii() or not (hours + minutes).isdigit():
        return None
    return time(int(hours), int(minutes)) if int(hours) < 24 and int(minutes) < 60 else None
