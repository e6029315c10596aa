"""What journeys do when something happened: end a wait, reach a goal, let somebody in."""

from collections.abc import Sequence

from campaigns.journeys.services.listening import hear
from omnichannel.events.ports import RecordedEvent
from omnichannel.kernel.clock import now

#: Any fact or tracked event may be a trigger; which are is looked up by name.
FACTS = ("*",)


def hear_events(events: Sequence[RecordedEvent]) -> None:
    hear(events=events, at=now())
