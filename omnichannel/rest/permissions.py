"""Who may come in, by the view's own declaration."""

from typing import Any

from rest_framework import exceptions
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from omnichannel.rest.principal import Caller, principal_of


class CallerAllowed(BasePermission):
    """The view's `callers` may come in; API keys and staff also need the view's `read_scope` / `write_scope`."""

    def has_permission(self, request: Request, view: Any) -> bool:
        principal = principal_of(request)
        if principal.kind not in view.callers:
            if principal.kind is Caller.ANONYMOUS:
                raise exceptions.NotAuthenticated()
            return False
        if principal.kind is Caller.API_KEY:
            scope = view.read_scope if request.method in ("GET", "HEAD", "OPTIONS") else view.write_scope
            if not scope:
                return False
            principal.require_scope(scope)
        return True
