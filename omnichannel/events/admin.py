"""The log and its deliveries, for staff who ask what happened and why something did not."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import connection, models, transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from unfold.decorators import action, display
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminSelectWidget

from omnichannel.events.models import Delivery, Event
from omnichannel.events.ports import subscriptions
from omnichannel.events.queries import load_events, recorded
from omnichannel.events.sentences import sentence_of
from omnichannel.events.services import replay_parked, replay_range
from omnichannel.events.states import DeliveryState
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import Context
from omnichannel.staff.admin import COUNT_EXACTLY_UP_TO, EstimatingPaginator, ReadOnlyAdmin, service_action, state
from omnichannel.staff.filters import known_values

SIZE = "SELECT COALESCE(sum(GREATEST(c.reltuples, 0)), 0)::bigint FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'events_event'::regclass"


class LogPaginator(EstimatingPaginator):
    """The log's size is that of its partitions; what a search found is counted up to a limit."""

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        if not isinstance(rows, models.QuerySet):
            return len(rows)
        if not rows.query.where:
            with connection.cursor() as cursor:
                cursor.execute(SIZE)
                if (estimate := int(cursor.fetchone()[0])) > COUNT_EXACTLY_UP_TO:
                    return estimate
        return rows.order_by()[: COUNT_EXACTLY_UP_TO + 1].count()


def _handlers() -> list[tuple[str, str]]:
    return [(entry.name, entry.name) for entry in sorted(subscriptions(), key=lambda entry: entry.name)]


class HandlerForm(BaseDialogForm):
    handler = forms.ChoiceField(label="Handler", choices=_handlers, widget=UnfoldAdminSelectWidget)


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """Search by an id (event, subject, customer) or by the beginning of a name (`order.`)."""

    paginator = LogPaginator
    page_title = "Facts"
    empty_hint = "Whatever happens, on any channel, is recorded here once and for good."
    list_display = ("happened", "sentence", "channel", "actor", "code")
    list_display_links = ("happened",)
    fields = ("sentence", "name", "occurred_at", "channel", "actor", "subject_id", "data", "context")
    search_fields = ("name",)
    search_help_text = "An id of an event, a subject or a customer, or the beginning of a name: order."
    ordering = ("-id",)
    sortable_by = ()
    readonly_fields = ("sentence",)
    actions_detail = ("deliver_again",)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        term = search_term.strip()
        if not term:
            return queryset, False
        try:
            key = UUID(term)
        except ValueError:
            return queryset.filter(name__startswith=term.lower()), False
        return queryset.filter(models.Q(id=key) | models.Q(subject_id=key) | models.Q(identity_id=key)), False

    def row_title(self, row: Event) -> str:
        return sentence_of(recorded(row))

    @display(description="When")
    def happened(self, event: Event) -> Any:
        return event.occurred_at

    @display(description="Name")
    def code(self, event: Event) -> Any:
        return format_html('<span class="mono quiet" title="{}">{}</span>', event.subject_id, event.name)

    @display(description="What happened")
    def sentence(self, event: Event) -> str:
        return sentence_of(recorded(event))

    @service_action(
        title="Deliver this fact again?",
        text="The handler hears it once more; what it did for it already is not done twice.",
        button="Deliver again",
        form=HandlerForm,
        permission="view",
    )
    def deliver_again(self, event: Event, *, by: Context, at: Any, handler: str) -> str:
        before, after = UUID(int=event.id.int + 1), UUID(int=event.id.int - 1)
        found = replay_range(handler=handler, after=after, before=before, at=at)
        return f"{event.name} is on its way to {handler}." if found else f"{handler} does not listen to {event.name}."


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """Facts on their way to handlers. Parked ones failed too often: read the error, mend its cause, replay."""

    list_display = (
        "handler",
        state("state", {DeliveryState.PARKED: "danger", DeliveryState.DUE: "info"}),
        "facts",
        "attempts",
        "due_at",
        "why",
    )
    page_title = "Deliveries of facts"
    empty_hint = "All is delivered. What failed too often waits here to be looked at and replayed."
    state_colours = {"state": {DeliveryState.PARKED: "danger", DeliveryState.DUE: "info"}}
    list_filter = ("state", known_values("handler", lambda: [name for name, _ in _handlers()]))
    search_fields = ("handler",)
    search_help_text = "Name of a handler"
    ordering = ("-id",)
    actions = ("replay_selected",)
    actions_detail = ("replay",)
    exclude = ("event_ids",)
    readonly_fields = ("facts_in_full",)

    @display(description="Facts")
    def facts(self, delivery: Delivery) -> int:
        return len(delivery.event_ids)

    @display(description="Error")
    def why(self, delivery: Delivery) -> str:
        return delivery.error.partition("\n")[0][:120]

    @display(description="Facts")
    def facts_in_full(self, delivery: Delivery) -> Any:
        rows = (
            (reverse("admin:events_event_change", args=[event.id]), event.name, sentence_of(event))
            for event in load_events(delivery.event_ids[:100])
        )
        return format_html("<ul>{}</ul>", format_html_join("", '<li><a href="{}">{}</a> {}</li>', rows))

    @service_action(
        title="Replay this delivery?",
        text="Its facts go to the handler again, at once.",
        button="Replay",
        permission="view",
        when=lambda delivery: delivery.state == DeliveryState.PARKED,
    )
    def replay(self, delivery: Delivery, *, by: Context, at: Any) -> str:
        replay_parked(at=at, ids=[delivery.pk])
        return f"{len(delivery.event_ids)} facts are on their way to {delivery.handler} again."

    @action(description="Replay the selected parked deliveries")
    def replay_selected(self, request: HttpRequest, queryset: models.QuerySet[Delivery]) -> None:
        with transaction.atomic(durable=True):
            rows = list(queryset.filter(state=DeliveryState.PARKED)[:1_000])
            count = replay_parked(at=now(), ids=[row.pk for row in rows])
            if rows:
                LogEntry.objects.log_actions(str(request.user.pk), rows, CHANGE, change_message="Replayed.")
        messages.success(request, f"{count} deliveries are on their way again.")
