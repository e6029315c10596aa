"""A customer's timeline as something to watch: `/live/customer?customer=<id>`, for those who may read customers."""

from collections.abc import Mapping
from uuid import UUID

from customers.errors import CustomerNotFound
from customers.queries import get_customer
from customers.queries.identities import identity_ids_of
from customers.queries.timeline import newest_moment
from omnichannel.accounts.models import User
from omnichannel.events.live import person_topic, version_at
from omnichannel.kernel.errors import Forbidden
from omnichannel.live.ports import Standing
from omnichannel.rest.principal import Caller, Principal


class CustomerTopic:
    def stand(self, principal: Principal, query: Mapping[str, str]) -> Standing:
        """The moment of the newest fact. Asked again while it streams, so that a right taken away ends it."""
        _require(principal)
        try:
            customer_id = UUID(str(get_customer(UUID(query.get("customer", ""))).pk))
        except ValueError:
            raise CustomerNotFound() from None
        newest = newest_moment(identity_ids_of(customer_id))
        return Standing(person_topic(customer_id), version_at(newest) if newest else 0)


def _require(principal: Principal) -> None:
    if principal.kind is Caller.API_KEY:
        principal.require_scope("customers:read")
        return
    user_id = principal.user_id if principal.kind is Caller.STAFF else None
    staff = User.objects.filter(pk=user_id, is_staff=True, is_active=True).first() if user_id is not None else None
    if staff is None or not staff.has_perm("customers.view_customer"):
        raise Forbidden("permission_missing", permission="customers.view_customer")
