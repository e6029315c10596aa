"""The profile's panel of audiences: what a customer is shown advertising for, and why."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse

from campaigns.audiences.models import AudienceItem

SHOWN = 6


class AudiencesPanel:
    """One statement."""

    def panel(self, *, customer_id: UUID, at: datetime) -> dict[str, Any] | None:
        rows = list(
            AudienceItem.objects.filter(customer_id=customer_id, removed_at=None)
            .select_related("audience", "product")
            .order_by("rank", "-cause_at")[:100]
        )
        if not rows:
            return None
        count = f"{len(rows)}" if len(rows) < 100 else "100 or more"
        return {
            "title": "Audiences",
            "headline": count,
            "note": "item in audiences" if len(rows) == 1 else "items in audiences",
            "rows": [
                {
                    "title": row.product.name if row.product else row.audience.name,
                    "note": f"{row.audience.name}: {row.reason}" if row.product else row.reason,
                    "url": reverse("admin:campaign_audiences_audience_change", args=[row.audience_id]),
                }
                for row in rows[:SHOWN]
            ],
        }
