"""Names of stores, for timelines of apps below."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from stores.models import Store


class StoreNames:
    def names(self, ids: Iterable[UUID]) -> Mapping[UUID, str]:
        return dict(Store.objects.filter(pk__in=list(ids)).values_list("pk", "name"))
