"""Codes: found by what stands on the card, taken back, explained; batches to make and to download."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import action, display
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextInputWidget,
)

from campaigns.offers.errors import CodeNotKnown
from campaigns.offers.models import Code, CodeBatch, Offer
from campaigns.offers.queries.exporting import get_batch, stream_codes
from campaigns.offers.queries.spelling import lookup_of
from campaigns.offers.services.batches import MAX_BATCH, MAX_PREFIX, generate_codes
from campaigns.offers.services.codes import revoke_code
from campaigns.offers.services.explaining import explain_code
from customers.queries import find_customers
from omnichannel.brand.queries import get_brand
from omnichannel.kernel.clock import now
from omnichannel.kernel.errors import DomainError
from omnichannel.kernel.money import format_money
from omnichannel.staff.admin import ReadOnlyAdmin, service_action, staff_context


@admin.register(Code)
class CodeAdmin(ReadOnlyAdmin):
    list_display = ["code", "offer", "customer", "standing", "used", "expires_at", "reason"]
    list_select_related = ["offer", "customer"]
    list_filter = ["offer"]
    page_title = "Codes"
    empty_hint = "Codes show here as they are given out. Make some from an offer."
    ordering = ["-id"]
    search_fields = ["lookup"]
    search_help_text = "A code as it stands on the card, or a customer’s email"
    found_by = {"lookup": lookup_of, "customer__email": lambda term: term.lower()}
    fieldsets = [
        (None, {"fields": ["code", "offer", "standing", "customer", "used", "expires_at", "reason"]}),
        ("About", {"fields": ["batch", "created_at", "revoked_at"]}),
    ]
    readonly_fields = ["standing", "used"]
    actions_detail = ["take_back", "ask_why"]
    actions_list = ["open_why", "make_codes"]

    class Media:
        css = {"all": ["campaign_offers/offers.css"]}

    def get_urls(self) -> list[Any]:
        why = path("why/", self.admin_site.admin_view(self.why_view), name="campaign_offers_code_why")
        return [why, *super().get_urls()]

    @action(description="Why can’t she use it?", icon="help", url_path="open-why")
    def open_why(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:campaign_offers_code_why"))

    @action(description="Make codes", icon="confirmation_number", url_path="make-codes")
    def make_codes(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:campaign_offers_codebatch_add"))

    @display(description="state", label={"Open": "success", "Used": "info", "Ended": "warning", "Taken back": "danger"})
    def standing(self, code: Code) -> str:
        if code.revoked_at:
            return "Taken back"
        if code.max_uses is not None and code.uses >= code.max_uses:
            return "Used"
        return "Ended" if code.expires_at and code.expires_at <= now() else "Open"

    @display(description="used")
    def used(self, code: Code) -> str:
        return f"{code.uses:,} of {code.max_uses:,}" if code.max_uses is not None else "any number"

    @service_action(
        title="Take this code back?",
        text="It opens nothing from now on. What it took off before stays.",
        button="Take back",
        permission="view",
        when=lambda code: code is not None and code.revoked_at is None,
    )
    def take_back(self, code: Code, *, by: Any, at: datetime) -> str:
        revoke_code(code_id=code.pk, at=at)
        return f"{code.code} opens nothing any more."

    @action(description="Why can’t she use it?", url_path="ask-why", permissions=["view"])
    def ask_why(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        code = Code.objects.filter(pk=object_id).select_related("customer").first()
        asked = f"?code={code.code}&customer={code.customer.email if code.customer else ''}" if code else ""
        return HttpResponseRedirect(reverse("admin:campaign_offers_code_why") + asked)

    def why_view(self, request: HttpRequest) -> HttpResponse:
        """A code and a customer in, the reason in plain words out."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        typed, who = request.GET.get("code", "")[:60].strip(), request.GET.get("customer", "")[:120].strip()
        found = list(find_customers(who)[:6]) if who else []
        answer, wrong = None, ""
        if typed:
            try:
                answer = explain_code(code=typed, customer_id=found[0].pk if len(found) == 1 else None, at=now())
            except CodeNotKnown as error:
                wrong = error.problem_title
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Why can’t she use it?",
            "typed": typed,
            "who": who,
            "found": found,
            "answer": answer,
            "wrong": wrong,
            "off": format_money(-answer.amount_minor, get_brand().default_currency)
            if answer and answer.amount_minor
            else "",
            "code_url": reverse("admin:campaign_offers_code_change", args=[answer.code.pk]) if answer else "",
        }
        return TemplateResponse(request, "campaign_offers/why.html", context)


