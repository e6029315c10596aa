"""What each app holds of a person, behind one door: export, erase, move and restore."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from omnichannel.kernel.registry import Registry


@dataclass(frozen=True, slots=True)
class MoveReport:
    """What a move took along: counts by kind of thing, in the app's own words."""

    moved: Mapping[str, int]


class PersonalData(Protocol):
    """One app's answer. Every call runs in the caller's transaction and is safe to repeat."""

    def export(self, *, customer_id: UUID) -> Mapping[str, Any]:
        """Everything the app holds of the person, as JSON-ready data."""

    def erase(self, *, customer_id: UUID, at: datetime) -> None:
        """Remove or anonymise it, keeping what the law retains."""

    def move(self, *, from_id: UUID, to_id: UUID, merge_id: UUID) -> MoveReport:
        """Repoint the person's things to another customer, remembering which under `merge_id`."""

    def restore(self, *, merge_id: UUID) -> MoveReport:
        """Undo exactly what `move` did under `merge_id`."""


personal_data: Registry[PersonalData] = Registry("personal_data")
