"""What this app asks of the apps above: panels of the profile, and the names of places."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from omnichannel.kernel.registry import Registry


class Panel(Protocol):
    """One app's part of a customer's profile: a dictionary, ready for JSON, in at most two statements.

    title     what it is called on the screen.
    figures   [{value, label}] for the head of the page, as people read them: {"value": "$842.60", "label": "spent, 12 months"}.
    headline  the one thing to know ("1,240"); note  the words beside it ("worth $12.40").
    rows      [{title, note?, amount?, state?, tone? (ok, warn, danger, accent), url?, picture?}].
    link      {title, url} to all of it.
    Each but the title may be absent; further keys are for other systems. None: nothing to show.
    """

    def panel(self, *, customer_id: UUID, at: datetime) -> dict[str, Any] | None: ...


#: `profile_panels.register("points", PointsPanel(), order=20)` in an `AppConfig.ready`; shown in their order.
profile_panels: Registry[Panel] = Registry("profile_panels")


class PlaceNames(Protocol):
    def names(self, ids: Iterable[UUID]) -> Mapping[UUID, str]:
        """Names of stores; one statement, none for no ids."""


place_names: Registry[PlaceNames] = Registry("place_names")
