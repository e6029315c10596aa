"""Keeping what was said to platforms, for those who ask later."""

from datetime import datetime

from django.db import transaction

from campaigns.audiences.models import Destination, PlatformCall
from campaigns.audiences.ports import Answer
from campaigns.audiences.states import CallKind


def keep_call(
    *, platform: str, kind: CallKind, rows: int, answer: Answer, at: datetime, destination: Destination | None = None
) -> PlatformCall:
    """One call and its answer. People stand in it hashed; the token is in neither."""
    with transaction.atomic():
        return PlatformCall.objects.create(
            platform=platform,
            kind=kind,
            destination=destination,
            rows=rows,
            request=dict(answer.request),
            status=answer.status,
            answer=dict(answer.body) or ({"error": answer.error} if answer.error else {}),
            at=at,
        )
