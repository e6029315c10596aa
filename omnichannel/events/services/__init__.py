"""Writing to the log, and taking its facts to the handlers."""

from omnichannel.events.services.delivering import claim_due, deliver, deliver_due
from omnichannel.events.services.recording import record
from omnichannel.events.services.redacting import redact_facts, redact_tracked
from omnichannel.events.services.replaying import replay_parked, replay_range

__all__ = [
    "claim_due",
    "deliver",
    "deliver_due",
    "record",
    "redact_facts",
    "redact_tracked",
    "replay_parked",
    "replay_range",
]
