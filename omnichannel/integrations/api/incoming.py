"""Doors for the messages of other systems."""

from typing import ClassVar

from rest_framework.response import Response

from omnichannel.integrations.services.refusals import count_refused
from omnichannel.kernel.clock import now
from omnichannel.kernel.errors import DomainError, Forbidden, RuleViolation
from omnichannel.rest.principal import Caller
from omnichannel.rest.views import ApiView


class IncomingView(ApiView):
    """What comes in proves itself by its signature; no other credential is looked at. What is refused is counted."""

    callers: ClassVar[frozenset[Caller]] = frozenset({Caller.ANONYMOUS})
    authentication_classes = ()

    @property
    def door(self) -> str:
        """What staff call this door; one of a few names."""
        raise NotImplementedError

    def handle_exception(self, exc: Exception) -> Response:
        # After the request's own transaction, which is undone.
        if isinstance(exc, Forbidden | RuleViolation):
            error: DomainError = exc
            count_refused(door=self.door, code=error.problem_code, reason=error.problem_title, at=now())
        answer: Response = super().handle_exception(exc)
        return answer
