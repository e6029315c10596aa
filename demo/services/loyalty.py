"""The demo's points: terms in force for more than a year, members, what they earned day by day, friends they brought."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from customers.models import Customer
from demo.services.people import Known
from loyalty.models import EarningRule, Member, Programme, ReferralProgramme, ReferralUse
from loyalty.rules.codes import make_referral_code
from loyalty.services.earning import accrue_orders, reverse_orders
from loyalty.services.lapsing import activate_due, expire_due
from loyalty.services.posting import grant_credit, grant_points
from loyalty.states.ledger import RuleKind
from loyalty.states.members import MemberSource, ProgrammeState, ReferralState
from omnichannel.kernel.context import Context
from orders.models import Order

CURRENCY = "USD"
VOUCHER_MINOR = 1_500
#: Key, the name on the statement, trigger and points of what is rewarded beside buying.
EVENT_RULES = (
    ("sign-up", "Welcome", "sign_up", 50),
    ("postcard", "Joined with the postcard", "enrol_postcard", 200),
    ("follow", "Follows us", "social_follow", 50),
    ("photo", "Shared a photo", "photo_approved", 150),
    ("newsletter", "Reads our newsletter", "newsletter", 30),
    ("review", "Wrote a review", "review", 40),
)
_SOURCES = (MemberSource.WEB, MemberSource.MOBILE, MemberSource.STORE, MemberSource.POSTCARD)


def load_terms(*, at: datetime) -> None:
    """The programme, its rules and the referral terms, published as of 400 days ago: services look no further back."""
    begin = at - timedelta(days=400)
    Programme.objects.create(
        version=1, state=ProgrammeState.PUBLISHED, goes_live_at=begin, name="Marram Points", currency=CURRENCY,
        members_only=True, pending_days=14, expiry_months=12, burn_points=100, burn_minor=100, burn_minimum=100, burn_step=50,
        burn_max_share_pct=50, note="As we began", created_by="system:demo", created_at=begin,
    )  # fmt: skip
    ReferralProgramme.objects.create(
        version=1, state=ProgrammeState.PUBLISHED, goes_live_at=begin, currency=CURRENCY, member_minor=VOUCHER_MINOR,
        friend_minor=VOUCHER_MINOR, minimum_minor=2_000, note="$15 for both", created_by="system:demo", created_at=begin,
    )  # fmt: skip
    shared = {"version": 1, "state": ProgrammeState.PUBLISHED, "valid_from": begin, "created_by": "system:demo"}
    EarningRule.objects.bulk_create(
        [
            EarningRule(
                key="spend", name="1 point for each dollar", kind=RuleKind.SPEND, points=1, per_minor=100,
                created_at=begin, **shared,
            ),
            EarningRule(
                key="app", name="Half as much again in the app", kind=RuleKind.MULTIPLIER, factor="1.50",
                conditions={"channels": ["mobile"]}, created_at=begin, **shared,
            ),
            EarningRule(
                key="first", name="First order", kind=RuleKind.BONUS, points=100, conditions={"first_order": True},
                created_at=begin, **shared,
            ),
            *(
                EarningRule(
                    key=key, name=name, kind=RuleKind.EVENT, trigger=trigger, points=points, once_per_customer=True,
                    created_at=begin, **shared,
                )
                for key, name, trigger, points in EVENT_RULES
            ),
        ]
    )  # fmt: skip


def load_members(*, people: Sequence[Known], at: datetime) -> list[Known]:
    """Six of ten are members, the heroine and the regulars among them; returns them."""
    chance = random.Random(17)
    known = dict(Customer.objects.values_list("id", "created_at"))
    joining = [person for number, person in enumerate(people) if number < 8 or chance.random() < 0.6]
    Member.objects.bulk_create(
        [
            Member(
                customer_id=person.id,
                referral_code=make_referral_code(chance.choice),
                source=chance.choice(_SOURCES),
                joined_at=known[person.id],
            )
            for person in joining
        ],
        batch_size=1_000,
    )
    return joining


def load_points(*, members: Sequence[Known], by: Context, at: datetime) -> int:
    """What members earned on each day of the year, some of it for deeds; returns how many orders earned."""
    chance = random.Random(19)
    ids = [person.id for person in members]
    by_day: dict[datetime, list[UUID]] = {}
    rows = Order.objects.filter(customer_id__in=ids, confirmed_at__isnull=False, source="demo").order_by("placed_at")
    for order_id, placed_at in rows.values_list("id", "placed_at"):
        by_day.setdefault(placed_at.replace(hour=23, minute=50, second=0), []).append(order_id)
    earned = 0
    for day in sorted(by_day):
        moment = min(day, at)
        earned += accrue_orders(order_ids=by_day[day], by=by, at=moment)
    reverse_orders(
        order_ids=list(rows.filter(lines__returned_quantity__gt=0).values_list("id", flat=True)), by=by, at=at
    )
    for person in chance.sample(list(members), min(len(members), 240)):
        _, name, trigger, points = chance.choice(EVENT_RULES)
        moment = at - timedelta(days=chance.randrange(2, 300))
        grant_points(
            customer_id=person.id, points=points, reason=name, reference=f"demo:{trigger}:{person.id}",
            active_from=moment, expires_at=moment + timedelta(days=365), by=by, at=moment,
        )  # fmt: skip
    for step in (activate_due, expire_due):
        while step(limit=500, by=by, at=at):
            pass
    return earned


def load_referrals(*, members: Sequence[Known], by: Context, at: datetime, count: int = 90) -> None:
    """Friends whose first order carried a member's code: both have a voucher, a few have used it up since."""
    chance = random.Random(23)
    programme = ReferralProgramme.objects.get(version=1)
    rows = list(Member.objects.filter(customer_id__in=[person.id for person in members]).order_by("joined_at"))
    firsts = list(_first_orders())
    for order_id, friend_id, placed_at, email, channel in chance.sample(firsts, min(count, len(firsts))):
        member = chance.choice(rows[: len(rows) // 3] or rows)
        if member.customer_id == friend_id or placed_at < at - timedelta(days=330):
            continue
        use = ReferralUse(
            programme=programme, member=member, code=member.referral_code, order_id=order_id, friend_id=friend_id,
            friend_key=f"email:{email}", channel=channel, state=ReferralState.REWARDED, claimed_at=placed_at,
            rewarded_at=placed_at,
        )  # fmt: skip
        use.save(force_insert=True)
        for side, customer_id in (("member", member.customer_id), ("friend", friend_id)):
            grant_credit(
                customer_id=customer_id, amount_minor=VOUCHER_MINOR, currency=CURRENCY, by=by, at=placed_at,
                reason="A friend you brought" if side == "member" else "Welcome from a friend",
                reference=f"referral:{use.pk}:{side}", expires_at=placed_at + timedelta(days=365),
            )  # fmt: skip


def _first_orders() -> list[tuple[UUID, UUID, datetime, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT DISTINCT ON (o.customer_id) o.id, o.customer_id, o.placed_at, lower(c.email), o.channel
              FROM orders_order o JOIN customers_customer c ON c.id = o.customer_id
             WHERE o.source = 'demo' AND c.email <> '' AND o.confirmed_at IS NOT NULL
             ORDER BY o.customer_id, o.placed_at
        """)
        return cursor.fetchall()
