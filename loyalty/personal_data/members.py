"""What membership and referrals hold of a person."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField, Q
from django.db.models.functions import Cast

from loyalty.models import EventReward, Member, MemberMove, ReferralUse
from loyalty.states.members import REFERRAL_HOLDS
from omnichannel.kernel.personal_data import MoveReport


class MemberRecords:
    """Membership, codes used and given, rewards for things done."""

    def export(self, *, customer_id: UUID) -> Mapping[str, Any]:
        member = Member.objects.filter(customer_id=customer_id).first()
        uses = ReferralUse.objects.filter(Q(member__customer_id=customer_id) | Q(friend_id=customer_id)).order_by("pk")
        return {
            "membership": {
                "referral_code": member.referral_code,
                "source": member.source,
                "joined_at": member.joined_at.isoformat(),
            }
            if member is not None
            else None,
            # Who the other side was is theirs to tell.
            "referrals": [
                {
                    "code": use.code,
                    "side": "friend" if use.friend_id == customer_id else "member",
                    "state": use.state,
                    "claimed_at": use.claimed_at.isoformat(),
                }
                for use in uses
            ],
            "rewards": [
                {"trigger": row.trigger, "reference": row.reference, "points": row.points, "at": row.at.isoformat()}
                for row in EventReward.objects.filter(customer_id=customer_id).order_by("pk")
            ],
        }

    def erase(self, *, customer_id: UUID, at: datetime) -> None:
        """What names the person goes; that a friend was rewarded stays in the books."""
        ReferralUse.objects.filter(friend_id=customer_id).update(friend_key=f"customer:{customer_id}")
        EventReward.objects.filter(customer_id=customer_id).update(reference=Cast("id", CharField()))

    def move(self, *, from_id: UUID, to_id: UUID, merge_id: UUID) -> MoveReport:
        """A second membership stays with the old record: its code goes on working, and leads to the new one."""
        members = []
        if not Member.objects.filter(customer_id=to_id).exists():
            members = list(Member.objects.filter(customer_id=from_id).values_list("pk", flat=True))
        holds = Q(friend_id=to_id, state__in=REFERRAL_HOLDS)
        uses = []
        if not ReferralUse.objects.filter(holds).exists():
            uses = list(ReferralUse.objects.filter(friend_id=from_id).values_list("pk", flat=True))
        given = {(row.trigger, row.reference) for row in EventReward.objects.filter(customer_id=to_id)}
        once = {trigger for trigger, _ in given}
        rewards = [
            row.pk
            for row in EventReward.objects.filter(customer_id=from_id)
            if (row.trigger, row.reference) not in given and not (row.once and row.trigger in once)
        ]
        for kind, ids in (("member", members), ("referral", uses), ("reward", rewards)):
            MemberMove.objects.bulk_create(
                [MemberMove(merge_id=merge_id, kind=kind, row_id=row_id, from_customer_id=from_id) for row_id in ids],
                ignore_conflicts=True,
            )
        Member.objects.filter(pk__in=members).update(customer_id=to_id)
        ReferralUse.objects.filter(pk__in=uses).update(friend_id=to_id)
        EventReward.objects.filter(pk__in=rewards).update(customer_id=to_id)
        return MoveReport(moved={"memberships": len(members), "referrals": len(uses), "rewards": len(rewards)})

    def restore(self, *, merge_id: UUID) -> MoveReport:
        moved: dict[str, int] = {}
        for kind, name in (("member", "memberships"), ("referral", "referrals"), ("reward", "rewards")):
            rows = list(MemberMove.objects.filter(merge_id=merge_id, kind=kind))
            ids = [row.row_id for row in rows]
            owner = rows[0].from_customer_id if rows else None
            if kind == "member":
                moved[name] = Member.objects.filter(pk__in=ids).update(customer_id=owner) if ids else 0
            elif kind == "referral":
                moved[name] = ReferralUse.objects.filter(pk__in=ids).update(friend_id=owner) if ids else 0
            else:
                moved[name] = EventReward.objects.filter(pk__in=ids).update(customer_id=owner) if ids else 0
        MemberMove.objects.filter(merge_id=merge_id).delete()
        return MoveReport(moved=moved)
