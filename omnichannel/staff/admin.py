"""What every staff screen stands on: lists that stay fast, money and states as people read them,

and actions that call services, ask first and are kept in the audit log.

    @admin.register(Order)
    class OrderAdmin(StaffAdmin):
        list_display = ["number", money("total_minor"), state("status", {OrderStatus.CONFIRMED: "success"})]
        actions_detail = ["cancel"]

        @service_action(title="Cancel this order?", text="Money goes back the way it came.", button="Cancel order", form=ReasonForm)
        def cancel(self, order: Order, *, by: Context, at: datetime, reason: str) -> str:
            cancel_order(order_id=order.pk, reason=reason, by=by, at=at)
            return f"{order.number} is cancelled."
"""

import functools
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import orjson
from django import forms
from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.paginator import Paginator
from django.db import connection, models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import action, display
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextareaWidget

from omnichannel.kernel.channels import Channel
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import Context
from omnichannel.kernel.errors import DomainError
from omnichannel.kernel.money import format_money

COUNT_EXACTLY_UP_TO = 10_000
# One-time codes and PINs act for somebody: they are checked and forgotten.
UNKEPT = frozenset({"code", "pin", "password", "secret"})


class EstimatingPaginator(Paginator):
    """Counts exactly while that is cheap, else asks the planner: `count(*)` crawls on a large table."""

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        if not isinstance(rows, models.QuerySet):
            return len(rows)
        table = rows.model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass(%s::text)", [table])
            estimate = (cursor.fetchone() or [0])[0]
        if estimate <= COUNT_EXACTLY_UP_TO:
            return rows.count()
        if not rows.query.where and not rows.query.is_sliced:
            return int(estimate)
        exact = rows.order_by()[: COUNT_EXACTLY_UP_TO + 1].count()
        return exact if exact <= COUNT_EXACTLY_UP_TO else _planned_rows(rows)


def _planned_rows(rows: models.QuerySet[Any]) -> int:
    plan = orjson.loads(rows.order_by().explain(format="json"))
    return max(int(plan[0]["Plan"]["Plan Rows"]), COUNT_EXACTLY_UP_TO + 1)


class StaffAdmin(ModelAdmin):
    """Base of all staff screens: no count(*) crawl, filters applied by a button, 50 rows a page."""

    paginator = EstimatingPaginator
    show_full_result_count = False
    list_per_page = 50
    list_filter_submit = True
    list_fullwidth = True
    compressed_fields = True
    warn_unsaved_form = True


class ReadOnlyAdmin(StaffAdmin):
    """For what only services write: everything may be read, nothing typed over."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        listed = [str(name) for name in self.readonly_fields]
        return listed + [field.name for field in self.opts.fields if field.name not in listed]

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        shown = {"show_save": False, "show_save_and_continue": False, **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, shown)


def money(field: str, description: str = "", *, currency: str = "currency") -> Any:
    """A column of an amount in minor units. `currency` is the path of the currency (`order__currency`)."""

    @display(description=description or _words(field), ordering=field.replace(".", "__"))
    def column(*given: Any) -> SafeString:
        row = given[-1]  # as a class attribute it is a method, as an entry of list_display a function
        amount = _follow(row, field)
        return format_html('<span class="amount">{}</span>', "–" if amount is None else format_money(amount, _follow(row, currency)))

    return column


def state(field: str, colours: Mapping[str, str], description: str = "") -> Any:
    """A column of a state as a coloured label. `colours`: value → success, warning, danger, info; others grey."""

    @display(description=description or _words(field), ordering=field.replace(".", "__"), label=dict_by_label(colours))
    def column(*given: Any) -> tuple[str, str]:
        row = given[-1]
        value = _follow(row, field)
        owner, name = _owner(row, field)
        shown = getattr(owner, f"get_{name}_display", lambda: value)()
        return value, str(shown)

    return column


def dict_by_label(colours: Mapping[str, str]) -> dict[str, str]:
    return {str(value): colour for value, colour in colours.items()}


class ReasonForm(BaseDialogForm):
    """One sentence of why, kept in the audit log and in the record itself."""

    reason = forms.CharField(label="Why?", max_length=200, widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}))


def staff_context(request: HttpRequest) -> Context:
    """The circumstances of a write from the admin."""
    return Context(channel=Channel.SYSTEM, actor=f"staff:{request.user.pk}", request_id=str(getattr(request, "request_id", "")))


def service_action(
    *, title: str, text: str = "", button: str = "Go on", form: type[BaseDialogForm] = BaseDialogForm,
    permission: str = "change", icon: str | None = None, variant: Any = None,
) -> Callable[[Callable[..., str]], Any]:
    """An action on one row's page: asks in a dialog, runs a service in its own transaction, keeps an audit entry.

    The wrapped method takes `(self, row, *, by, at, **cleaned form fields)` and returns the sentence to show.
    A DomainError is shown in its own words; nothing is changed then.
    """

    def decorate(method: Callable[..., str]) -> Any:
        @action(
            description=button, permissions=[permission], icon=icon, variant=variant, url_path=method.__name__.replace("_", "-"),
            dialog={"title": title, "description": text, "form_class": form, "form_submit_text": button},
        )
        @functools.wraps(method)
        def run(self: StaffAdmin, request: HttpRequest, form: BaseDialogForm, object_id: Any) -> HttpResponse:
            row = get_object_or_404(self.get_queryset(request), pk=object_id)
            given = {name: value for name, value in form.cleaned_data.items() if not name.startswith("_")}
            run_service(request, row, lambda by, at: method(self, row, by=by, at=at, **given), given=_asked(form, given))
            return HttpResponse(headers={"HX-Redirect": reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[object_id])})

        return run

    return decorate


def run_service(
    request: HttpRequest, row: models.Model, call: Callable[[Context, datetime], str], *, given: Mapping[str, Any]
) -> bool:
    """Run a service for a member of staff; True when it went through. Tells them and keeps an audit entry.

    given  what they answered, by the question; kept with the entry.
    """
    try:
        with transaction.atomic(durable=True):
            told = call(staff_context(request), now())
            answers = "; ".join(f"{question}: {answer}" for question, answer in given.items())
            LogEntry.objects.log_actions(
                request.user.pk, [row], CHANGE, change_message=f"{told} {answers}".strip(), single_object=True
            )
    except DomainError as error:
        messages.error(request, error.problem_title)
        return False
    messages.success(request, told)
    return True


def _asked(form: BaseDialogForm, given: Mapping[str, Any]) -> dict[str, Any]:
    """Answers in the words of the form, without blanks and without what must not be kept readable."""
    return {
        str(form.fields[name].label or name.replace("_", " ").capitalize()).rstrip("?"): value
        for name, value in given.items()
        if value not in (None, "", False) and name not in UNKEPT
    }


def _follow(row: Any, path: str) -> Any:
    for name in path.replace("__", ".").split("."):
        row = getattr(row, name) if row is not None else None
    return row


def _owner(row: Any, path: str) -> tuple[Any, str]:
    *steps, name = path.replace("__", ".").split(".")
    return _follow(row, ".".join(steps)) if steps else row, name


def _words(field: str) -> str:
    return field.replace(".", "__").split("__")[-1].removesuffix("_minor").replace("_", " ")


class ShownInline(TabularInline):
    """Rows of a child table, to be read."""

    extra = 0
    can_delete = False
    hide_title = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
