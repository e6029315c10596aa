"""Nobody works in the admin without a second step where it is asked for (`STAFF_MFA_REQUIRED`)."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

_OPEN = ("/admin/login/", "/admin/logout/", "/admin/second-step/", "/admin/jsi18n/")


def require_second_step(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def respond(request: HttpRequest) -> HttpResponse:
        if (
            settings.STAFF_MFA_REQUIRED
            and request.path.startswith("/admin/")
            and not request.path.startswith(_OPEN)
            and request.user.is_authenticated
            and request.user.is_staff
            and not any(
                step.get("method") == "mfa" for step in request.session.get("account_authentication_methods", [])
            )
        ):
            return HttpResponseRedirect(
                f"{reverse('staff-second-step')}?{urlencode({'next': request.get_full_path()})}"
            )
        return get_response(request)

    return respond
