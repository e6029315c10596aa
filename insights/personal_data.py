"""What the figures hold of a person: the paths to their orders. Figures stay, of nobody."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Prefetch, Subquery

from customers.models import Merge
from insights.models import Path, Touch
from omnichannel.kernel.personal_data import MoveReport
from orders.models import Order


class PathRecords:
    def export(self, *, customer_id: UUID) -> Mapping[str, Any]:
        touches = Touch.objects.order_by("position").prefetch_related("credits")
        rows = Path.objects.filter(customer_id=customer_id).select_related("order").order_by("converted_at", "pk")
        return {
            "paths": [
                {
                    "order": path.order.number,
                    "at": path.converted_at.isoformat(),
                    "touches": [
                        {
                            "at": touch.at.isoformat(), "kind": touch.kind, "channel": touch.channel,
                            "source": touch.source, "campaign": touch.campaign, "content": touch.content,
                            "credits_minor": {credit.model: credit.amount_minor for credit in touch.credits.all()},
                        }
                        for touch in path.touches.all()
                    ],
                }
                for path in rows.prefetch_related(Prefetch("touches", touches))
            ]
        }  # fmt: skip

    def erase(self, *, customer_id: UUID, at: datetime) -> None:
        """Credits stay, so that the sums of the past do; touches lead into the log, whose rows are emptied, no more."""
        Touch.objects.filter(path__customer_id=customer_id).update(content="", event_id=None)
        Path.objects.filter(customer_id=customer_id).update(customer_id=None)

    def move(self, *, from_id: UUID, to_id: UUID, merge_id: UUID) -> MoveReport:
        """Paths follow their orders."""
        return MoveReport(moved={"paths": Path.objects.filter(customer_id=from_id).update(customer_id=to_id)})

    def restore(self, *, merge_id: UUID) -> MoveReport:
        """Back with the orders: those were given back before."""
        winner = Merge.objects.values_list("to_customer_id", flat=True).get(pk=merge_id)
        owner = Order.objects.filter(pk=OuterRef("order_id")).values("customer_id")[:1]
        astray = Path.objects.filter(customer_id=winner).exclude(customer_id=Subquery(owner))
        return MoveReport(moved={"paths": astray.update(customer_id=Subquery(owner))})
