"""What is asked before a referral is rewarded: what the friend keeps of the order, and what went before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from loyalty.models import ReferralUse
from loyalty.rules.sameness import email_key, worth_kept
from loyalty.states.members import REFERRAL_HOLDS, ReferralState
from orders.models import Order
from orders.states import OrderStatus


@dataclass(frozen=True, slots=True)
class FriendsOrder:
    """`worth_minor` is what is kept of the goods, after discounts, without shipping and tax."""

    customer_id: UUID | None
    email: str
    phone: str
    worth_minor: int
    is_cancelled: bool
    confirmed_at: datetime


@dataclass(frozen=True, slots=True)
class History:
    bought_before: bool
    used_before: bool
    invited_the_member: bool
    recent: int
    one_card: bool
    one_device: bool

    @property
    def among_friends(self) -> list[str]:
        """What this friend has in common with other friends of the member, by its reasons."""
        found = (("friends_one_card", self.one_card), ("friends_one_device", self.one_device))
        return [reason for reason, holds in found if holds]


# Of two claims of one person under two names the earlier one counts. An order of the same address placed before,
# by whatever record, makes an old customer; so does a record that was imported.
_HISTORY = """
WITH others AS MATERIALIZED (
    SELECT u.order_id FROM loyalty_referraluse u
     WHERE u.member_id = %(member)s AND u.id <> %(use)s AND u.state <> 'released'
     ORDER BY u.claimed_at DESC LIMIT 200
)
SELECT EXISTS (SELECT 1 FROM customers_customer c WHERE c.source = 'import' AND c.merged_into_id IS NULL
                  AND (c.id = %(friend)s OR (c.email = %(email)s AND %(email)s <> '')))
       OR EXISTS (SELECT 1 FROM orders_order x
            WHERE x.confirmed_at IS NOT NULL AND x.status <> 'cancelled' AND x.id <> %(order)s
              AND x.placed_at < (SELECT placed_at FROM orders_order WHERE id = %(order)s)
              AND (x.customer_id = %(friend)s OR (x.email = %(email)s AND %(email)s <> ''))),
       EXISTS (SELECT 1 FROM loyalty_referraluse u
            WHERE u.id <> %(use)s AND u.state = ANY(%(holds)s)
              AND (u.friend_id = %(friend)s OR (u.id < %(use)s AND u.friend_key = ANY(%(keys)s)))),
       EXISTS (SELECT 1 FROM loyalty_referraluse u JOIN loyalty_member invited ON invited.id = u.member_id
            WHERE u.id < %(use)s AND u.state = ANY(%(holds)s)
              AND invited.customer_id = %(friend)s AND u.friend_id = %(owner)s),
       (SELECT count(*) FROM loyalty_referraluse u
         WHERE u.member_id = %(member)s AND u.state <> 'released' AND u.claimed_at > %(since)s AND u.claimed_at <= %(at)s),
       EXISTS (SELECT 1 FROM others u
                 JOIN orders_payment p ON p.order_id = u.order_id
                 JOIN orders_payment mine ON mine.order_id = %(order)s
                  AND mine.method->>'fingerprint' = p.method->>'fingerprint'),
       EXISTS (SELECT 1 FROM others u
                 JOIN events_event e ON e.subject_id = u.order_id AND e.name = 'order.placed'
                 JOIN events_event mine ON mine.subject_id = %(order)s AND mine.name = 'order.placed'
                  AND mine.context->>'anonymous_id' = e.context->>'anonymous_id')
"""


def find_friends_order(order_id: UUID) -> FriendsOrder:
    order = Order.objects.prefetch_related("lines").get(pk=order_id)
    lines = [
        (
            line.quantity,
            line.quantity - line.cancelled_quantity - line.returned_quantity,
            line.unit_price_minor * line.quantity + line.discount_minor,
        )
        for line in order.lines.all()
    ]
    return FriendsOrder(
        customer_id=order.customer_id,
        email=order.email,
        phone=order.phone,
        worth_minor=worth_kept(lines),
        is_cancelled=order.status == OrderStatus.CANCELLED,
        confirmed_at=order.confirmed_at or order.placed_at,
    )


def find_history(use: ReferralUse, order: FriendsOrder) -> History:
    """One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            _HISTORY,
            {
                "friend": order.customer_id,
                "email": order.email,
                "order": use.order_id,
                "use": use.pk,
                "keys": [use.friend_key, f"email:{email_key(order.email)}"],
                "holds": list(REFERRAL_HOLDS),
                "owner": use.member.customer_id,
                "member": use.member_id,
                "since": use.claimed_at - timedelta(hours=use.programme.velocity_hours),
                "at": use.claimed_at,
            },
        )
        return History(*cursor.fetchone())


def list_due(*, at: datetime, limit: int) -> Sequence[UUID]:
    """Those whose return window has passed, the oldest first."""
    due = ReferralUse.objects.filter(state=ReferralState.WAITING, qualifies_at__lte=at)
    return list(due.order_by("qualifies_at", "pk").values_list("pk", flat=True)[:limit])
