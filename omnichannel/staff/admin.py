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

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson
from django import forms
from django.contrib import admin
from django.core.paginator import Paginator
from django.db import connection, models
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from unfold.admin import ModelAdmin, TabularInline

from omnichannel.staff.actions import (
    ReasonForm,
    Told,
    new_secret,
    run_service,
    secret_words,
    service_action,
    staff_context,
    staff_member,
)
from omnichannel.staff.columns import INSIDE, WORDS, money, readable, state, units, words

__all__ = [
    "COUNT_EXACTLY_UP_TO", "EstimatingPaginator", "ReadOnlyAdmin", "ReasonForm", "ShownInline", "StaffAdmin", "Told", "money",
    "new_secret", "run_service", "secret_words", "service_action", "staff_context", "staff_member", "state", "units",
]  # fmt: skip
COUNT_EXACTLY_UP_TO = 10_000


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
    """Base of all staff screens: no count(*) crawl, filters applied by a button, 50 rows a page.

    page_title     what the page is called, where that is not the model's name.
    empty_hint     what will show here, and the first step, while there is nothing.
    state_colours  state field → colours of its values, as for `state`.
    found_by       column → how what is typed is kept there (`str.upper`); searched exactly, in this order.
    typed_as       JSON field → the form field people type it in (`WordsField`, `PairsField`).
    """

    paginator = EstimatingPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # a count for each value of each filter
    list_per_page = 50
    list_filter_submit = True
    list_fullwidth = True
    compressed_fields = True
    warn_unsaved_form = True
    show_add_link = False  # its own button says what is added
    show_back_button = False  # the path above the page leads back
    empty_value_display = "–"
    page_title = ""
    empty_hint = ""
    state_colours: Mapping[str, Mapping[Any, str]] = {}
    typed_as: Mapping[str, type[forms.Field]] = {}
    found_by: Mapping[str, Callable[[str], str]] = {}

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        names = list(super().get_list_display(request))
        return [
            self._link_column(name) if name in set(self.list_display_links or names[:1]) else self._column(name)
            for name in names
        ]

    def get_list_display_links(self, request: HttpRequest, list_display: Any) -> Any:
        return [self._link_column(name) for name in self.list_display_links or list_display[:1]]

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """With `found_by`, one indexed column after the other: an OR over tables would walk them all."""
        term = search_term.strip().replace("\x00", "")
        if not self.found_by or not term:
            return super().get_search_results(request, queryset, search_term)
        for path, as_kept in self.found_by.items():
            found = queryset.filter(**{path: as_kept(term)})
            if found.exists():
                return found, False
        return queryset.none(), False

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        shown = set(self.get_readonly_fields(request, obj))
        all_shown = obj is not None and not self.has_change_permission(request, obj)

        def readable_names(names: Iterable[Any]) -> list[Any]:
            return [readable_name(name) for name in names]

        def readable_name(name: Any) -> Any:
            if isinstance(name, list | tuple):
                return readable_names(name)
            column = self._column(name)
            return column if all_shown or column in shown else name

        return [
            (title, {**options, "fields": readable_names(options["fields"])})
            for title, options in super().get_fieldsets(request, obj)
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        names = list(super().get_readonly_fields(request, obj))
        return names + [column for column in map(self._column, names) if callable(column)]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.typed_as:
            return self.typed_as[db_field.name](required=not db_field.blank, label=words(db_field.name))
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and "label" not in kwargs:
            field.label = words(db_field.name) if db_field.name in WORDS else field.label
        return field

    def row_title(self, row: Any) -> str:
        """What the page of one row is called."""
        return str(row)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        row = kwargs.get("obj") or (args[3] if len(args) > 3 else None)
        if row is not None:
            context |= {"row_title": self.row_title(row), "subtitle": self.row_title(row)}
        return super().render_change_form(request, context, *args, **kwargs)

    def get_inline_formsets(self, *args: Any, **kwargs: Any) -> list[Any]:
        """Tables that are only read show when there is something in them."""
        made = super().get_inline_formsets(*args, **kwargs)
        return [each for each in made if not isinstance(each.opts, ShownInline) or each.formset.initial_form_count()]

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> Any:
        """Only those that can be done to this row as it stands."""
        offered = super().get_actions_detail(request, object_id)
        if not any(
            hasattr(getattr(type(self), entry.method.__name__, None), "when")
            for entry in offered
            if callable(entry.method)
        ):
            return offered
        row = self.get_object(request, object_id)
        if row is None:  # gone, or no id at all: Django leads back to the list
            return []
        return [
            entry
            for entry in offered
            if getattr(getattr(type(self), entry.method.__name__, None), "when", _always)(row)
        ]

    def _link_column(self, name: Any) -> Any:
        """The column that leads to the row's own page: no link of its own within."""
        is_link = isinstance(name, str) and any(field.name == name and field.is_relation for field in self.opts.fields)
        return name if is_link else self._column(name)

    def _column(self, name: Any) -> Any:
        if not isinstance(name, str) or hasattr(type(self), name):
            return name
        made: dict[str, Any] = self.__dict__.setdefault("_columns", {})
        if name not in made:
            made[name] = readable(self.model, name, self.state_colours.get(name))
        return made[name]


def _always(row: Any) -> bool:
    return True


class ReadOnlyAdmin(StaffAdmin):
    """For what only services write: everything may be read, nothing typed over."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What people can use, unless the screen names its fields: no keys, hashes and versions."""
        if self.fields or self.fieldsets:
            return super().get_fields(request, obj)
        hidden = INSIDE | set(self.exclude or ()) | {"currency"}
        own = [
            field.name
            for field in self.opts.fields
            if field.name not in hidden
            and not field.name.endswith(("_hash", "_encrypted"))
            and not (isinstance(field, models.UUIDField) and not field.is_relation)
            # A line that says nothing is a line to read past.
            and (obj is None or getattr(obj, field.attname) not in (None, "", {}, []))
        ]
        return own + [name for name in self.readonly_fields if name not in own]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        listed = super().get_readonly_fields(request, obj)
        names = [field.name for field in self.opts.fields if field.name not in listed]
        return listed + names + [column for column in map(self._column, names) if callable(column)]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        shown = {"show_save": False, "show_save_and_continue": False, **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, shown)


class ShownInline(TabularInline):
    """Rows of a child table, to be read. `state_colours` as on `StaffAdmin`."""

    extra = 0
    can_delete = False
    hide_title = True
    state_colours: Mapping[str, Mapping[Any, str]] = {}

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return [self._column(name) for name in super().get_fields(request, obj)]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        names = list(super().get_readonly_fields(request, obj))
        return names + [column for column in map(self._column, names) if callable(column)]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def _column(self, name: Any) -> Any:
        if not isinstance(name, str) or hasattr(type(self), name):
            return name
        made: dict[str, Any] = self.__dict__.setdefault("_columns", {})
        if name not in made:
            made[name] = readable(self.model, name, self.state_colours.get(name))
        return made[name]
