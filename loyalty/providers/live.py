"""Balances as something to watch: `/live/balance`, the caller's own, or `?customer=<id>` for those who serve."""

from collections.abc import Mapping
from uuid import UUID

from customers.errors import CustomerNotFound
from customers.queries import get_customer
from loyalty.queries.balances import balance_version
from omnichannel.live.ports import Standing
from omnichannel.rest.principal import Caller, Principal


class BalanceTopic:
    def stand(self, principal: Principal, query: Mapping[str, str]) -> Standing:
        customer_id = _watched(principal, query.get("customer", ""))
        return Standing(f"balance:{customer_id}", balance_version(customer_id))


def _watched(principal: Principal, named: str) -> UUID:
    if principal.kind is Caller.CUSTOMER and principal.customer_id is not None:
        if named and named != str(principal.customer_id):
            raise CustomerNotFound()
        return principal.customer_id
    serves = principal.kind in (Caller.ASSOCIATE, Caller.STAFF) or (
        principal.kind is Caller.API_KEY and principal.may("loyalty:read")
    )
    try:
        wanted = UUID(named) if serves else None
    except ValueError:
        wanted = None
    if wanted is None:
        raise CustomerNotFound()
    return UUID(str(get_customer(wanted).pk))
