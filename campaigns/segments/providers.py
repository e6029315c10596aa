"""This app's answers to the ports of apps below."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from campaigns.segments.models import Segment
from campaigns.segments.queries.members import LABEL
from campaigns.segments.rules.phrases import day
from campaigns.segments.states import SegmentState
from customers.models import Label


class SegmentNames:
    """What an offer calls the segments it is for."""

    def list_names(self) -> Sequence[tuple[str, str]]:
        return list(Segment.objects.filter(state=SegmentState.LIVE).order_by("name").values_list("key", "name"))

    def names_of(self, keys: Collection[str]) -> Mapping[str, str]:
        return dict(Segment.objects.filter(key__in=keys).values_list("key", "name"))


class SegmentsPanel:
    """The profile's panel: which segments the customer is in, since when and why."""

    def panel(self, *, customer_id: UUID, at: datetime) -> dict[str, Any] | None:
        labels = list(
            Label.objects.filter(customer_id=customer_id, kind=LABEL, valid_until=None).order_by("-valid_from", "key")
        )
        found = {
            row.key: row for row in Segment.objects.filter(key__in=[label.key for label in labels]).only("key", "name")
        }
        known = [(label, found[label.key]) for label in labels if label.key in found]
        if not known:
            return None
        return {
            "title": "Segments",
            "rows": [
                {"title": segment.name, "note": f"{label.reason} · since {day(label.valid_from)}".removeprefix(" · ")}
                for label, segment in known
            ],
            "items": [
                {
                    "id": str(segment.pk), "key": label.key, "name": segment.name,
                    "since": label.valid_from.isoformat(), "reason": label.reason,
                }
                for label, segment in known
            ],
        }  # fmt: skip
