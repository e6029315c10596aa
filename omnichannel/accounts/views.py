"""How staff come into the admin: password first, then a code from an app or a recovery code.

Nobody is logged in before both steps are done. Whoever must have a second step and has none sets it up on the way.
"""

import time
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base.internal.flows import check_rate_limit, post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, validate_totp_code
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from omnichannel.accounts.forms import CodeForm, PasswordForm
from omnichannel.accounts.models import User
from omnichannel.kernel.lazily import lazily

segno = lazily("segno")

PENDING = "staff_pending"
SECRET = "staff_totp_secret"
# Time to fetch the phone; then the password is asked for again.
PENDING_SECONDS = 600
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@sensitive_post_parameters()
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """The first step. One answer for a wrong password, an unknown email and somebody who is not staff."""
    after = _after(request)
    if request.method == "GET" and admin.site.has_permission(request):
        return HttpResponseRedirect(after)
    form = PasswordForm(request, data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = form.get_user()
        if not settings.STAFF_MFA_REQUIRED and not _authenticators(user):
            login(request, user, backend=BACKEND)
            record_authentication(request, user, "password")
            return HttpResponseRedirect(after)
        request.session[PENDING] = {"user": user.pk, "at": int(time.time())}
        request.session.pop(SECRET, None)
        return HttpResponseRedirect(f"{reverse('staff-second-step')}?{urlencode({'next': after})}")
    shown = admin.site.each_context(request) | {
        "title": "Log in",
        "form": form,
        "app_path": request.get_full_path(),
        "next": after,
    }
    return render(request, "admin/login.html", shown)


@sensitive_post_parameters()
@never_cache
def second_step(request: HttpRequest) -> HttpResponse:
    """The second step: the code of an app set up before, or setting one up."""
    user = _pending(request)
    if user is None:
        return HttpResponseRedirect(reverse("admin:login"))
    known = _authenticators(user)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if known:
            if used := _accept(user, form, known):
                return _enter(request, user, used)
        elif validate_totp_code(_secret(request), form.cleaned_data["code"]):
            return _set_up(request, user)
        else:
            form.add_error("code", "This code does not fit. Codes change every 30 seconds; take the one shown now.")
    shown = admin.site.each_context(request) | {"title": "Second step", "form": form, "is_new": not known}
    if not known:
        secret = _secret(request)
        address = get_mfa_adapter().build_totp_url(user, secret)
        shown |= {"secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)), "qr": _qr(address)}
    return render(request, "accounts/second_step.html", shown)


def _accept(user: User, form: CodeForm, known: list[Authenticator]) -> Authenticator | None:
    """The authenticator the code belongs to. Guessing is limited for each user, whatever the address."""
    try:
        clear = check_rate_limit(user)
    except ValidationError as error:
        form.add_error("code", error)
        return None
    for authenticator in known:
        if authenticator.wrap().validate_code(form.cleaned_data["code"]):
            clear()
            return authenticator
    form.add_error("code", "This code does not fit.")
    return None


def _set_up(request: HttpRequest, user: User) -> HttpResponse:
    with transaction.atomic():
        used = TOTP.activate(user, _secret(request)).instance
        codes = RecoveryCodes.activate(user).get_unused_codes()
    get_adapter().send_notification_mail("mfa/email/totp_activated", user, email=user.email)
    entered = _enter(request, user, used)
    shown = admin.site.each_context(request) | {"title": "Recovery codes", "codes": codes, "after": entered["Location"]}
    return render(request, "accounts/recovery_codes.html", shown)


def _enter(request: HttpRequest, user: User, used: Authenticator) -> HttpResponse:
    after = _after(request)
    for name in (PENDING, SECRET):
        request.session.pop(name, None)
    login(request, user, backend=BACKEND)
    record_authentication(request, user, "password")
    post_authentication(request, used)
    return HttpResponseRedirect(after)


def _pending(request: HttpRequest) -> User | None:
    if isinstance(request.user, User) and request.user.is_staff:
        return request.user  # came in by the API's log-in, without a second step
    held = request.session.get(PENDING)
    if not held or time.time() - held["at"] > PENDING_SECONDS:
        return None
    return User.objects.filter(pk=held["user"], is_active=True, is_staff=True).first()


def _authenticators(user: User) -> list[Authenticator]:
    return list(Authenticator.objects.filter(user=user, type__in=["totp", "recovery_codes"]).order_by("-type"))


def _secret(request: HttpRequest) -> str:
    if SECRET not in request.session:
        request.session[SECRET] = generate_totp_secret()
    return str(request.session[SECRET])


def _qr(address: str) -> Any:
    # Made here from an address of our own making: nothing of it comes from a visitor.
    return mark_safe(segno.make(address, error="m").svg_inline(scale=5, border=2, dark="#1f1e1b", light="#ffffff"))


def _after(request: HttpRequest) -> str:
    wanted = request.GET.get("next") or request.POST.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return wanted
    return reverse("admin:index")
