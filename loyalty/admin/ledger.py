"""What each customer holds, every movement behind it, and putting it right under a reason."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from unfold.decorators import action, display
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from loyalty.admin.buckets import AgeFilter, LapseFilter
from loyalty.admin.reports import report_page
from loyalty.errors.members import PointsWhole
from loyalty.models import Account, Adjustment, Journal, Lot
from loyalty.queries.balances import list_statement
from loyalty.services.adjusting import approve_adjustment, refuse_adjustment, request_adjustment
from loyalty.states.ledger import Book, Unit, currency_of
from loyalty.states.members import AdjustmentState
from omnichannel.kernel.money import format_money, minor_from_decimal
from omnichannel.staff.admin import ReadOnlyAdmin, ReasonForm, service_action, state
from omnichannel.staff.columns import label, moment, person
from omnichannel.staff.filters import PeriodFilter

SHOWN = 50


def amount_of(amount: int, unit: str, *, sign: bool = False) -> str:
    """“1,250 points”, “$15.00”; with a sign for a movement."""
    plus = "+" if sign and amount > 0 else ""
    if currency := currency_of(unit):
        return f"{plus}{format_money(amount, currency)}"
    return f"{plus}{amount:,} point{'' if abs(amount) == 1 else 's'}".replace("-", "−")


def unit_name(unit: str) -> str:
    return f"Store credit, {currency_of(unit)}" if currency_of(unit) else "Points"


class AdjustForm(BaseDialogForm):
    amount = forms.DecimalField(
        label="How much?",
        max_digits=12,
        decimal_places=2,
        widget=UnfoldAdminTextInputWidget(),
        help_text="Points, or money as in 15.00. With a minus to take.",
    )
    reason = forms.CharField(
        label="Why?",
        max_length=200,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text="The customer reads it on the statement.",
    )


class UnitFilter(admin.SimpleListFilter):
    title = "unit"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("points", "Points"), ("credit", "Store credit")]

    def queryset(self, request: HttpRequest, rows: Any) -> Any:
        if self.value() == "points":
            return rows.filter(unit=Unit.POINTS)
        return rows.exclude(unit=Unit.POINTS) if self.value() == "credit" else rows


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin):
    page_title = "Points and credit"
    empty_hint = "A customer shows here with their first points or voucher."
    list_display = ["who", "unit_shown", "may_spend", "pending_shown", "held_shown", "debt_shown", "updated_at"]
    list_display_links = ["who"]
    list_filter = [UnitFilter, AgeFilter, LapseFilter]
    found_by = {
        "customer__number": lambda term: term.upper().replace("-", ""),
        "customer__email": str.lower,
    }
    search_fields = ["customer__number"]
    search_help_text = "Customer number or email"
    ordering = ["-updated_at", "id"]
    list_select_related = ["customer"]
    fieldsets = [
        (None, {"fields": ["customer", "figures"]}),
        ("Statement", {"fields": ["statement"]}),
        ("Lots", {"fields": ["lots_left"]}),
    ]
    readonly_fields = ["figures", "statement", "lots_left"]
    actions_detail = ["adjust"]
    actions_list = ["open_report"]

    class Media:
        css: ClassVar[dict[str, list[str]]] = {"all": ["loyalty/loyalty.css"]}

    def get_urls(self) -> list[Any]:
        own = path("report/", self.admin_site.admin_view(self.report_view), name="loyalty_account_report")
        return [own, *super().get_urls()]

    def report_view(self, request: HttpRequest) -> HttpResponse:
        return report_page(self, request)

    @action(description="Report", url_path="to-report", permissions=["view"], icon="monitoring")
    def open_report(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(status=302, headers={"Location": reverse("admin:loyalty_account_report")})

    def row_title(self, row: Account) -> str:
        return f"{row.customer}, {unit_name(row.unit).lower()}"

    @display(description="customer", ordering="customer__last_name")
    def who(self, account: Account) -> str:
        return str(account.customer)

    @display(description="of what", ordering="unit")
    def unit_shown(self, account: Account) -> str:
        return unit_name(account.unit)

    @display(description="may be spent", ordering="balance")
    def may_spend(self, account: Account) -> SafeString:
        return _figure(account.balance - account.held, account.unit)

    @display(description="not yet", ordering="pending")
    def pending_shown(self, account: Account) -> SafeString:
        return _figure(account.pending, account.unit)

    @display(description="held for carts", ordering="held")
    def held_shown(self, account: Account) -> SafeString:
        return _figure(account.held, account.unit)

    @display(description="owed to us", ordering="debt")
    def debt_shown(self, account: Account) -> SafeString:
        return _figure(account.debt, account.unit)

    @display(description="now")
    def figures(self, account: Account) -> SafeString:
        shown = (
            ("may be spent", account.balance - account.held),
            ("not yet", account.pending),
            ("held for carts", account.held),
            ("owed to us", account.debt),
        )
        return format_html(
            '<dl class="loyalty-figures">{}</dl>',
            format_html_join(
                "", "<div><dt>{}</dt><dd>{}</dd></div>", ((name, amount_of(n, account.unit)) for name, n in shown)
            ),
        )

    @display(description="newest first")
    def statement(self, account: Account) -> SafeString | str:
        rows: list[Journal] = list(list_statement(account.customer_id, unit=account.unit).order_by("-id")[:SHOWN])
        if not rows:
            return "Nothing has moved yet."
        body = format_html_join(
            "",
            "<tr><td>{}</td><td>{}</td><td>{}</td><td class='num'>{}</td><td class='num'>{}</td></tr>",
            (
                (
                    moment(row.at),
                    row.reason,
                    person(row.actor),
                    amount_of(row.active, account.unit, sign=True) if row.active else "",  # type: ignore[attr-defined]  # annotated
                    amount_of(row.pending, account.unit, sign=True) if row.pending else "",  # type: ignore[attr-defined]  # annotated by the query
                )
                for row in rows
            ),
        )
        head = "<tr><th>When</th><th>What</th><th>By</th><th class='num'>To spend</th><th class='num'>Pending</th></tr>"
        more = f"The newest {SHOWN}." if len(rows) == SHOWN else ""
        return format_html(
            '<table class="loyalty-told">{}{}</table><p class="quiet">{}</p>', mark_safe(head), body, more
        )

    @display(description="what is left, next to lapse first")
    def lots_left(self, account: Account) -> SafeString | str:
        lots = list(
            Lot.objects.filter(account=account, remaining__gt=0)
            .select_related("journal")
            .order_by("expires_at", "id")[:SHOWN]
        )
        if not lots:
            return "Nothing is left."
        body = format_html_join(
            "",
            "<tr><td>{}</td><td class='num'>{}</td><td>{}</td><td>{}</td></tr>",
            (
                (
                    lot.journal.reason,
                    amount_of(lot.remaining, account.unit),
                    label("Pending", "accent") if lot.is_pending else label("Active", "ok"),
                    moment(lot.expires_at) if lot.expires_at else "never",
                )
                for lot in lots
            ),
        )
        head = "<tr><th>From</th><th class='num'>Left</th><th>State</th><th>Lapses</th></tr>"
        return format_html('<table class="loyalty-told">{}{}</table>', mark_safe(head), body)

    @service_action(
        title="Put this right?",
        text="It is booked at once; above the programme’s limit when a second member of staff has approved it.",
        button="Adjust",
        form=AdjustForm,
        variant="primary",
    )
    def adjust(self, account: Account, *, by: Any, at: datetime, amount: Any, reason: str) -> str:
        currency = currency_of(account.unit)
        if not currency and amount != int(amount):
            raise PointsWhole()
        whole = minor_from_decimal(amount, currency) if currency else int(amount)
        made = request_adjustment(
            customer_id=account.customer_id, unit=account.unit, amount=whole, reason=reason, by=by, at=at
        )
        told = amount_of(whole, account.unit, sign=True)
        return (
            f"{told}: booked."
            if made.state == AdjustmentState.BOOKED
            else f"{told}: waits for a second member of staff."
        )


@admin.register(Adjustment)
class AdjustmentAdmin(ReadOnlyAdmin):
    page_title = "Adjustments"
    empty_hint = "What staff give or take by hand shows here; above the limit it waits for a second person."
    list_display = [
        "who",
        "amount_shown",
        state("state", {"waiting": "warning", "booked": "success", "refused": "danger"}),
        "reason",
        "asked",
        "asked_at",
    ]
    list_display_links = ["who"]
    list_filter = ["state", ("asked_at", PeriodFilter)]
    ordering = ["-asked_at", "id"]
    list_select_related = ["customer"]
    fields = ["customer", "amount_shown", "reason", "state", "asked", "asked_at", "decided", "decided_at", "note"]
    readonly_fields = ["amount_shown", "asked", "decided"]
    actions_detail = ["approve", "refuse"]

    def row_title(self, row: Adjustment) -> str:
        return f"{amount_of(row.amount, row.unit, sign=True)} for {row.customer}"

    @display(description="customer", ordering="customer__last_name")
    def who(self, row: Adjustment) -> str:
        return str(row.customer)

    @display(description="amount", ordering="amount")
    def amount_shown(self, row: Adjustment) -> SafeString:
        return format_html('<span class="amount">{}</span>', amount_of(row.amount, row.unit, sign=True))

    @display(description="asked by", ordering="asked_by")
    def asked(self, row: Adjustment) -> str:
        return person(row.asked_by)

    @display(description="decided by")
    def decided(self, row: Adjustment) -> str:
        return person(row.decided_by) if row.decided_by else "–"

    @service_action(
        title="Book this adjustment?",
        text="It stands on the customer’s statement under the reason given.",
        button="Approve",
        variant="primary",
        when=lambda row: row.state == AdjustmentState.WAITING,
    )
    def approve(self, row: Adjustment, *, by: Any, at: datetime) -> str:
        approve_adjustment(adjustment_id=row.pk, by=by, at=at)
        return f"{amount_of(row.amount, row.unit, sign=True)}: booked."

    @service_action(
        title="Refuse this adjustment?",
        text="Nothing is booked.",
        button="Refuse",
        form=ReasonForm,
        when=lambda row: row.state == AdjustmentState.WAITING,
    )
    def refuse(self, row: Adjustment, *, by: Any, at: datetime, reason: str) -> str:
        refuse_adjustment(adjustment_id=row.pk, note=reason, by=by, at=at)
        return "Nothing is booked."


@admin.register(Journal)
class JournalAdmin(ReadOnlyAdmin):
    page_title = "Ledger"
    empty_hint = "Every movement of points and credit stands here, with its two sides."
    list_display = ["at", "kind", "reason", "sides", "by"]
    list_display_links = ["at"]
    list_filter = ["kind", ("at", PeriodFilter)]
    found_by = {"reference": str}
    search_fields = ["reference"]
    search_help_text = "Reference"
    ordering = ["-at", "-id"]
    fields = ["kind", "reason", "at", "channel", "by", "reference", "all_sides"]
    readonly_fields = ["by", "all_sides"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("entries__account__customer")

    def row_title(self, row: Journal) -> str:
        return row.reason

    @display(description="by")
    def by(self, journal: Journal) -> str:
        return person(journal.actor)

    @display(description="customer’s side")
    def sides(self, journal: Journal) -> str:
        told = [
            f"{entry.account.customer}: {amount_of(entry.amount, entry.unit, sign=True)}"
            for entry in journal.entries.all()
            if entry.account is not None
        ]
        return "; ".join(told[:3]) + (" …" if len(told) > 3 else "")

    @display(description="entries")
    def all_sides(self, journal: Journal) -> SafeString:
        return format_html(
            '<table class="loyalty-told">{}</table>',
            format_html_join(
                "",
                "<tr><td>{}</td><td>{}</td><td class='num'>{}</td></tr>",
                (
                    (
                        Book(entry.book).label,
                        str(entry.account.customer) if entry.account else "",
                        amount_of(entry.amount, entry.unit, sign=True),
                    )
                    for entry in journal.entries.all()
                ),
            ),
        )


def _figure(amount: int, unit: str) -> SafeString:
    return format_html('<span class="amount{}">{}</span>', "" if amount else " quiet", amount_of(amount, unit))
