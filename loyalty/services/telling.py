"""Facts of the ledger: points and credit tell the same things under names of their own."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from loyalty.services.ledger import AccountState, Ledger
from loyalty.states.ledger import currency_of
from omnichannel.events.facts import Fact


def tell(
    ledger: Ledger,
    account: AccountState,
    points: Callable[..., Fact],
    credit: Callable[..., Fact],
    journal: UUID,
    amount: int,
    *,
    reason: str,
    order_id: UUID | None = None,
    **more: Any,
) -> None:
    """Record on closing what happened, as the unit of the account tells it."""
    known = {
        "journal_id": journal,
        "customer_id": account.customer_id,
        "reason": reason,
        "order_id": order_id,
        "balance": account.balance,
        **more,
    }
    if currency := currency_of(account.unit):
        ledger.tell(credit(**known, amount_minor=amount, currency=currency))
    else:
        ledger.tell(points(**known, points=amount))
