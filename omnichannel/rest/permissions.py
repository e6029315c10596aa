"""Who may come in, by the view's own declaration."""

from typing import Any

from rest_framework import exceptions
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from omnichannel.kernel.errors import Forbidden
from omnichannel.rest.principal import Caller, principal_of


class CallerAllowed(BasePermission):
    """The view's `callers` may come in; API keys also need its `read_scope` or `write_scope`,

    staff its `staff_permission`, or for a write its `staff_write_permission` where there is one.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        principal = principal_of(request)
        if principal.kind not in view.callers:
            if principal.kind is Caller.ANONYMOUS:
                raise exceptions.NotAuthenticated()
            return False
        reads = request.method in ("GET", "HEAD", "OPTIONS")
        if principal.kind is Caller.API_KEY:
            if reads and Caller.ANONYMOUS in view.callers:
                return True  # what everybody may read needs no scope
            scope = view.read_scope if reads else view.write_scope
            if not scope:
                return False
            principal.require_scope(scope)
        elif principal.kind is Caller.STAFF and (wanted := _staff_permission(view, reads)):
            # Left there by the authentication: DRF puts the principal where Django keeps the user.
            user = getattr(request._request, "staff_user", None)
            if user is None or not user.has_perm(wanted):
                raise Forbidden("permission_missing", permission=wanted)
        return True


def _staff_permission(view: Any, reads: bool) -> str:
    return str(view.staff_permission if reads or not view.staff_write_permission else view.staff_write_permission)
