"""The page behind a payment link, for whoever holds it. It shows a sum and leads on to the gateway."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from omnichannel.brand.models import BrandKit
from omnichannel.kernel.clock import now
from omnichannel.kernel.errors import DomainError
from omnichannel.kernel.money import format_money
from orders.api.quotes import offered_providers
from orders.models import Payment
from orders.services.paying import find_payable, open_minor


@require_GET
def payment_page(request: HttpRequest, token: str) -> HttpResponse:
    """What is to be paid and the button that starts it; the page itself calls `POST /api/v1/pay/{token}`."""
    brand = BrandKit.objects.first()
    shown = {"brand": brand.name if brand else "", "colour": brand.colour if brand else "#0b6480", "token": token}
    try:
        link = find_payable(token, at=now())
    except DomainError as error:
        return render(request, "orders/pay.html", {**shown, "problem": error.problem_title}, status=404)
    rest = open_minor(link.order, list(Payment.objects.filter(order=link.order)))
    amount = min(link.amount_minor, rest)
    providers = offered_providers(at_till=False)
    return render(
        request,
        "orders/pay.html",
        {
            **shown,
            "number": link.order.number,
            "amount": format_money(amount, link.currency),
            "paid": rest == 0,
            "provider": "sandbox" if "sandbox" in providers else "",
        },
    )
