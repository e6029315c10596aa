"""Customers for those who help them: found fast, seen whole, corrected through services."""

from typing import Any
from uuid import UUID

import orjson
from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models.expressions import RawSQL
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import action, display
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from customers.models import Address, Customer, Identity, Label
from customers.queries import find_customer, tsquery
from customers.rules.contact import normalize_phone, search_words
from customers.services.creating import home_country
from customers.services.merging import merge_customers
from customers.services.privacy import erase_customer, export_customer
from customers.services.profiles import update_customer
from customers.states import CustomerSource
from omnichannel.kernel.clock import now
from omnichannel.kernel.errors import RuleViolation
from omnichannel.kernel.ids import normalize_code
from omnichannel.kernel.money import format_money
from omnichannel.staff.admin import ReadOnlyAdmin, ShownInline, service_action, staff_context, state

_FOUND = "SELECT id FROM customers_customer WHERE search @@ %s::tsquery AND merged_into_id IS NULL LIMIT 2000"
_EDITABLE = ("first_name", "last_name", "phone", "note")


class CustomerForm(forms.ModelForm):
    class Meta:
        model = Customer
        fields = _EDITABLE
        help_texts = {"phone": "With the country code, as in +1 207 555 0131."}
        widgets = {"note": UnfoldAdminTextareaWidget(attrs={"rows": 4})}

    def clean_phone(self) -> str:
        typed = self.cleaned_data["phone"]
        if not typed:
            return ""
        normal = normalize_phone(typed, country=home_country())
        if normal is None:
            raise forms.ValidationError("Give the number with its country code, as in +1 207 555 0131.")
        return normal


class MergeForm(BaseDialogForm):
    number = forms.CharField(
        label="Number of the customer who stays", max_length=20, widget=UnfoldAdminTextInputWidget()
    )
    reason = forms.CharField(
        label="Why are they the same person?", max_length=200, widget=UnfoldAdminTextareaWidget(attrs={"rows": 2})
    )


class ForgetForm(BaseDialogForm):
    number = forms.CharField(
        label="Their customer number, to be sure", max_length=20, widget=UnfoldAdminTextInputWidget()
    )


class AddressInline(ShownInline):
    model = Address
    fields = ["name", "line1", "line2", "postal_code", "city", "region", "country", "phone", "is_default"]
    readonly_fields = fields
    verbose_name_plural = "addresses"
    tab = True


class IdentityInline(ShownInline):
    model = Identity
    fields = ["kind", "value", "verified_at", "created_at"]
    readonly_fields = fields
    verbose_name_plural = "known as"
    tab = True


class LabelInline(ShownInline):
    model = Label
    fields = ["kind", "key", "value", "valid_from", "valid_until", "reason"]
    readonly_fields = fields
    verbose_name_plural = "labels"
    tab = True


