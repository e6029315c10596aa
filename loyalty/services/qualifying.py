"""From a claimed code to two vouchers, and back when a return undoes it. Each step once, whatever is delivered twice."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from loyalty.errors.members import ReferralMissing, ReferralNotInReview
from loyalty.facts.members import (
    ReferralClaimed,
    ReferralClawedBack,
    ReferralFlagged,
    ReferralRefused,
    ReferralRewarded,
)
from loyalty.models import ReferralUse
from loyalty.queries.qualifying import FriendsOrder, find_friends_order, find_history, list_due
from loyalty.queries.referrals import find_traces
from loyalty.rules.sameness import FirstOrder, Judgement, is_enough, judge_first_order
from loyalty.services.ledger import lock_accounts
from loyalty.services.posting import claw_back, grant_credit
from loyalty.states.members import REFERRAL_MOVES, ReferralQualifies, ReferralState
from omnichannel.events.facts import Fact
from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from omnichannel.kernel.locks import lock_rows
from orders.models import Order
from orders.services.attaching import adopt_guest_order

_REASONS = {
    "friend": "Welcome: you came with a friend’s code",
    "member": "Your friend made a first order with your code",
}
_UNDONE = "The order it was given for came back"


def settle_order(*, order_id: UUID, by: Context, at: datetime) -> None:
    """The friend's order is paid: judge it, and reward, wait, send to review or refuse.

    Locks   the use, then the accounts of both.
    Emits   ReferralClaimed; ReferralRewarded for each side, ReferralFlagged or ReferralRefused.
    """
    if not ReferralUse.objects.filter(order_id=order_id, state=ReferralState.CLAIMED).exists():
        return
    adopt_guest_order(order_id=order_id, by=by, at=at)
    with transaction.atomic():
        use = _lock(order_id=order_id)
        if use is None or use.state != ReferralState.CLAIMED:
            return
        order = find_friends_order(order_id)
        owner = _owner(use)
        claimed = ReferralClaimed(
            referral_id=use.pk,
            customer_id=order.customer_id,
            order_id=order_id,
            code=use.code,
            member_customer_id=owner,
        )
        record(claimed, by=by, at=at)
        judgement = _judge(use, order, owner)
        if judgement.refused:
            _refuse(use, judgement.refused, by=by, at=at)
            return
        use.friend_id = order.customer_id
        use.save(update_fields=["friend"])
        if judgement.flagged:
            _move(use, ReferralState.FLAGGED, reasons=judgement.flagged)
            record(
                ReferralFlagged(
                    referral_id=use.pk, customer_id=owner, order_id=order_id, code=use.code, reasons=judgement.flagged
                ),
                by=by,
                at=at,
            )
        else:
            _reward_or_wait(use, order, by=by, at=at)


def settle_orders(*, order_ids: Sequence[UUID], by: Context, at: datetime) -> None:
    """`settle_order` for each. Everybody's accounts are locked first and at once: a batch of accruals does so too.

    Locks   the orders of guests, the uses, then the accounts of all parties.
    """
    claimed = ReferralUse.objects.filter(order_id__in=order_ids, state=ReferralState.CLAIMED)
    wanted = sorted(claimed.values_list("order_id", flat=True))
    with transaction.atomic():
        for order_id in wanted:
            adopt_guest_order(order_id=order_id, by=by, at=at)
        _lock_parties(wanted)
        for order_id in wanted:
            settle_order(order_id=order_id, by=by, at=at)


def undo_orders(*, order_ids: Sequence[UUID], by: Context, at: datetime) -> None:
    """`undo_order` for each, with everybody's accounts locked first and at once.

    Locks   the uses, then the accounts of all parties.
    """
    with transaction.atomic():
        _lock_parties(order_ids)
        for order_id in sorted(order_ids):
            undo_order(order_id=order_id, by=by, at=at)


def _lock_parties(order_ids: Sequence[UUID]) -> None:
    uses = list(lock_rows(ReferralUse.objects.select_related("member__customer").filter(order_id__in=order_ids)))
    friends = Order.objects.filter(pk__in=[use.order_id for use in uses]).values_list("customer_id", flat=True)
    parties = {*map(_owner, uses), *friends, *(use.friend_id for use in uses)}
    lock_accounts(party for party in parties if party is not None)


def qualify_due(*, by: Context, at: datetime, limit: int = 500) -> int:
    """Reward those whose return window has passed. Flagged ones are not among them: they wait for a person."""
    done = 0
    for use_id in list_due(at=at, limit=limit):
        with transaction.atomic():
            use = _lock(pk=use_id, skip_locked=True)
            if use is None or use.state != ReferralState.WAITING:
                continue
            order = find_friends_order(use.order_id)
            if is_enough(order.worth_minor, use.programme.minimum_minor) and not order.is_cancelled:
                _reward(use, by=by, at=at)
                done += 1
            else:
                _refuse(use, ["returned"], by=by, at=at)
    return done


def approve_referral(*, referral_id: UUID, note: str, by: Context, at: datetime) -> ReferralUse:
    """A person looked and lets it count: both vouchers, at once or when the return window has passed.

    Locks   the use, then the accounts of both.
    Emits   ReferralRewarded for each side, unless it still waits.
    Raises  ReferralMissing, ReferralNotInReview.
    """
    with transaction.atomic():
        use = _lock_flagged(referral_id)
        use.decided_at, use.decided_by, use.decision = at, by.actor[:80], note[:300]
        use.save(update_fields=["decided_at", "decided_by", "decision"])
        _reward_or_wait(use, find_friends_order(use.order_id), by=by, at=at)
        return use


def refuse_referral(*, referral_id: UUID, note: str, by: Context, at: datetime) -> ReferralUse:
    """A person looked and lets it earn nothing.

    Emits   ReferralRefused.
    Raises  ReferralMissing, ReferralNotInReview.
    """
    with transaction.atomic():
        use = _lock_flagged(referral_id)
        use.decided_by, use.decision = by.actor[:80], note[:300]
        _refuse(use, [*use.reasons, "declined"], by=by, at=at)
        return use


def undo_order(*, order_id: UUID, by: Context, at: datetime) -> None:
    """Goods of the friend's order came back or were cancelled. When too little is kept, nothing was earned:

    what was not given yet is refused, what was given is taken back from both by the terms' policy.

    Locks   the use, then the accounts of both.
    Emits   ReferralRefused, or ReferralClawedBack for each side.
    """
    with transaction.atomic():
        use = _lock(order_id=order_id)
        if use is None or use.state not in (ReferralState.WAITING, ReferralState.FLAGGED, ReferralState.REWARDED):
            return
        order = find_friends_order(order_id)
        if is_enough(order.worth_minor, use.programme.minimum_minor) and not order.is_cancelled:
            return
        if use.state != ReferralState.REWARDED:
            _refuse(use, [*use.reasons, "returned"], by=by, at=at)
            return
        _take_back(use, by=by, at=at)


def _judge(use: ReferralUse, order: FriendsOrder, owner: UUID) -> Judgement:
    """Asked with the friend known for certain: what a stranger typed into a cart was only believed."""
    if order.customer_id is None:
        return Judgement(refused=["nobody"])
    history = find_history(use, order)
    return judge_first_order(
        FirstOrder(
            worth_minor=order.worth_minor,
            is_own=order.customer_id == owner,
            bought_before=history.bought_before,
            used_before=history.used_before,
            invited_the_member=history.invited_the_member,
        ),
        minimum_minor=use.programme.minimum_minor,
        member=find_traces(owner),
        friend=find_traces(order.customer_id, email=order.email, phone=order.phone),
        recent=history.recent,
        among_friends=history.among_friends,
        velocity_limit=use.programme.velocity_limit,
    )


def _reward_or_wait(use: ReferralUse, order: FriendsOrder, *, by: Context, at: datetime) -> None:
    terms = use.programme
    if terms.qualifies == ReferralQualifies.AFTER_DAYS:
        due = order.confirmed_at + timedelta(days=terms.qualify_days)
        if due > at:
            use.qualifies_at = due
            use.save(update_fields=["qualifies_at"])
            _move(use, ReferralState.WAITING)
            return
    _reward(use, by=by, at=at)


def _reward(use: ReferralUse, *, by: Context, at: datetime) -> None:
    terms = use.programme
    use.rewarded_at = at
    use.save(update_fields=["rewarded_at"])
    _move(use, ReferralState.REWARDED)
    facts: list[Fact] = []
    # Accounts are locked in the order of their owners, so that two friends of each other never wait in a ring.
    for customer_id, side in sorted(_parties(use)):
        amount = terms.friend_minor if side == "friend" else terms.member_minor
        if amount == 0:
            continue
        grant_credit(
            customer_id=customer_id,
            amount_minor=amount,
            currency=terms.currency,
            reason=_REASONS[side],
            reference=_reference(use, side),
            expires_at=at + timedelta(days=terms.voucher_days),
            by=by,
            at=at,
        )
        facts.append(
            ReferralRewarded(
                referral_id=use.pk,
                customer_id=customer_id,
                order_id=use.order_id,
                code=use.code,
                side=side,
                amount_minor=amount,
                currency=terms.currency,
                reason=_REASONS[side],
            )
        )
    record(*facts, by=by, at=at)


def _take_back(use: ReferralUse, *, by: Context, at: datetime) -> None:
    terms = use.programme
    _move(use, ReferralState.CLAWED_BACK)
    facts: list[Fact] = []
    for customer_id, side in sorted(_parties(use)):
        if (terms.friend_minor if side == "friend" else terms.member_minor) == 0:
            continue
        back = claw_back(reference=_reference(use, side), reason=_UNDONE, policy=terms.clawback, by=by, at=at)
        use.taken_back[side] = {"taken_minor": back.taken, "debt_minor": back.debt}
        facts.append(
            ReferralClawedBack(
                referral_id=use.pk,
                customer_id=customer_id,
                order_id=use.order_id,
                code=use.code,
                side=side,
                taken_minor=back.taken,
                debt_minor=back.debt,
                currency=terms.currency,
                reason=_UNDONE,
            )
        )
    use.clawed_back_at = at
    use.save(update_fields=["clawed_back_at", "taken_back"])
    record(*facts, by=by, at=at)


def _refuse(use: ReferralUse, reasons: Sequence[str], *, by: Context, at: datetime) -> None:
    use.decided_at = at
    use.save(update_fields=["decided_at", "decided_by", "decision"])
    _move(use, ReferralState.REFUSED, reasons=reasons)
    record(
        ReferralRefused(
            referral_id=use.pk, customer_id=_owner(use), order_id=use.order_id, code=use.code, reasons=list(reasons)
        ),
        by=by,
        at=at,
    )


def _move(use: ReferralUse, to: ReferralState, *, reasons: Sequence[str] | None = None) -> None:
    """The one place where a use changes its state; the use is locked."""
    assert to in REFERRAL_MOVES[use.state], f"{use.state} → {to}"
    use.state = to
    if reasons is not None:
        use.reasons = list(dict.fromkeys(reasons))
    use.save(update_fields=["state", "reasons"])


def _lock(*, skip_locked: bool = False, **which: UUID) -> ReferralUse | None:
    rows = ReferralUse.objects.select_related("programme", "member__customer").filter(**which)
    if skip_locked:
        return rows.select_for_update(no_key=True, of=("self",), skip_locked=True).first()
    return lock_rows(rows).first()


def _lock_flagged(referral_id: UUID) -> ReferralUse:
    use = _lock(pk=referral_id)
    if use is None:
        raise ReferralMissing()
    if use.state != ReferralState.FLAGGED:
        raise ReferralNotInReview(state=use.state)
    return use


def _owner(use: ReferralUse) -> UUID:
    customer = use.member.customer
    return customer.merged_into_id or customer.pk


def _parties(use: ReferralUse) -> list[tuple[UUID, str]]:
    assert use.friend_id is not None
    return [(use.friend_id, "friend"), (_owner(use), "member")]


def _reference(use: ReferralUse, side: str) -> str:
    return f"referral:{use.pk}:{side}"
