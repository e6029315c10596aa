"""A page of a segment's members."""

from datetime import datetime
from typing import Any

from rest_framework.request import Request

from campaigns.segments.models import Segment
from campaigns.segments.queries.members import list_membership
from customers.models import Label
from omnichannel.rest.pagination import page


def member_page(request: Request, segment: Segment, at: datetime | None) -> dict[str, Any]:
    """The newest members first; who was erased since is not told of."""
    rows = list_membership(segment, at=at).select_related("customer")
    return page(request, rows, show=_show)


def _show(label: Label) -> dict[str, Any]:
    return {
        "customer": label.customer_id,
        "name": str(label.customer),
        "since": label.valid_from,
        "until": label.valid_until,
        "reason": label.reason,
    }
