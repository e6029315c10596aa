"""Members and their friends; what looks odd waits here for a person."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import display
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from customers.models import Customer
from loyalty.models import Member, ReferralUse
from loyalty.queries.qualifying import find_friends_order
from loyalty.queries.referrals import find_traces
from loyalty.rules.sameness import REASONS, Traces
from loyalty.services.adjusting import request_adjustment
from loyalty.services.qualifying import approve_referral, refuse_referral
from loyalty.states.ledger import Unit
from loyalty.states.members import AdjustmentState, ReferralState
from omnichannel.kernel.money import format_money
from omnichannel.staff.admin import ReadOnlyAdmin, service_action, state
from omnichannel.staff.columns import link, person
from omnichannel.staff.filters import PeriodFilter

_STATES = {
    ReferralState.FLAGGED: "warning",
    ReferralState.REWARDED: "success",
    ReferralState.WAITING: "info",
    ReferralState.CLAIMED: "info",
    ReferralState.CLAWED_BACK: "danger",
    ReferralState.REFUSED: "danger",
}
#: What each trace is called, beside the values that both have in common.
_TRACES = (
    ("emails", "Mailbox"),
    ("phones", "Phone"),
    ("addresses", "Addresses"),
    ("devices", "Browsers and phones"),
    ("payments", "Cards"),
)


class NoteForm(BaseDialogForm):
    note = forms.CharField(
        label="What did you find?", max_length=300, widget=UnfoldAdminTextareaWidget(attrs={"rows": 2})
    )


class GiveForm(BaseDialogForm):
    points = forms.IntegerField(
        label="How many points?", min_value=1, max_value=10_000_000, widget=UnfoldAdminTextInputWidget()
    )
    reason = forms.CharField(
        label="Why?",
        max_length=200,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text="The customer reads it on the statement.",
    )


def in_review(use: ReferralUse) -> bool:
    return use.state == ReferralState.FLAGGED


@admin.register(Member)
class MemberAdmin(ReadOnlyAdmin):
    page_title = "Members"
    empty_hint = "Members show here when they join: on the web, in the app, at a till or by a postcard’s QR."
    list_display = ["who", "referral_code", "source", "store", "joined_at"]
    list_display_links = ["who"]
    list_filter = ["source", ("joined_at", PeriodFilter)]
    found_by = {
        "referral_code": str.upper,
        "customer__number": lambda term: term.upper().replace("-", ""),
        "customer__email": str.lower,
    }
    search_fields = ["referral_code"]
    search_help_text = "Code for friends, customer number or email"
    ordering = ["-joined_at", "id"]
    list_select_related = ["customer", "store"]
    fields = ["customer", "referral_code", "source", "store", "joined_at", "friends"]
    readonly_fields = ["friends"]
    actions_detail = ["give"]

    def row_title(self, row: Member) -> str:
        return str(row.customer)

    @display(description="member", ordering="customer__last_name")
    def who(self, member: Member) -> str:
        return str(member.customer)

    @service_action(
        title="Give points?",
        text="Booked at once; above the programme’s limit when a second member of staff has approved it.",
        button="Give points",
        form=GiveForm,
    )
    def give(self, member: Member, *, by: Any, at: datetime, points: int, reason: str) -> str:
        made = request_adjustment(
            customer_id=member.customer_id, unit=Unit.POINTS, amount=points, reason=reason, by=by, at=at
        )
        booked = made.state == AdjustmentState.BOOKED
        return f"{points:,} points are booked." if booked else f"{points:,} points wait for a second member of staff."

    @display(description="friends brought")
    def friends(self, member: Member) -> SafeString | str:
        uses = list(member.referrals.select_related("friend", "order").order_by("-claimed_at")[:20])
        if not uses:
            return "None yet."
        return format_html(
            '<table class="told">{}</table>',
            format_html_join(
                "",
                "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
                (
                    (
                        link("loyalty_referraluse", use.pk, str(use.friend or "Somebody without a record")),
                        link("orders_order", use.order_id, use.order.number),
                        use.get_state_display(),
                        f"{use.claimed_at:%-d %b %Y}",
                    )
                    for use in uses
                ),
            ),
        )


@admin.register(ReferralUse)
class ReferralUseAdmin(ReadOnlyAdmin):
    page_title = "Referrals"
    empty_hint = "A friend’s order with a member’s code shows here. What looks odd waits in review."
    list_display = ["friend_shown", "member_shown", state("state", _STATES), "why", "worth", "order", "claimed_at"]
    list_display_links = ["friend_shown"]
    list_filter = ["state", "channel", ("claimed_at", PeriodFilter)]
    found_by = {"code": str.upper, "order__number": str.upper, "friend__email": str.lower}
    search_fields = ["code"]
    search_help_text = "Code, order number or the friend’s email"
    ordering = ["-claimed_at", "id"]
    list_select_related = ["member__customer", "friend", "order", "programme"]
    fieldsets = [
        (None, {"fields": ["state", "why", "comparison"]}),
        ("The order", {"fields": ["order", "kept", "channel", "claimed_at", "programme"]}),
        (
            "What became of it",
            {
                "fields": [
                    "qualifies_at",
                    "rewarded_at",
                    "clawed_back_at",
                    "taken_back_shown",
                    "decision",
                    "decided_by_shown",
                    "decided_at",
                ]
            },
        ),
    ]
    readonly_fields = ["why", "comparison", "kept", "taken_back_shown", "decided_by_shown"]
    state_colours = {"state": _STATES}
    actions_detail = ["approve", "refuse"]

    class Media:
        css: ClassVar[dict[str, list[str]]] = {"all": ["loyalty/loyalty.css"]}

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Opens on what waits for a person, when something does."""
        waiting = ReferralUse.objects.filter(state=ReferralState.FLAGGED).count()
        if waiting and not request.GET and request.method == "GET":
            address = f"{reverse('admin:loyalty_referraluse_changelist')}?state__exact={ReferralState.FLAGGED}"
            return HttpResponse(status=302, headers={"Location": address})
        title = f"Referrals: {waiting} in review" if waiting else "Referrals"
        return super().changelist_view(request, {**(extra_context or {}), "title": title})

    def row_title(self, row: ReferralUse) -> str:
        return f"{row.friend or 'A friend'}, by {row.member.customer}"

    @display(description="friend", ordering="friend__last_name")
    def friend_shown(self, use: ReferralUse) -> str:
        return str(use.friend) if use.friend else use.friend_key.partition(":")[2] or "Not known yet"

    @display(description="member", ordering="member__customer__last_name")
    def member_shown(self, use: ReferralUse) -> SafeString | str:
        return link("loyalty_member", use.member_id, str(use.member.customer))

    @display(description="why")
    def why(self, use: ReferralUse) -> str:
        return "; ".join(REASONS.get(reason, reason) for reason in use.reasons) or "–"

    @display(description="vouchers")
    def worth(self, use: ReferralUse) -> SafeString:
        terms = use.programme
        return format_html(
            '<span class="amount">{} + {}</span>',
            format_money(terms.member_minor, terms.currency),
            format_money(terms.friend_minor, terms.currency),
        )

    @display(description="kept of the order")
    def kept(self, use: ReferralUse) -> str:
        kept = find_friends_order(use.order_id).worth_minor
        least = use.programme.minimum_minor
        told = f"{format_money(kept, use.order.currency)} of goods"
        return f"{told}, at least {format_money(least, use.order.currency)} is asked" if least else told

    @display(description="taken back")
    def taken_back_shown(self, use: ReferralUse) -> str:
        currency = use.programme.currency
        return (
            "; ".join(
                f"{side}: {format_money(told['taken_minor'], currency)} taken, {format_money(told['debt_minor'], currency)} owed"
                for side, told in sorted(use.taken_back.items())
            )
            or "–"
        )

    @display(description="decided by")
    def decided_by_shown(self, use: ReferralUse) -> str:
        return person(use.decided_by) if use.decided_by else "–"

    @display(description="side by side")
    def comparison(self, use: ReferralUse) -> SafeString | str:
        """Both sides as they were compared; what they share stands out."""
        if use.friend is None:
            return "Nobody knows who the friend is."
        owner, friend = use.member.customer, use.friend
        mine, theirs = find_traces(owner.pk), find_traces(friend.pk, email=use.order.email, phone=use.order.phone)
        head = format_html("<tr><td></td><th>Member: {}</th><th>Friend: {}</th></tr>", _who(owner), _who(friend))
        rows = format_html_join(
            "",
            "<tr{}><th>{}</th><td>{}</td><td>{}</td></tr>",
            ((_mark(mine, theirs, name), title, _values(mine, name), _values(theirs, name)) for name, title in _TRACES),
        )
        return format_html('<table class="loyalty-compare">{}{}</table>', head, rows)

    @service_action(
        title="Let this referral count?",
        text="Both get their vouchers, at once or when the return window has passed.",
        button="Approve",
        form=NoteForm,
        variant="primary",
        when=in_review,
    )
    def approve(self, use: ReferralUse, *, by: Any, at: datetime, note: str) -> str:
        done = approve_referral(referral_id=use.pk, note=note, by=by, at=at)
        return (
            "Both have their vouchers."
            if done.state == ReferralState.REWARDED
            else "It counts when the return window has passed."
        )

    @service_action(
        title="Refuse this referral?",
        text="Neither side gets a voucher. The friend’s order stays as it is.",
        button="Refuse",
        form=NoteForm,
        when=in_review,
    )
    def refuse(self, use: ReferralUse, *, by: Any, at: datetime, note: str) -> str:
        refuse_referral(referral_id=use.pk, note=note, by=by, at=at)
        return "It earns nothing."


def _who(customer: Customer) -> SafeString | str:
    return link("customers_customer", customer.pk, str(customer))


def _values(traces: Traces, name: str) -> str:
    values = sorted(getattr(traces, name))
    if name in ("devices", "payments"):
        return f"{len(values)} known" if values else "–"
    shown = [value.replace("|", ", ") for value in values]
    return "; ".join(shown) or "–"


def _mark(mine: Traces, theirs: Traces, name: str) -> SafeString | str:
    return format_html(' class="{}"', "same") if getattr(mine, name) & getattr(theirs, name) else ""
