"""The pages behind the links of our mails, for whoever holds them. They call the API; opening one changes nothing,

because mail scanners open links too.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from customers.queries import get_customer
from customers.queries.links import customer_of_preferences, request_of_newsletter
from customers.queries.newsletter import get_request
from customers.queries.preferences import masked
from omnichannel.brand.models import BrandKit
from omnichannel.kernel.errors import DomainError


@require_GET
def preferences_page(request: HttpRequest, token: str) -> HttpResponse:
    try:
        customer = get_customer(customer_of_preferences(token))
    except DomainError as error:
        return _problem(request, error)
    return render(
        request, "customers/preferences.html", {**_brand(), "token": token, "address": masked(customer.email)}
    )


@require_GET
def newsletter_page(request: HttpRequest, token: str) -> HttpResponse:
    try:
        asked = get_request(request_of_newsletter(token))
    except DomainError as error:
        return _problem(request, error)
    shown = {**_brand(), "token": token, "address": masked(asked.email), "confirmed": asked.confirmed_at is not None}
    return render(request, "customers/newsletter.html", shown)


def _problem(request: HttpRequest, error: DomainError) -> HttpResponse:
    return render(request, "customers/link_problem.html", {**_brand(), "problem": error.problem_title}, status=404)


def _brand() -> dict[str, str]:
    brand = BrandKit.objects.first()
    return {"brand": brand.name if brand else "", "colour": brand.colour if brand else "#0b6480"}
