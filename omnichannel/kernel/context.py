"""Who did something and where: stands on every fact, cart line, movement and order."""

from dataclasses import dataclass, field
from uuid import UUID

from omnichannel.kernel.channels import Channel


@dataclass(frozen=True, slots=True)
class Context:
    """The circumstances of a write, as the caller's credential proves them.

    actor        `kind:id` of the caller (`customer:…`, `staff:…`, `api_key:…`, `system:relay`), for audit.
    customer_id  the customer who acts for themself; None when somebody acts for them.
    anonymous_id  what the caller's browser or app calls itself (`X-Anonymous-Id`); empty when many people use it.
    campaign     UTM fields and click ids that led here, by their usual names (`utm_source`, `gclid`).
    """

    channel: str = Channel.SYSTEM
    store_id: UUID | None = None
    device_id: UUID | None = None
    associate_id: UUID | None = None
    customer_id: UUID | None = None
    actor: str = "system"
    request_id: str = ""
    campaign: dict[str, str] = field(default_factory=dict)
    anonymous_id: str = ""


SYSTEM = Context()
