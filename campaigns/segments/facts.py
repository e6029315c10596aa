"""What this app publishes."""

from dataclasses import dataclass
from uuid import UUID

from omnichannel.events.facts import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class _MembershipFact(Fact):
    """`how` event: something they did; clock: a time window ended; rule: the rule or the list was changed."""

    SUBJECT = "segment_id"
    segment_id: UUID
    segment_key: str
    segment_name: str
    customer_id: UUID
    reason: str
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentEntered(_MembershipFact):
    NAME = "segment.entered"


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentLeft(_MembershipFact):
    NAME = "segment.left"


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentSaved(Fact):
    """A rule was saved as a new version."""

    NAME = "segment.saved"
    SUBJECT = "segment_id"
    segment_id: UUID
    segment_key: str
    version: int
    sentence: str


#: How each reads on a timeline (`omnichannel.events.sentences`).
SENTENCES: dict[str, str] = {
    "segment.entered": "Entered the segment {data[segment_name]}: {data[reason]}",
    "segment.left": "Left the segment {data[segment_name]}: {data[reason]}",
    "segment.saved": "Segment {data[segment_key]} was saved as version {data[version]}",
}
