"""What this app holds of a person: the journeys they went through."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max

from campaigns.journeys.models import Enrolment
from campaigns.journeys.states import EnrolmentState
from omnichannel.kernel.personal_data import MoveReport


class JourneysOfPeople:
    def export(self, *, customer_id: UUID) -> Mapping[str, Any]:
        rows = (
            Enrolment.objects.filter(customer_id=customer_id)
            .select_related("journey")
            .prefetch_related("runs")
            .order_by("entered_at", "id")
        )
        return {
            "journeys": [
                {
                    "journey": row.journey.name, "entered_at": row.entered_at.isoformat(), "state": row.state,
                    "ended_at": row.ended_at.isoformat() if row.ended_at else None, "why": row.reason,
                    "steps": [
                        {"step": run.step, "way": run.outcome, "why": run.reason, "at": run.left_at.isoformat()}
                        for run in sorted(row.runs.all(), key=lambda run: run.visit)
                    ],
                }
                for row in rows
            ]
        }  # fmt: skip

    def erase(self, *, customer_id: UUID, at: datetime) -> None:
        """They leave; the rows go, with what their journeys knew of them."""
        Enrolment.objects.filter(customer_id=customer_id).delete()

    def move(self, *, from_id: UUID, to_id: UUID, merge_id: UUID) -> MoveReport:
        """Go on as the one who stays; counted after what that one went through.

        Where both are inside the same journey, the one who stays goes on and the other leaves: nobody is written to twice.
        """
        moved = 0
        inside = set(
            Enrolment.objects.filter(customer_id=to_id, state=EnrolmentState.ACTIVE).values_list(
                "journey_id", flat=True
            )
        )
        rows = Enrolment.objects.filter(customer_id=from_id).select_for_update(no_key=True, of=("self",)).order_by("pk")
        for row in rows:
            last = Enrolment.objects.filter(journey_id=row.journey_id, customer_id=to_id).aggregate(n=Max("entry_no"))[
                "n"
            ]
            row.context = {
                **row.context,
                "moved": {"merge": str(merge_id), "from": str(from_id), "entry_no": row.entry_no},
            }
            if Enrolment.objects.filter(journey_id=row.journey_id, customer_id=to_id, event_id=row.event_id).exists():
                continue
            if row.state == EnrolmentState.ACTIVE and row.journey_id in inside:
                row.state, row.reason, row.due_at = (
                    EnrolmentState.EXITED,
                    "The same person was on this journey twice",
                    None,
                )
                row.ended_at = row.arrived_at
            row.customer_id, row.entry_no = to_id, (last or 0) + 1
            row.save()
            moved += 1
        return MoveReport(moved={"journeys": moved})

    def restore(self, *, merge_id: UUID) -> MoveReport:
        rows = (
            Enrolment.objects.filter(context__moved__merge=str(merge_id))
            .order_by("pk")
            .select_for_update(no_key=True, of=("self",))
        )
        restored = 0
        for row in rows:
            told = row.context.pop("moved")
            row.customer_id, row.entry_no = UUID(told["from"]), told["entry_no"]
            row.save()
            restored += 1
        return MoveReport(moved={"journeys": restored})
