"""Webhook endpoints, what they were told, and telling them again."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from unfold.contrib.forms.widgets import ArrayWidget
from unfold.decorators import display
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminSplitDateTimeWidget, UnfoldAdminTextInputWidget

from omnichannel.integrations.models import WebhookAttempt, WebhookEndpoint, WebhookMessage
from omnichannel.integrations.services import endpoints
from omnichannel.integrations.services.replaying import replay_message, replay_since
from omnichannel.integrations.states import AttemptState, EndpointState
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import Context
from omnichannel.kernel.errors import DomainError
from omnichannel.staff.admin import (
    ReadOnlyAdmin,
    ShownInline,
    StaffAdmin,
    Told,
    new_secret,
    secret_words,
    service_action,
    state,
)

ENDPOINT_COLOURS: dict[str, str] = {
    EndpointState.ACTIVE: "success",
    EndpointState.PAUSED: "warning",
    EndpointState.DISABLED: "danger",
}
MESSAGE_COLOURS: dict[str, str] = {
    AttemptState.DELIVERED: "success",
    AttemptState.WAITING: "info",
    AttemptState.FAILED: "danger",
}


class EndpointForm(forms.ModelForm):
    url = forms.CharField(
        label="Address", max_length=500, widget=UnfoldAdminTextInputWidget, help_text="https, on the public internet."
    )
    state = forms.ChoiceField(
        choices=EndpointState.choices, widget=UnfoldAdminSelectWidget, initial=EndpointState.ACTIVE
    )

    class Meta:
        model = WebhookEndpoint
        fields = ("url", "description", "facts", "state")
        widgets = {"facts": ArrayWidget}
        help_texts = {"facts": "Names of facts, or a beginning such as order.* – none means all of them."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["facts"].required = False

    def clean_url(self) -> str:
        return self._checked("url", lambda value: endpoints.check_url(url=value))

    def clean_facts(self) -> list[str]:
        names = [name.strip() for name in self.cleaned_data["facts"] or [] if name.strip()]
        self.cleaned_data["facts"] = names
        return self._checked("facts", lambda value: endpoints.check_facts(facts=value))

    def _checked(self, name: str, check: Any) -> Any:
        try:
            check(self.cleaned_data[name])
        except DomainError as error:
            raise forms.ValidationError(error.problem_title, code=error.problem_code) from error
        return self.cleaned_data[name]


class SinceForm(BaseDialogForm):
    since = forms.SplitDateTimeField(label="Since", widget=UnfoldAdminSplitDateTimeWidget)


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(StaffAdmin):
    """Other systems that are told of facts."""

    form = EndpointForm
    list_display = ("url", "description", state("state", ENDPOINT_COLOURS), "failing_since", "created_at")
    list_filter = ("state",)
    page_title = "Webhooks"
    add_title = "Add an address"
    empty_hint = "Other systems are told of what happens here, at the address you add."
    search_fields = ("url", "description")
    search_help_text = "Address or description"
    ordering = ("-id",)
    actions_detail = ("ping", "replay", "rotate")
    _shown = ("failing_since", "previous_secret_until", "created_at", "messages_link")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*EndpointForm.Meta.fields, *(self._shown if obj else ())]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return list(self._shown)

    @display(description="Messages")
    def messages_link(self, endpoint: WebhookEndpoint) -> Any:
        page = reverse("admin:integrations_webhookmessage_changelist")
        return format_html('<a href="{}?endpoint__id__exact={}">Show its log</a>', page, endpoint.pk)

    def save_model(self, request: HttpRequest, obj: WebhookEndpoint, form: Any, change: bool) -> None:
        given = form.cleaned_data
        if change:
            endpoints.update_endpoint(
                endpoint_id=obj.pk,
                url=given["url"],
                facts=given["facts"],
                description=given["description"],
                state=given["state"],
                at=now(),
            )
            return
        made, secret = endpoints.create_endpoint(
            url=given["url"], facts=given["facts"], description=given["description"], at=now()
        )
        obj.pk = made.pk
        messages.warning(request, secret_words("This endpoint has this secret", secret))

    @service_action(
        title="Send a test message?",
        text="It tells of nothing; its log shows whether it arrived.",
        button="Send a test",
    )
    def ping(self, endpoint: WebhookEndpoint, *, by: Context, at: datetime) -> str:
        endpoints.send_ping(endpoint_id=endpoint.pk, at=at)
        return "A test message is on its way."

    @service_action(
        title="Send everything again?",
        text="Every fact it wants, recorded since then, told before or not.",
        button="Send again",
        form=SinceForm,
    )
    def replay(self, endpoint: WebhookEndpoint, *, by: Context, at: datetime, since: datetime) -> str:
        replay_since(endpoint_id=endpoint.pk, after=since, at=at)
        return f"Facts since {since:%Y-%m-%d %H:%M} are on their way again."

    @service_action(
        title="Make a new secret?", text="For 24 hours messages are signed with both.", button="Rotate the secret"
    )
    def rotate(self, endpoint: WebhookEndpoint, *, by: Context, at: datetime) -> Told:
        _, secret = endpoints.rotate_secret(endpoint_id=endpoint.pk, at=at)
        return new_secret("This endpoint has this secret", secret)


class AttemptInline(ShownInline):
    model = WebhookAttempt
    fields = readonly_fields = ("at", "status", "duration_ms", "error", "response")
    ordering = ("id",)


@admin.register(WebhookMessage)
class WebhookMessageAdmin(ReadOnlyAdmin):
    """The log: one line a fact and endpoint, every try within."""

    list_display = (
        "name",
        "endpoint",
        state("state", MESSAGE_COLOURS),
        "sequence",
        "attempts",
        "last_status",
        "last_error",
        "created_at",
    )
    page_title = "Webhook log"
    empty_hint = "Each message to each address, with every try."
    state_colours = {"state": MESSAGE_COLOURS}
    list_filter = ("state", "endpoint")
    list_select_related = ("endpoint",)
    search_fields = ("=event_id", "=subject_id", "name")
    search_help_text = "An id of an event or a resource, or a name"
    ordering = ("-id",)
    inlines = (AttemptInline,)
    actions_detail = ("send_again",)

    @service_action(
        title="Send this message again?",
        text="Under the same id: who has it already may drop it.",
        button="Send again",
        permission="view",
    )
    def send_again(self, message: WebhookMessage, *, by: Context, at: datetime) -> str:
        replay_message(endpoint_id=message.endpoint_id, message_id=message.pk, at=at)
        return f"{message.name} is on its way again."
