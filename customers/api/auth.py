"""Customers and staff: the session of django-allauth, by cookie (web) or by `X-Session-Token` (mobile app).

With cached sessions each costs one statement: the user joined with the customer.
"""

from importlib import import_module
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.http import HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.crypto import constant_time_compare
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from customers.services.joining import join_visitor
from customers.services.touches import keep_touch
from omnichannel.accounts.models import User
from omnichannel.kernel.channels import Channel
from omnichannel.kernel.clock import now
from omnichannel.rest.principal import Caller, Principal, context_of

_sessions = import_module(settings.SESSION_ENGINE)


class AppTokenAuthentication(BaseAuthentication):
    """The mobile app. The token is the session's key."""

    def authenticate(self, request: Request) -> tuple[Principal, None] | None:
        token = request.META.get("HTTP_X_SESSION_TOKEN", "")
        if not token:
            return None
        principal = _principal(request, _sessions.SessionStore(session_key=token), Channel.MOBILE)
        if principal is None:
            raise AuthenticationFailed("This session has ended. Sign in again.")
        return principal, None

    def authenticate_header(self, request: Request) -> str:
        return "X-Session-Token"


class SessionAuthentication(BaseAuthentication):
    """The web. Unsafe methods need the CSRF token."""

    def authenticate(self, request: Request) -> tuple[Principal, None] | None:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        principal = _principal(request, request._request.session, Channel.WEB)
        if principal is None:
            return None
        _require_csrf(request)
        return principal, None

    def authenticate_header(self, request: Request) -> str:
        return "Session"


class _CsrfCheck(CsrfViewMiddleware):
    def _reject(self, request: Any, reason: str) -> str:
        return reason


def _require_csrf(request: Request) -> None:
    check = _CsrfCheck(lambda _: HttpResponse())
    check.process_request(request._request)
    if reason := check.process_view(request._request, None, (), {}):  # type: ignore[arg-type]  # there is no view to exempt
        raise PermissionDenied(f"CSRF: {reason}")


def has_second_factor(session: SessionBase) -> bool:
    """Whether staff may go on: a code was given at this log-in, or none is asked of them (`STAFF_MFA_REQUIRED`)."""
    if not settings.STAFF_MFA_REQUIRED:
        return True
    return any(step.get("method") == "mfa" for step in session.get("account_authentication_methods", []))


def _principal(request: Request, session: SessionBase, channel: str) -> Principal | None:
    user_id = session.get(SESSION_KEY)
    if user_id is None:
        return None
    user = User.objects.select_related("customer").filter(pk=user_id, is_active=True).first()
    if user is None or not constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()):
        return None
    customer_id: UUID | None = getattr(getattr(user, "customer", None), "id", None)
    if customer_id is None:
        if not user.is_staff or not has_second_factor(session):
            return None
        # The permission class asks it; the principal has no tables behind it.
        request._request.staff_user = user  # type: ignore[attr-defined]  # ours
        return Principal(kind=Caller.STAFF, key=f"staff:{user.pk}", channel=Channel.SYSTEM, user_id=user.pk)
    principal = Principal(
        kind=Caller.CUSTOMER, key=f"customer:{customer_id}", channel=channel, user_id=user.pk, customer_id=customer_id
    )
    if "HTTP_X_ANONYMOUS_ID" in request.META:
        _join_history(request, principal)
    return principal


def _join_history(request: Request, principal: Principal) -> None:
    """What this browser or app did before they logged in is theirs."""
    request.user = principal  # type: ignore[assignment]  # DRF puts the principal where Django keeps the user
    by = context_of(request)
    assert principal.customer_id is not None
    with transaction.atomic():
        join_visitor(customer_id=principal.customer_id, anonymous_id=by.anonymous_id, how="log_in", by=by, at=now())
        if by.campaign and by.anonymous_id:
            keep_touch(anonymous_id=by.anonymous_id, campaign=by.campaign, at=now())
