"""Journeys on a customer's profile: which one somebody is in, at which step, and which they went through."""

from datetime import datetime
from typing import Any
from uuid import UUID

from campaigns.journeys.models import Enrolment
from campaigns.journeys.queries.results import journeys_of
from campaigns.journeys.rules.graphs import read_graph
from campaigns.journeys.states import EnrolmentState

_TONES = {EnrolmentState.ACTIVE: "accent", EnrolmentState.GOAL: "ok", EnrolmentState.FAILED: "danger"}


class JourneysPanel:
    def panel(self, *, customer_id: UUID, at: datetime) -> dict[str, Any] | None:
        found = journeys_of(customer_id)
        if not found:
            return None
        inside = sum(row.state == EnrolmentState.ACTIVE for row in found)
        return {
            "title": "Journeys",
            "headline": str(inside),
            "note": "on the way now" if inside else "none now",
            "rows": [_row(row) for row in found[:8]],
        }


def _row(row: Enrolment) -> dict[str, Any]:
    step = read_graph(row.version.graph).steps.get(row.step)
    standing = f"At “{(step.name or step.kind) if step else row.step}”"
    if row.due_at and row.wait:
        standing += f" until {row.due_at:%B %-d, %H:%M} UTC"
    return {
        "title": row.journey.name,
        "note": standing if row.state == EnrolmentState.ACTIVE else row.reason,
        "state": EnrolmentState(row.state).label,
        "tone": _TONES.get(EnrolmentState(row.state), ""),
        "url": f"/admin/campaign_journeys/journey/{row.journey_id}/canvas/",
        "step": row.step,
        "entered_at": row.entered_at.isoformat(),
    }
