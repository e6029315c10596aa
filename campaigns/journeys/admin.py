"""Journeys: the list with what became of people, and the canvas on which one is drawn."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import slugify
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from campaigns.journeys.models import Enrolment, Journey
from campaigns.journeys.queries.results import list_journeys
from campaigns.journeys.services.advancing import resume, take_out
from campaigns.journeys.services.defaults import NAMES, ready_graph
from campaigns.journeys.services.publishing import create_journey
from campaigns.journeys.states import EnrolmentState, JourneyStatus
from campaigns.messages.admin.pages import rows_config
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import Context
from omnichannel.staff.admin import (
    ReadOnlyAdmin,
    ReasonForm,
    StaffAdmin,
    service_action,
    staff_context,
    state,
)  # fmt: skip
from omnichannel.staff.columns import moment

_STATUS = {JourneyStatus.LIVE: "success", JourneyStatus.PAUSED: "warning", JourneyStatus.DRAFT: "info"}
_STATES = {
    EnrolmentState.ACTIVE: "info",
    EnrolmentState.GOAL: "success",
    EnrolmentState.FAILED: "danger",
}


class JourneyForm(forms.ModelForm):
    """A journey begins with its name, and one that is ready where there is one like it; the rest is drawn."""

    begin = forms.ChoiceField(
        label="Begin with", required=False, widget=UnfoldAdminSelectWidget,
        choices=[("", "An empty page"), *((key, f"{name}: {about}") for key, (name, about) in NAMES.items())],
        help_text="It is drawn as a draft: change what you like, then publish it.",
    )  # fmt: skip

    class Meta:
        model = Journey
        fields = ("name", "about")
        labels = {"about": "What it is for"}


@admin.register(Journey)
class JourneyAdmin(StaffAdmin):
    form = JourneyForm
    page_title = "Journeys"
    empty_hint = (
        "A journey takes each customer on a way of their own: what brings them in, what they get, when they leave."
    )
    list_display = [
        "title",
        state("status", _STATUS),
        "came_in",
        "are_inside",
        "reached_goal",
        "were_stopped",
        "updated_at",
    ]
    list_filter = ["status"]
    search_fields = ["name", "key"]
    search_help_text = "Name or key"
    ordering = ["name"]
    fields = ["name", "about", "begin"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return list_journeys()

    def get_urls(self) -> list[Any]:
        own = path(
            "<uuid:journey_id>/canvas/",
            self.admin_site.admin_view(self.canvas_view),
            name="campaign_journeys_journey_canvas",
        )
        return [own, *super().get_urls()]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        only_save = {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().add_view(request, form_url, {**(extra_context or {}), **only_save})

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """A journey's page is its canvas."""
        if request.method == "GET":
            return HttpResponseRedirect(reverse("admin:campaign_journeys_journey_canvas", args=[object_id]))
        return super().change_view(request, object_id, *args, **kwargs)

    def canvas_view(self, request: HttpRequest, journey_id: Any) -> HttpResponse:
        journey = Journey.objects.filter(pk=journey_id).first()
        if journey is None or not self.has_view_permission(request, journey):
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "title": journey.name,
            "opts": self.opts,
            "journey": journey,
            "config": {
                "journey": str(journey.pk),
                "mayEdit": self.has_change_permission(request, journey),
                "list": reverse("admin:campaign_journeys_journey_changelist"),
                "customer": "/admin/customers/customer/{id}/profile/",
                "urls": rows_config()["urls"],
                "template": reverse("admin:campaign_messages_template_edit", args=["__key__"]),
            },
        }
        return render(request, "campaign_journeys/canvas.html", context)

    def save_model(self, request: HttpRequest, obj: Journey, form: Any, change: bool) -> None:
        key = slugify(obj.name)[:50] or "journey"
        taken = set(Journey.objects.filter(key__startswith=key).values_list("key", flat=True))
        number = next(n for n in range(1, 10_000) if (key if n == 1 else f"{key}-{n}") not in taken)
        made = create_journey(
            key=key if number == 1 else f"{key}-{number}",
            name=obj.name,
            about=obj.about,
            graph=ready_graph(begin) if (begin := form.cleaned_data["begin"]) else None,
            by=staff_context(request),
            at=now(),
        )
        obj.pk, obj.key = made.pk, made.key

    def response_add(self, request: HttpRequest, obj: Journey, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:campaign_journeys_journey_canvas", args=[obj.pk]))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description="journey", ordering="name")
    def title(self, journey: Journey) -> SafeString:
        return format_html('{}<span class="said">{}</span>', journey.name, journey.about)

    @display(description="came in", ordering="entered")
    def came_in(self, journey: Any) -> SafeString | str:
        return _people(journey, journey.entered)

    @display(description="inside now", ordering="inside")
    def are_inside(self, journey: Any) -> SafeString | str:
        return _people(journey, journey.inside, EnrolmentState.ACTIVE)

    @display(description="reached the goal", ordering="goals")
    def reached_goal(self, journey: Any) -> SafeString | str:
        share = f" ({100 * journey.goals / journey.entered:.0f}%)" if journey.entered else ""
        return _people(journey, journey.goals, EnrolmentState.GOAL, more=share)

    @display(description="stopped", ordering="stopped")
    def were_stopped(self, journey: Any) -> SafeString | str:
        return _people(journey, journey.stopped, EnrolmentState.FAILED)


def _people(journey: Journey, count: int, state: str = "", more: str = "") -> SafeString | str:
    """A number that opens its people."""
    if not count:
        return "–"
    query = f"?journey__id__exact={journey.pk}" + (f"&state__exact={state}" if state else "")
    address = reverse("admin:campaign_journeys_enrolment_changelist") + query
    return format_html('<a href="{}">{}</a>{}', address, f"{count:,}", more)


@admin.register(Enrolment)
class EnrolmentAdmin(ReadOnlyAdmin):
    page_title = "People in journeys"
    empty_hint = "Everybody who comes into a journey shows here, with every step they took and why."
    state_colours = {"state": _STATES}
    list_display = [
        "customer",
        "journey",
        state("state", _STATES),
        "stands_at",
        "due_at",
        "reason",
        "entered_at",
    ]
    list_filter = ["state", "journey"]
    search_fields = ["customer__email__istartswith", "customer__number__istartswith"]
    search_help_text = "Beginning of an email or a customer’s number"
    list_select_related = ["customer", "journey", "version"]
    ordering = ["-entered_at", "id"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "customer",
                    "journey",
                    "version",
                    "state",
                    "reason",
                    "stands_at",
                    "due_at",
                    "entered_at",
                    "ended_at",
                    "which_time",
                ]
            },
        ),
        ("The way they took", {"fields": ["way"]}),
    ]
    readonly_fields = ["way", "stands_at", "which_time"]
    actions_detail = ["send_on", "take_out"]

    def row_title(self, row: Enrolment) -> str:
        return f"{row.customer} in {row.journey}"

    @display(description="step", ordering="step")
    def stands_at(self, row: Enrolment) -> str:
        names = {step["id"]: step.get("name") for step in row.version.graph.get("steps", [])}
        return names.get(row.step) or row.step.replace("_", " ").capitalize() or "–"

    @display(description="came in for")
    def which_time(self, row: Enrolment) -> str:
        return "the first time" if row.entry_no == 1 else f"time {row.entry_no}"

    @display(description="step by step")
    def way(self, row: Enrolment) -> SafeString:
        names = {step["id"]: step.get("name") for step in row.version.graph.get("steps", [])}
        return format_html(
            "<ol>{}</ol>",
            format_html_join(
                "", "<li>{}: {} ({})</li>",
                ((names.get(run.step) or run.step, run.reason or run.outcome.replace("_", " "), moment(run.left_at)) for run in row.runs.order_by("visit")),
            ),
        )  # fmt: skip

    @service_action(
        title="Send them on?",
        text="The step that failed is tried again.",
        button="Send on",
        permission="view",
        when=lambda row: row.state == EnrolmentState.FAILED,
    )
    def send_on(self, row: Enrolment, *, by: Context, at: datetime) -> str:
        resume(enrolment_id=row.pk, at=at)
        return f"{row.customer} goes on."

    @service_action(
        title="Take them out of the journey?",
        text="They leave where they stand.",
        button="Take out",
        form=ReasonForm,
        permission="view",
        when=lambda row: row.state in (EnrolmentState.ACTIVE, EnrolmentState.FAILED),
    )
    def take_out(self, row: Enrolment, *, by: Context, at: datetime, reason: str) -> str:
        take_out(enrolment_id=row.pk, reason=reason, by=by, at=at)
        return f"{row.customer} left."
