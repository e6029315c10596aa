"""What we write: templates with a live preview, what was sent and why not, and whom we do not write to."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from campaigns.messages.errors import TemplateInvalid
from campaigns.messages.models import Message, Template
from campaigns.messages.rules.catalogue import ALL_KEYS
from campaigns.messages.services.intending import retry_message
from campaigns.messages.services.preview import latest_orders, preview
from campaigns.messages.services.templates import TemplateText, load_templates, save_template
from campaigns.messages.states import MessageState
from omnichannel.kernel.clock import now
from omnichannel.staff.admin import ReadOnlyAdmin, StaffAdmin, service_action, staff_context, state
from omnichannel.staff.columns import person
from omnichannel.staff.filters import PeriodFilter, known_values

_STATES = {
    MessageState.SENT: "success",
    MessageState.FAILED: "danger",
    MessageState.SUPPRESSED: "warning",
    MessageState.INTENDED: "info",
}
_CODE = {"rows": 18, "spellcheck": "false", "class": "font-mono"}


class TemplateForm(forms.ModelForm):
    class Meta:
        model = Template
        fields = ("name", "subject", "preheader", "mjml", "text")
        widgets = {
            "mjml": UnfoldAdminTextareaWidget(attrs=_CODE),
            "text": UnfoldAdminTextareaWidget(attrs=_CODE | {"rows": 12}),
        }

        labels = {"preheader": "Preview line", "mjml": "Layout (MJML)", "text": "Plain text"}
        help_texts = {"preheader": "What a mail list shows behind the subject."}

    def words(self) -> TemplateText:
        return TemplateText(**{name: self.cleaned_data[name] for name in self.Meta.fields})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            for problem in preview(key=self.instance.key, words=self.words(), order_id=None).problems:
                self.add_error(
                    problem["part"],
                    f"Line {problem['line']}: {problem['title']}" if problem["line"] else problem["title"],
                )
        return cleaned


@admin.register(Template)
class TemplateAdmin(StaffAdmin):
    form = TemplateForm
    change_form_template = "campaign_messages/template_form.html"
    page_title = "Message templates"
    list_display = ["name", "subject", "version", "locale", "written_by", "created_at"]
    list_filter = ["locale"]
    search_fields = ["name", "key", "subject"]
    search_help_text = "Name or subject"
    ordering = ["name"]
    fields = ["name", "subject", "preheader", "mjml", "text"]

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        match = getattr(request, "resolver_match", None)
        return rows if match is not None and "object_id" in match.kwargs else rows.filter(is_live=True)

    def get_urls(self) -> list[Any]:
        own = path(
            "<path:object_id>/preview/",
            self.admin_site.admin_view(self.preview_view),
            name="campaign_messages_template_preview",
        )
        return [own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        load_templates()
        return super().changelist_view(request, extra_context)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        extra = {
            "preview_orders": latest_orders(),
            "show_save_and_add_another": False,
            "show_save_and_continue": True,
            **(extra_context or {}),
        }
        return super().changeform_view(request, object_id, form_url, extra)

    def preview_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What the words in the form would look like, as a real order or as the sample. Saves nothing."""
        template = self.get_object(request, object_id)
        if template is None or request.method != "POST" or not self.has_change_permission(request, template):
            return JsonResponse({}, status=404)
        words = TemplateText(**{name: request.POST.get(name, "")[:200_000] for name in TemplateForm.Meta.fields})
        try:
            order_id = UUID(request.POST.get("preview_order", ""))
        except ValueError:
            order_id = None
        shown = preview(key=template.key, words=words, order_id=order_id)
        return JsonResponse(
            {"subject": shown.subject, "html": shown.html, "text": shown.text, "problems": shown.problems}
        )

    def save_model(self, request: HttpRequest, obj: Template, form: Any, change: bool) -> None:
        try:
            self.saved = save_template(
                key=obj.key, locale=obj.locale, words=form.words(), by=staff_context(request), at=now()
            )
        except TemplateInvalid as error:
            messages.error(request, error.problem_title)

    def response_change(self, request: HttpRequest, obj: Template) -> HttpResponse:
        """To the new version: the old one is history."""
        live = Template.objects.filter(key=obj.key, locale=obj.locale, is_live=True).get()
        messages.success(request, f"{live.name} is sent as version {live.version} from now on.")
        if "_continue" in request.POST:
            return HttpResponseRedirect(reverse("admin:campaign_messages_template_change", args=[live.pk]))
        return HttpResponseRedirect(reverse("admin:campaign_messages_template_changelist"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # a message exists because something sends it

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description="written by")
    def written_by(self, template: Template) -> str:
        return "Shipped with the product" if template.created_by == "shipped" else person(template.created_by)


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    list_display = [
        "recipient",
        "subject",
        "of_template",
        state("state", _STATES),
        "reason",
        "created_at",
    ]
    page_title = "Sent messages"
    empty_hint = "Order, pickup, refund and account mails show here as they go out."
    state_colours = {"state": _STATES}
    list_filter = ["state", known_values("template_key", lambda: ALL_KEYS), ("created_at", PeriodFilter)]
    search_fields = ["recipient__istartswith", "subject__istartswith"]
    search_help_text = "Beginning of the recipient or the subject"
    ordering = ["-created_at", "id"]
    list_select_related = False
    date_hierarchy = None
    fieldsets = [
        (None, {"fields": ["recipient", "subject", "state", "reason", "attempts", "due_at", "sent_at"]}),
        ("The message", {"fields": ["shown_html", "shown_text"]}),
        (
            "About",
            {
                "fields": [
                    "template_key",
                    "template_version",
                    "purpose",
                    "customer",
                    "order_id",
                    "dedup_key",
                    "created_at",
                ],
                "classes": ["collapse"],
            },
        ),
    ]
    readonly_fields = ["shown_html", "shown_text"]
    actions_detail = ["send_again"]

    def row_title(self, row: Message) -> str:
        return f"{row.subject}, to {row.recipient}"

    @display(description="template", ordering="template_key")
    def of_template(self, message: Message) -> str:
        return message.template_key.replace("_", " ").capitalize()

    @display(description="as HTML")
    def shown_html(self, message: Message) -> SafeString | str:
        if message.holds_secret:
            return "Not shown: it holds a link or code that acts for the recipient."
        return format_html(
            '<iframe sandbox="" title="The message" srcdoc="{}" style="width:100%;max-width:680px;height:640px;border:1px solid #e5e2dc;border-radius:10px;background:#f4f1ec"></iframe>',
            message.html,
        )

    @display(description="plain")
    def shown_text(self, message: Message) -> SafeString | str:
        return (
            "Not shown."
            if message.holds_secret
            else format_html('<pre class="whitespace-pre-wrap">{}</pre>', message.text)
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
