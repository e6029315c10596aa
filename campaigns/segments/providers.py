"""This app's answers to the ports of apps below."""

from datetime import datetime
from typing import Any
from uuid import UUID

from campaigns.segments.models import Segment
from campaigns.segments.queries.members import LABEL
from customers.models import Label


class SegmentsPanel:
    """The profile's panel: which segments the customer is in, since when and why."""

    def panel(self, *, customer_id: UUID, at: datetime) -> dict[str, Any]:
        labels = list(
            Label.objects.filter(customer_id=customer_id, kind=LABEL, valid_until=None).order_by("-valid_from", "key")
        )
        found = {
            row.key: row for row in Segment.objects.filter(key__in=[label.key for label in labels]).only("key", "name")
        }
        return {
            "title": "Segments",
            "items": [
                {
                    "id": str(found[label.key].pk),
                    "key": label.key,
                    "name": found[label.key].name,
                    "since": label.valid_from.isoformat(),
                    "reason": label.reason,
                }
                for label in labels
                if label.key in found
            ],
        }
