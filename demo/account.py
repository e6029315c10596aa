"""Pages that the links in mails lead to: clients of the public APIs, as a retailer's own storefront would have them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import re_path
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET

from omnichannel.brand.models import BrandKit

TITLES = {
    "verify-email": "Confirm your email",
    "reset-password": "Choose a new password",
    "sign-up": "Sign up",
    "log-in": "Log in",
    "order": "Your order",
}


@require_GET
@ensure_csrf_cookie
def account(request: HttpRequest, page: str) -> HttpResponse:
    kit = BrandKit.objects.first() or BrandKit(name="Omnichannel")
    response = render(request, "demo/account.html", {"page": page, "title": TITLES[page], "brand": kit})
    # The key stands in the address: it goes to nobody else.
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    return response


urlpatterns = [re_path(rf"^(?P<page>{'|'.join(TITLES)})/$", account, name="demo-account")]
