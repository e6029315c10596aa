"""What this app holds of a person: the lists they stand on. Who is in a segment by rule is told by their labels."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F

from campaigns.segments.models import ListMember, Recheck
from omnichannel.kernel.personal_data import MoveReport


class ListsOfPerson:
    def export(self, *, customer_id: UUID) -> Mapping[str, Any]:
        rows = ListMember.objects.filter(customer_id=customer_id).select_related("segment").order_by("id")
        return {"lists": [{"name": row.segment.name, "since": row.added_at.isoformat()} for row in rows]}

    def erase(self, *, customer_id: UUID, at: datetime) -> None:
        ListMember.objects.filter(customer_id=customer_id).delete()
        Recheck.objects.filter(customer_id=customer_id).delete()

    def move(self, *, from_id: UUID, to_id: UUID, merge_id: UUID) -> MoveReport:
        """Lists go over; on those both stand on, the other's place stays theirs for when it is taken apart again."""
        both = ListMember.objects.filter(customer_id=to_id).values("segment_id")
        moved = (
            ListMember.objects.filter(customer_id=from_id)
            .exclude(segment_id__in=both)
            .update(customer_id=to_id, moved_in_merge=merge_id, moved_from=from_id)
        )
        Recheck.objects.filter(customer_id=from_id).delete()
        return MoveReport(moved={"lists": moved})

    def restore(self, *, merge_id: UUID) -> MoveReport:
        return MoveReport(
            moved={
                "lists": ListMember.objects.filter(moved_in_merge=merge_id).update(
                    customer_id=F("moved_from"), moved_in_merge=None, moved_from=None
                )
            }
        )
