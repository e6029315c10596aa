"""What a step can do, and what its settings can name.

Apps above add both here: `step_kinds.register("add_to_audience", AddToAudience())`,
`named_things.register("audience", Audiences())`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from omnichannel.kernel.context import Context
from omnichannel.kernel.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One setting of a step, as the side panel shows it.

    kind     text, number, money (minor units), choice, choices (several), ordered (several, in their order), flag, time,
             date, event, conditions, template, offer, segment, audience, tree, pairs, parts; a kind the panel does not
             know is typed as text.
    choices  (value, words) of a choice.
    shown_if (field, value): shown only when that field is shown and has that value, or one of `a|b`.
    """

    name: str
    label: str
    kind: str = "text"
    required: bool = False
    choices: Sequence[tuple[str, str]] = ()
    default: Any = None
    help: str = ""
    unit: str = ""
    low: int | None = None
    high: int | None = None
    shown_if: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """A way out of a step: `name` in the graph's `next`, `label` on the drawn line."""

    name: str
    label: str
    is_required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something wrong with a step's settings. `field` is the setting it belongs to, or empty."""

    code: str
    title: str
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Who is at which step, and what is known of them.

    reference  unique for this visit and the same whenever it is run again: the key of the step's effects.
    event      the trigger: {id, name, occurred_at, data}.
    context    what earlier steps left: `code`, `codes`, `product_ids` …
    by         the circumstances to record effects under.
    """

    enrolment_id: UUID
    journey_id: UUID
    journey_key: str
    journey_name: str
    version: int
    step_id: str
    step_name: str
    visit: int
    customer_id: UUID
    entered_at: datetime
    settled_at: datetime
    event: Mapping[str, Any]
    context: Mapping[str, Any]
    at: datetime
    by: Context
    is_rehearsal: bool = False

    @property
    def reference(self) -> str:
        return f"journey:{self.enrolment_id}:{self.visit}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Stay here. until is when it is over by itself; `event` (with `where`) ends it before."""

    until: datetime
    event: str = ""
    where: Sequence[Mapping[str, Any]] = ()
    on_time: str = "then"
    on_event: str = "event"
    reason_on_time: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a step ended.

    way      which way out; "then" where there is one way only.
    otherwise  the way to take where that one leads nowhere: what is counted stays `way`.
    reason   why, as a person reads it, at most 300 characters.
    context  merged into the enrolment's context for later steps.
    detail   kept with the run: ids of what the step made.
    wait     stay instead of leaving.
    ends     "" to go on; "exit" or "goal" to leave the journey here.
    """

    way: str = "then"
    otherwise: str = ""
    reason: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)
    detail: Mapping[str, Any] = field(default_factory=dict)
    wait: Wait | None = None
    ends: str = ""


class StepKind(Protocol):
    """One kind of step. Stateless; `run` is called inside the transaction of the step: SQL only, no network.

    A step is applied once. `run` may raise a DomainError: nothing of it stands then, and it is tried again later.
    In a rehearsal (`visit.is_rehearsal`) everything is rolled back afterwards.
    """

    title: str
    group: str
    icon: str
    fields: Sequence[Field]

    def ways(self, settings: Mapping[str, Any]) -> Sequence[Way]:
        """The ways out, in the order they are drawn; empty for an end."""

    def describe(self, settings: Mapping[str, Any]) -> str:
        """The settings in a few words, for the box on the canvas."""

    def check(self, settings: Mapping[str, Any]) -> Sequence[Finding]:
        """What keeps it from being published; unknown templates, offers and segments among it."""

    def run(self, visit: Visit, settings: Mapping[str, Any]) -> Outcome:
        """Do it."""


step_kinds: Registry[StepKind] = Registry("step_kinds")


class NamedThings(Protocol):
    """What fields of one kind can name."""

    def list_choices(self) -> Sequence[tuple[str, str]]:
        """(value, name) of each, in the order they are offered."""


#: By kind of field.
named_things: Registry[NamedThings] = Registry("named_things")
