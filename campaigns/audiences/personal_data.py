"""What audiences hold of a person: which items, which lists, what platforms were told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from campaigns.audiences.models import AudienceItem, Conversion, ItemMove, Member
from campaigns.audiences.states import ConversionState
from omnichannel.kernel.personal_data import MoveReport


class AudienceData:
    def export(self, *, customer_id: UUID) -> Mapping[str, Any]:
        items = AudienceItem.objects.filter(customer_id=customer_id).select_related("audience", "product")
        events = Conversion.objects.filter(customer_id=customer_id).order_by("occurred_at")
        lists = Member.objects.filter(customer_id=customer_id).select_related("destination__audience")
        return {
            "audiences": [
                {
                    "audience": item.audience.name,
                    "item": item.product.name if item.product else None,
                    "reason": item.reason,
                    "added_at": item.added_at.isoformat(),
                    "removed_at": item.removed_at.isoformat() if item.removed_at else None,
                    "removed_reason": item.removed_reason,
                }
                for item in items.order_by("added_at")
            ],
            "advertising_lists": [
                {
                    "platform": row.destination.platform,
                    "audience": row.destination.audience.name,
                    "on_it": row.is_there,
                }
                for row in lists
            ],
            "told_to_platforms": [
                {
                    "platform": row.platform,
                    "event": row.name,
                    "at": row.occurred_at.isoformat(),
                    "about": row.custom_data,
                    "state": row.state,
                }
                for row in events
            ],
        }

    def erase(self, *, customer_id: UUID, at: datetime) -> None:
        """Off every list, by the hashes they were put on with; the rest goes, or says nothing of anybody."""
        AudienceItem.objects.filter(customer_id=customer_id).delete()
        Member.objects.filter(customer_id=customer_id, is_there=True).update(
            is_wanted=False, customer=None, reason="erased", due_at=at
        )
        Member.objects.filter(customer_id=customer_id).delete()
        rows = Conversion.objects.filter(customer_id=customer_id)
        rows.filter(state=ConversionState.INTENDED).update(
            state=ConversionState.WITHDRAWN, reason="The customer was erased."
        )
        rows.update(customer=None, user_data={}, page_url="")

    def move(self, *, from_id: UUID, to_id: UUID, merge_id: UUID) -> MoveReport:
        """Open items go over unless the other record has the same; history and lists follow by the next refresh."""
        theirs = AudienceItem.objects.filter(customer_id=from_id, removed_at=None)
        there = set(
            AudienceItem.objects.filter(customer_id=to_id, removed_at=None).values_list("audience_id", "product_id")
        )
        going = [item.pk for item in theirs if (item.audience_id, item.product_id) not in there]
        ItemMove.objects.bulk_create(
            [ItemMove(merge_id=merge_id, item_id=pk, from_customer_id=from_id) for pk in going], ignore_conflicts=True
        )
        AudienceItem.objects.filter(pk__in=going).update(customer_id=to_id)
        return MoveReport(moved={"audience_items": len(going)})

    def restore(self, *, merge_id: UUID) -> MoveReport:
        moves = list(ItemMove.objects.filter(merge_id=merge_id).select_related("item"))
        count = 0
        for move in moves:
            count += AudienceItem.objects.filter(pk=move.item_id).update(customer_id=move.from_customer_id)
        ItemMove.objects.filter(merge_id=merge_id).delete()
        return MoveReport(moved={"audience_items": count})
