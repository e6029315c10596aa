"""Filters that know their values: asking a large table for its distinct ones walks it whole."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.dateparse import parse_datetime
from django.utils.timezone import make_aware
from unfold.contrib.filters.admin import RangeDateTimeFilter


def known_values(field: str, values: Callable[[], Iterable[str]]) -> type[admin.SimpleListFilter]:
    """A filter on `field` that offers `values()`, in words."""

    class KnownValues(admin.SimpleListFilter):
        title = field.replace("_", " ")
        parameter_name = field

        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
            return [(value, value.replace("_", " ").capitalize()) for value in sorted(values())]

        def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
            return rows.filter(**{field: self.value()}) if self.value() else rows

    return KnownValues


class PeriodFilter(RangeDateTimeFilter):
    """From and to as people type them: in the brand's time, which the frame has made the current one."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any] | None:
        for bound, lookup in (("from", "gte"), ("to", "lte")):
            day, clock = (self.used_parameters.get(f"{self.parameter_name}_{bound}_{part}") for part in (0, 1))
            if not day or not clock:
                continue
            try:
                moment = parse_datetime(f"{day} {clock}")
            except ValueError:
                moment = None
            if moment is None:
                return None
            queryset = queryset.filter(**{f"{self.parameter_name}__{lookup}": make_aware(moment)})
        return queryset
