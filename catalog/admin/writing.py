"""What the catalogue's screens share: writing through services, answering, and the price a list shows."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from catalog.models import Price, Variant
from omnichannel.brand.models import BrandKit
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import Context
from omnichannel.kernel.errors import DomainError
from omnichannel.staff.admin import staff_context


def write_through(request: HttpRequest, call: Callable[[Context, datetime], str]) -> None:
    """Run a service within the form's transaction; Django keeps the audit entry. A refusal is told and changes nothing."""
    try:
        with transaction.atomic():
            messages.success(request, call(staff_context(request), now()))
    except DomainError as error:
        messages.error(request, error.problem_title)
        request.refused = True  # type: ignore[attr-defined]  # the page is shown again, not left


def with_price(rows: QuerySet[Variant]) -> QuerySet[Variant]:
    """Variants with what they cost now in the shop's own currency."""
    currency = default_currency()
    holding = Price.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=Now()),
        variant=OuterRef("pk"),
        currency=currency,
        withdrawn_at=None,
        valid_from__lte=Now(),
    ).order_by("-is_sale")
    return rows.annotate(amount_now=Subquery(holding.values("amount_minor")[:1]), currency_now=Value(currency))


def default_currency() -> str:
    return BrandKit.objects.filter(pk=1).values_list("default_currency", flat=True).first() or "USD"


def answer(request: HttpRequest, obj: Any, *, adding: bool) -> HttpResponse:
    """The service has spoken already: no second message, and a refused form comes back to be mended."""
    meta = obj._meta
    if adding and getattr(request, "refused", False):
        return HttpResponseRedirect(request.path)
    return HttpResponseRedirect(reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[obj.pk]))
