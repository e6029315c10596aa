"""What was sent, why or why not, and what was printed."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from campaigns.messages.admin.pages import desk_page
from campaigns.messages.models import Campaign, ContentBlock, Decision, Message, Print, SendingPolicy
from campaigns.messages.rules.catalogue import ALL_KEYS, title_of
from campaigns.messages.services.intending import retry_message
from campaigns.messages.services.printing import read_print
from campaigns.messages.states import MessageState, Outcome
from omnichannel.staff.admin import ReadOnlyAdmin, StaffAdmin, service_action, state
from omnichannel.staff.columns import moment
from omnichannel.staff.filters import PeriodFilter, known_values
from orders.models import Order

_STATES = {
    MessageState.SENT: "success",
    MessageState.FAILED: "danger",
    MessageState.SUPPRESSED: "warning",
    MessageState.INTENDED: "info",
}
_OUTCOMES = {Outcome.SEND: "success", Outcome.HELD: "info", Outcome.REFUSED: "warning"}


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    list_display = [
        "recipient_shown",
        "subject",
        "of_template",
        "channel",
        state("state", _STATES),
        "reason",
        "created_at",
    ]
    page_title = "Sent messages"
    empty_hint = "Order, pickup, refund and account mails show here as they go out."
    state_colours = {"state": _STATES}
    list_filter = ["state", "channel", known_values("template_key", lambda: ALL_KEYS), ("created_at", PeriodFilter)]
    search_fields = ["recipient__istartswith", "subject__istartswith"]
    search_help_text = "Beginning of the recipient or the subject"
    ordering = ["-created_at", "id"]
    list_select_related = ["customer"]
    date_hierarchy = None
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "recipient",
                    "subject",
                    "state",
                    "reason",
                    "attempts",
                    "next_try",
                    "sent_at",
                    "opened_at",
                    "clicked_at",
                ]
            },
        ),
        ("The message", {"fields": ["shown_html", "shown_text"]}),
        (
            "About",
            {
                "fields": [
                    "template_key",
                    "template_version",
                    "purpose",
                    "customer",
                    "of_order",
                    "source",
                    "dedup_key",
                    "created_at",
                ],
                "classes": ["collapse"],
            },
        ),
    ]
    readonly_fields = ["shown_html", "shown_text", "next_try", "of_order"]
    actions_detail = ["send_again"]

    def row_title(self, row: Message) -> str:
        return f"{row.subject}, to {row.recipient}"

    @display(description="recipient", ordering="recipient")
    def recipient_shown(self, message: Message) -> str:
        return message.recipient or str(message.customer or "–")

    @display(description="template", ordering="template_key")
    def of_template(self, message: Message) -> str:
        return title_of(message.template_key)

    @display(description="next try")
    def next_try(self, message: Message) -> str:
        return moment(message.due_at) if message.state == MessageState.INTENDED else "–"

    @display(description="order")
    def of_order(self, message: Message) -> SafeString | str:
        found = Order.objects.filter(pk=message.order_id) if message.order_id else Order.objects.none()
        number = found.values_list("number", flat=True).first()
        if number is None:
            return "–"
        return format_html('<a href="{}">{}</a>', reverse("admin:orders_order_change", args=[message.order_id]), number)

    @display(description="as HTML")
    def shown_html(self, message: Message) -> SafeString | str:
        if message.holds_secret:
            return "Not shown: it holds a link or code that acts for the recipient."
        return format_html(
            '<iframe sandbox="" title="The message" srcdoc="{}" style="display:block;width:100%;max-width:680px;height:640px;border:1px solid #e5e2dc;border-radius:10px;background:#f4f1ec"></iframe>',
            message.html,
        )

    @display(description="plain")
    def shown_text(self, message: Message) -> SafeString | str:
        return (
            "Not shown."
            if message.holds_secret
            else format_html('<pre style="white-space:pre-wrap;overflow-wrap:anywhere">{}</pre>', message.text)
        )

    @service_action(
        title="Send it again?",
        text="For a message that failed or was suppressed, once the reason is gone.",
        button="Send again",
        permission="view",
        when=lambda message: message.state in (MessageState.FAILED, MessageState.SUPPRESSED),
    )
    def send_again(self, message: Message, *, by: Any, at: Any) -> str:
        retry_message(message_id=message.pk, by=by, at=at)
        return f"{message.subject} goes to {message.recipient} again."


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    list_display = ["of_template", "customer", state("outcome", _OUTCOMES), "reason", "channel", "decided_at"]
    page_title = "Why sent, why not"
    empty_hint = "Every candidate of every send shows here with its verdict."
    state_colours = {"outcome": _OUTCOMES}
    list_filter = ["outcome", known_values("template_key", lambda: ALL_KEYS), ("decided_at", PeriodFilter)]
    search_fields = ["customer__email__istartswith"]
    search_help_text = "Beginning of an email address"
    ordering = ["-created_at", "id"]
    list_select_related = ["customer"]
    fieldsets = [
        (
            None,
            {"fields": ["of_template", "customer", "outcome", "reason", "channel", "priority", "due_at", "message"]},
        ),
        ("Each gate", {"fields": ["gates"]}),
        ("About", {"fields": ["source", "dedup_key", "campaign", "created_at", "decided_at"], "classes": ["collapse"]}),
    ]
    readonly_fields = ["of_template", "gates"]

    def get_urls(self) -> list[Any]:
        own = path("why/", self.admin_site.admin_view(self.why_view), name="campaign_messages_decision_why")
        return [own, *super().get_urls()]

    def why_view(self, request: HttpRequest) -> TemplateResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return desk_page(
            self, request, title="Why did they get it, or not?", script=static("campaign_messages/why.js"),
            config={
                **{name: request.GET.get(name, "") for name in ("customer", "campaign", "template", "outcome", "code", "days")},
                "name": _named(request.GET.get("campaign", ""), request.GET.get("template", "")),
                "profile": reverse("admin:customers_customer_profile", args=["00000000-0000-0000-0000-000000000000"]),
            },
        )  # fmt: skip

    def row_title(self, row: Decision) -> str:
        return f"{title_of(row.template_key)}: {row.get_outcome_display()}"

    @display(description="template", ordering="template_key")
    def of_template(self, row: Decision) -> str:
        return title_of(row.template_key)

    @display(description="each gate, in its order")
    def gates(self, row: Decision) -> SafeString:
        marks = ["✓ " if check["passed"] else "✗ " for check in row.checks]
        lines = [
            f"{mark}{check['gate'].capitalize()}: {check['words']}"
            for mark, check in zip(marks, row.checks, strict=True)
        ]
        return format_html('<pre style="white-space:pre-wrap;overflow-wrap:anywhere">{}</pre>', "\n".join(lines))


def _named(campaign: str, template: str) -> str:
    """What the verdicts are of: a campaign's name, or a message's."""
    try:
        found = Campaign.objects.filter(pk=UUID(campaign)).values_list("name", flat=True).first()
    except ValueError:
        found = None
    return found or (title_of(template) if template in ALL_KEYS else "")


@admin.register(Print)
class PrintAdmin(ReadOnlyAdmin):
    list_display = ["of_template", "customer", "pdf", "landing", "created_at"]
    page_title = "Prints"
    empty_hint = "Postcards for parcels show here as journeys make them."
    ordering = ["-created_at", "id"]
    list_select_related = ["customer"]
    list_filter = [("created_at", PeriodFilter)]
    fields = ["of_template", "customer", "pdf", "landing", "created_at"]
    readonly_fields = ["of_template", "pdf", "landing"]

    def get_urls(self) -> list[Any]:
        own = path(
            "<uuid:print_id>/pdf/", self.admin_site.admin_view(self.pdf_view), name="campaign_messages_print_pdf"
        )
        return [own, *super().get_urls()]

    def pdf_view(self, request: HttpRequest, print_id: UUID) -> HttpResponse:
        made = self.get_queryset(request).filter(pk=print_id).first()
        if made is None or not made.file or not self.has_view_permission(request, made):
            raise Http404()
        name = f"{made.template_key}-{made.pk}.pdf"
        return HttpResponse(
            read_print(made), content_type="application/pdf",
            headers={"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "private, no-store"},
        )  # fmt: skip

    @display(description="what")
    def of_template(self, row: Print) -> str:
        return title_of(row.template_key)

    @display(description="PDF")
    def pdf(self, row: Print) -> SafeString | str:
        if not row.file:
            return "–"
        return format_html(
            '<a href="{}" target="_blank" rel="noopener" class="text-primary-600 font-medium">Open the PDF</a>',
            reverse("admin:campaign_messages_print_pdf", args=[row.pk]),
        )

    @display(description="landing page")
    def landing(self, row: Print) -> SafeString | str:
        """Where the QR leads, for whoever has the card on a screen and no second camera."""
        url = str(row.words.get("join_url", ""))
        if not url.startswith(("http://", "https://")):
            return "–"
        words = '<a href="{}" target="_blank" rel="noopener noreferrer" class="text-primary-600 font-medium">Follow its QR</a>'
        return format_html(words, url)


@admin.register(SendingPolicy)
class SendingPolicyAdmin(StaffAdmin):
    page_title = "How often and when we write"
    empty_hint = "Until you say otherwise: three marketing messages a day and ten a week at most, texts not at night."
    list_display = ["__str__", "per_day", "per_week", "quiet_from", "quiet_until", "holdout_pct"]
    fields = [
        ("per_day", "per_week"), "settle_seconds", ("quiet_from", "quiet_until"), "quiet_channels", "holdout_pct",
    ]  # fmt: skip

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not SendingPolicy.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ContentBlock)
class ContentBlockAdmin(ReadOnlyAdmin):
    page_title = "Content blocks"
    empty_hint = "Words that several messages and channels share."
    list_display = ["name", "headline", "version", "is_live", "created_at"]
    fields = ["name", "headline", "words", "key", "is_live", "created_at"]
    ordering = ["name", "-version"]