@admin.register(Customer)
class CustomerAdmin(ReadOnlyAdmin):
    form = CustomerForm
    list_display = [
        "who",
        "email",
        "proven",
        "phone",
        state("source", {CustomerSource.SIGN_UP: "success", CustomerSource.STORE: "info"}),
        "number",
        "created_at",
    ]
    list_display_links = ["who"]
    list_filter = [
        "source",
        ("user", admin.EmptyFieldListFilter),
        ("email_verified_at", admin.EmptyFieldListFilter),
        "created_at",
    ]
    search_fields = ["number"]
    search_help_text = "Name, part of a phone number, email or customer number"
    ordering = ["-created_at", "id"]
    empty_hint = "People show here when they sign up, buy, or are imported."
    inlines = [AddressInline, IdentityInline, LabelInline]
    fieldsets = [
        (None, {"fields": [("first_name", "last_name"), ("email", "proven"), "phone", "note"]}),
        ("Buying", {"fields": ["orders_shown"]}),
        (
            "About",
            {
                "fields": [
                    ("number", "source"),
                    ("locale", "time_zone", "currency"),
                    "external_id",
                    "tags",
                    "user",
                    "merged_into",
                    "created_at",
                    "updated_at",
                ],
                "classes": ["collapse"],
            },
        ),
    ]
    readonly_fields = ["proven", "orders_shown"]
    actions_detail = ["open_profile", "merge_into", "export_data", "forget"]

    def get_readonly_fields(self, request: HttpRequest, obj: Customer | None = None) -> list[str]:
        return [name for name in super().get_readonly_fields(request, obj) if name not in _EDITABLE]

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        return super().changeform_view(request, object_id, form_url, {"show_save": True, **(extra_context or {})})

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        """A row of the list opens the profile; what can be corrected is one step from there."""

        class People(super().get_changelist(request, **kwargs)):  # type: ignore[misc]  # unfold's class, as it is
            def url_for_result(self, result: Customer) -> str:
                return reverse("admin:customers_customer_profile", args=[result.pk])

        return People

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Customer]:
        rows = super().get_queryset(request)
        # A merged record opens by its address, and is in no list.
        match = getattr(request, "resolver_match", None)
        return rows if match is not None and "object_id" in match.kwargs else rows.filter(merged_into=None)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        words = search_words(search_term)
        if not words:
            return queryset, False
        return queryset.filter(pk__in=RawSQL(_FOUND, [tsquery(words)])), False

    def save_model(self, request: HttpRequest, obj: Customer, form: Any, change: bool) -> None:
        changes = {name: form.cleaned_data[name] for name in form.changed_data if name in _EDITABLE}
        update_customer(customer_id=obj.pk, changes=changes, by=staff_context(request), at=now())

    @display(description="customer", ordering="last_name")
    def who(self, customer: Customer) -> str:
        return customer.name or customer.email or customer.number

    @display(description="email proven", boolean=True, ordering="email_verified_at")
    def proven(self, customer: Customer) -> bool:
        return customer.email_verified_at is not None

    @display(description="orders")
    def orders_shown(self, customer: Customer) -> SafeString | str:
        """The newest; the relation is made by the app above, where it is installed."""
        orders = list(customer.orders.order_by("-placed_at")[:20]) if hasattr(customer, "orders") else []
        if not orders:
            return "No orders yet."
        rows = format_html_join(
            "",
            '<tr><td><a href="{}">{}</a></td><td>{}</td><td>{}</td><td class="num">{}</td></tr>',
            (
                (
                    _link("orders_order", order.pk),
                    order.number,
                    f"{order.placed_at:%-d %b %Y}",
                    order.get_status_display(),
                    format_money(order.total_minor, order.currency),
                )
                for order in orders
            ),
        )
        return format_html('<table class="told">{}</table>', rows)

    @action(description="Timeline and profile", url_path="to-profile", permissions=["view"])
    def open_profile(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        return redirect("admin:customers_customer_profile", object_id)

    def profile(self, request: HttpRequest, customer_id: UUID) -> HttpResponse:
        """One life in sentences: a page fed by the API."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        customer = find_customer(customer_id)
        if customer is None:
            raise Http404
        if customer.pk != customer_id:
            return redirect("admin:customers_customer_profile", customer.pk)
        may_change = request.user.has_perm("customers.change_customer")
        context = {
            **self.admin_site.each_context(request),
            "title": str(customer),
            "customer": customer,
            "opts": self.opts,
            "may_change": may_change,
            # The app above that carries messages may not be installed.
            "may_write": may_change and bool(_page("campaign_messages_message_changelist")),
            "change_url": reverse("admin:customers_customer_change", args=[customer.pk]),
            "live_url": f"{settings.LIVE_URL.rstrip('/')}/live/customer?customer={customer.pk}"
            if settings.LIVE_URL
            else "",
            "points_url": _points_url(request, customer),
            "why_url": _page("campaign_messages_decision_why"),
        }
        return TemplateResponse(request, "customers/profile.html", context)

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.profile)
        return [path("<uuid:customer_id>/profile/", page, name="customers_customer_profile"), *super().get_urls()]

    @service_action(
        title="Make this record part of another customer?",
        text="Orders, addresses and everything else go over. It can be undone.",
        button="Merge into another",
        form=MergeForm,
    )
    def merge_into(self, customer: Customer, *, by: Any, at: Any, number: str, reason: str) -> str:
        winner = Customer.objects.filter(number=normalize_code(number), merged_into=None).first()
        if winner is None:
            raise RuleViolation("unknown_number", "There is no customer with this number.")
        merge_customers(from_id=customer.pk, to_id=winner.pk, reason=reason, by=by, at=at)
        return f"{customer} is part of {winner} now."

    @action(description="Export their data", url_path="export-data", permissions=["change"])
    def export_data(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        """All that any app holds of the person, as a file to send to them."""
        customer = get_object_or_404(Customer, pk=object_id)
        told = orjson.dumps(export_customer(customer_id=customer.pk), option=orjson.OPT_INDENT_2, default=str)
        name = f"customer-{customer.number}.json"
        return HttpResponse(
            told,
            content_type="application/json",
            headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
        )

    @service_action(
        title="Forget this person?",
        text="Names, addresses, messages and visits go from every app. Orders stay as the law asks, of nobody. "
        "Nothing brings it back.",
        button="Forget this person",
        form=ForgetForm,
    )
    def forget(self, customer: Customer, *, by: Any, at: Any, number: str) -> str:
        if normalize_code(number) != normalize_code(customer.number):
            raise RuleViolation("wrong_number", "This is not the customer's number. Nobody was forgotten.")
        erase_customer(customer_id=customer.pk, by=by, at=at)
        return f"The person of {customer.number} is forgotten."


def _page(name: str) -> str:
    """A page of an app above, nothing where it is not installed."""
    try:
        return reverse(f"admin:{name}")
    except NoReverseMatch:
        return ""


def _points_url(request: HttpRequest, customer: Customer) -> str:
    """Where points are given by hand: the account's page, for those who may; the app above may not be installed."""
    accounts = getattr(customer, "loyalty_accounts", None)
    if accounts is None or not request.user.has_perm("loyalty.change_account"):
        return ""
    account = accounts.filter(unit="points").values_list("pk", flat=True).first()
    return _link("loyalty_account", account) if account else ""


def _link(model: str, pk: Any) -> str:
    try:
        return reverse(f"admin:{model}_change", args=[pk])
    except NoReverseMatch:
        return "#"
