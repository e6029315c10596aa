"""Accounts by how old what is on them is, and by when it lapses: the rows behind the report's bars."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from loyalty.queries.reports import AGES, LAPSING, list_accounts_by_age, list_accounts_by_lapse
from omnichannel.kernel.clock import now


class BucketFilter(admin.SimpleListFilter):
    """By the place of a bar in the report, the first is 0."""

    labels: ClassVar[tuple[str, ...]]

    def accounts(self, place: int, at: datetime) -> Any:
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(place), label) for place, label in enumerate(self.labels)]

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value()
        if chosen not in dict(self.lookups(request, None)):
            return rows
        return rows.filter(pk__in=self.accounts(int(chosen), now()))


class AgeFilter(BucketFilter):
    title = "how old it is"
    parameter_name = "age"
    labels = AGES

    def accounts(self, place: int, at: datetime) -> Any:
        return list_accounts_by_age(place, at=at)


class LapseFilter(BucketFilter):
    title = "when it lapses"
    parameter_name = "lapses"
    labels = LAPSING

    def accounts(self, place: int, at: datetime) -> Any:
        return list_accounts_by_lapse(place, at=at)
