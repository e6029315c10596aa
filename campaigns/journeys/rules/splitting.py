"""Which part of a split somebody belongs to: the same each time they come, by nothing but who they are."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

#: Shares are counted in hundredths of a percent.
WHOLE = 10_000


def place_of(*, journey_id: UUID, step: str, customer_id: UUID) -> int:
    """A number in [0, WHOLE), evenly spread over people, another one at each step of each journey."""
    digest = hashlib.sha256(f"{journey_id}:{step}:{customer_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % WHOLE


def part_of(place: int, parts: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The part this place falls into; parts are percentages that add up to 100."""
    edge = 0
    for part in parts:
        edge += round(float(part["percent"]) * 100)
        if place < edge:
            return part
    return parts[-1]