class BatchForm(forms.Form):
    offer = forms.ModelChoiceField(Offer.objects.none(), empty_label="Choose an offer", widget=UnfoldAdminSelectWidget)
    name = forms.CharField(max_length=120, label="What they are for", widget=UnfoldAdminTextInputWidget)
    count = forms.IntegerField(
        min_value=1, max_value=MAX_BATCH, label="How many", initial=500, widget=UnfoldAdminIntegerFieldWidget
    )
    begins = forms.CharField(
        max_length=MAX_PREFIX, required=False, label="Begins with", help_text="Such as CARD; may be left out.",
        widget=UnfoldAdminTextInputWidget,
    )  # fmt: skip
    max_uses = forms.IntegerField(
        min_value=1, initial=1, label="Uses of each code", widget=UnfoldAdminIntegerFieldWidget
    )
    expires_at = forms.SplitDateTimeField(
        required=False, label="Ends at", help_text="In the brand’s time zone, to the second; empty for the end of the offer.",
        widget=UnfoldAdminSplitDateTimeWidget,
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["offer"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Offer.objects.exclude(status="ended").filter(draft__by_code=True).order_by("name")


@admin.register(CodeBatch)
class BatchAdmin(ReadOnlyAdmin):
    list_display = ["name", "offer", "how_many", "prefix", "expires_at", "created_at", "file"]
    list_select_related = ["offer"]
    page_title = "Batches of codes"
    empty_hint = "Make unique codes for a print run or a partner, and take them along as a file."
    ordering = ["-created_at", "id"]
    fields = ["name", "offer", "how_many", "prefix", "max_uses", "expires_at", "created_at", "file"]
    readonly_fields = ["how_many", "file"]
    add_title = "Make codes"

    class Media:
        css = {"all": ["campaign_offers/offers.css"]}

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("<uuid:batch_id>/codes.csv", view(self.export_view), name="campaign_offers_codebatch_export"),
            *super().get_urls(),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("campaign_offers.add_codebatch")

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = BatchForm(request.POST or None, initial={"offer": request.GET.get("offer")})
        if request.method == "POST" and form.is_valid():
            try:
                with transaction.atomic(durable=True):
                    batch = _make(form.cleaned_data, request)
            except DomainError as error:
                form.add_error({"/prefix": "begins", "/count": "count"}.get(error.pointer), error.problem_title)
            else:
                messages.success(request, f"{batch.count:,} codes are made. Take them along as a file.")
                return HttpResponseRedirect(reverse("admin:campaign_offers_codebatch_change", args=[batch.pk]))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Make codes",
            "form": form,
            "none": not form.fields["offer"].queryset.exists(),  # type: ignore[attr-defined]  # a model choice field
            "add_url": reverse("admin:campaign_offers_offer_add"),
        }
        return TemplateResponse(request, "campaign_offers/batch.html", context)

    def export_view(self, request: HttpRequest, batch_id: Any) -> StreamingHttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        batch = get_batch(batch_id)
        name = f"codes-{batch.offer.key}-{batch.created_at:%Y-%m-%d}.csv"
        return StreamingHttpResponse(
            stream_codes(batch.pk),
            content_type="text/csv",
            headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
        )

    @display(description="codes")
    def how_many(self, batch: CodeBatch) -> str:
        return f"{batch.count:,}"

    @display(description="file")
    def file(self, batch: CodeBatch) -> SafeString:
        return format_html(
            '<a class="offer-file" href="{}">CSV</a>',
            reverse("admin:campaign_offers_codebatch_export", args=[batch.pk]),
        )


def _make(given: dict[str, Any], request: HttpRequest) -> CodeBatch:
    return generate_codes(
        offer_id=given["offer"].pk,
        name=given["name"],
        count=given["count"],
        prefix=given["begins"],
        max_uses=given["max_uses"],
        expires_at=given["expires_at"],
        by=staff_context(request),
        at=now(),
    )
