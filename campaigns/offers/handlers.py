"""What offers do when something happened elsewhere."""

from collections.abc import Sequence
from uuid import UUID

from campaigns.offers.models import Code
from campaigns.offers.services.rolling_back import roll_back_order
from carts.services.repricing import expire_cart_prices
from omnichannel.events.ports import RecordedEvent
from omnichannel.kernel.clock import now
from orders.services.locking import lock_order


def roll_back_lines(events: Sequence[RecordedEvent]) -> None:
    """return.recorded, order.cancelled: what offers took off those units comes back to budgets and codes."""
    orders = {UUID(str(event.data["order_id"])): event for event in events}
    for order_id in sorted(orders):
        lock_order(order_id)
        roll_back_order(order_id=order_id, at=now())


def reprice_carts(events: Sequence[RecordedEvent]) -> None:
    """offer.published: every open cart is priced again when it is next read."""
    expire_cart_prices(at=now())


def reprice_carts_with_used_codes(events: Sequence[RecordedEvent]) -> None:
    """code.redeemed: other carts that hold a code which is used up learn of it when they are next read."""
    used = [event.data["code_id"] for event in events if event.data.get("exhausted") and event.data.get("code_id")]
    if used:
        codes = list(Code.objects.filter(pk__in=used).order_by("code").values_list("code", flat=True))
        expire_cart_prices(codes=codes, at=now())
