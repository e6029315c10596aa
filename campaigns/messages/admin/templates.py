"""What we write: templates, and the editor that shows them as a real person gets them."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.templatetags.static import static
from django.urls import path, reverse
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from campaigns.messages.admin.pages import desk_page, rows_config
from campaigns.messages.errors import TemplateInvalid, TemplateNotFound
from campaigns.messages.models import Template
from campaigns.messages.rules.catalogue import ORDER_KEYS, PEOPLE_KEYS
from campaigns.messages.services.preview import latest_orders, preview
from campaigns.messages.services.templates import PARTS, TemplateText, live_template, save_template
from omnichannel.kernel.clock import now
from omnichannel.staff.admin import StaffAdmin, staff_context, staff_member
from omnichannel.staff.columns import person

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
        kept = {name: getattr(self.instance, name) for name in (*PARTS, "purpose")}
        return TemplateText(**{**kept, **{name: self.cleaned_data[name] for name in self.Meta.fields}})

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
        edit = path(
            "edit/<slug:key>/", self.admin_site.admin_view(self.edit_view), name="campaign_messages_template_edit"
        )
        results = path(
            "results/<slug:key>/",
            self.admin_site.admin_view(self.results_view),
            name="campaign_messages_template_results",
        )
        return [own, edit, results, *super().get_urls()]

    def results_view(self, request: HttpRequest, key: str) -> HttpResponse:
        """What came of it, wherever it was sent from."""
        template = self._live(request, key)
        return desk_page(
            self, request, title=f"{template.name}: results", script=static("campaign_messages/template_results.js"),
            config=rows_config() | {
                "key": key, "name": template.name, "edit": reverse("admin:campaign_messages_template_edit", args=[key]),
            },
        )  # fmt: skip

    def _live(self, request: HttpRequest, key: str) -> Template:
        try:
            template = live_template(key)
        except TemplateNotFound:
            raise Http404() from None
        if not self.has_view_permission(request, template):
            raise PermissionDenied
        return template

    def edit_view(self, request: HttpRequest, key: str) -> HttpResponse:
        """The editor: words on the left, how they look to a real person on the right."""
        template = self._live(request, key)
        return desk_page(
            self, request, title=template.name, script=static("campaign_messages/editor.js"),
            config={
                "key": key, "may_change": self.has_change_permission(request, template), "email": staff_member(request).email,
                "as": "person" if key in PEOPLE_KEYS else "order" if key in ORDER_KEYS else "",
                "orders": [{"id": str(pk), "label": label} for pk, label in latest_orders()] if key in ORDER_KEYS else [],
                "list": reverse("admin:campaign_messages_template_changelist"), "results": reverse("admin:campaign_messages_template_results", args=[key]), "customer": request.GET.get("customer", ""),
            },
        )  # fmt: skip

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        template = self.get_object(request, object_id) if request.method == "GET" else None
        if template is not None and template.is_live and template.locale == "en":
            return HttpResponseRedirect(reverse("admin:campaign_messages_template_edit", args=[template.key]))
        return super().change_view(request, object_id, form_url, extra_context)

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
        typed = {name: request.POST.get(name, "")[:200_000] for name in TemplateForm.Meta.fields}
        words = TemplateText(**{**{name: getattr(template, name) for name in (*PARTS, "purpose")}, **typed})
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
