"""What this app publishes: who came into a journey and how it ended for them."""

from dataclasses import dataclass
from uuid import UUID

from omnichannel.events.facts import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class _EnrolmentFact(Fact):
    SUBJECT = "enrolment_id"
    enrolment_id: UUID
    journey_id: UUID
    journey_key: str
    journey_name: str
    version: int
    customer_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyEntered(_EnrolmentFact):
    """`entry_no` counts how often they came in; `event_id` is what brought them."""

    NAME = "journey.entered"
    entry_no: int
    event_id: UUID | None
    event_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyGoalReached(_EnrolmentFact):
    NAME = "journey.goal_reached"
    step: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyLeft(_EnrolmentFact):
    """`state` says how: done, exited or failed."""

    NAME = "journey.left"
    step: str
    state: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyPublished(Fact):
    NAME = "journey.published"
    SUBJECT = "journey_id"
    journey_id: UUID
    journey_key: str
    journey_name: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyStatusChanged(Fact):
    """Paused, taken up again or ended."""

    NAME = "journey.status_changed"
    SUBJECT = "journey_id"
    journey_id: UUID
    journey_key: str
    journey_name: str
    status: str


#: How each reads on a timeline (`omnichannel.events.sentences`).
SENTENCES: dict[str, str] = {
    "journey.entered": "Came into the journey {data[journey_name]}",
    "journey.goal_reached": "Reached the goal of the journey {data[journey_name]}",
    "journey.left": "Left the journey {data[journey_name]}",
    "journey.published": "The journey {data[journey_name]} was published",
    "journey.status_changed": "The journey {data[journey_name]} is {data[status]} now",
}
