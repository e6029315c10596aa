"""What this app holds of a person: the codes they were given and what offers took off their orders."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F

from campaigns.offers.models import Code, PersonUse, Redemption
from omnichannel.kernel.personal_data import MoveReport

# How often a person has each limited offer in use is what their living redemptions say.
_RECOUNT = """
INSERT INTO campaign_offers_personuse (offer_id, person, uses)
SELECT r.offer_id, r.person, count(*) FILTER (WHERE r.released_at IS NULL)
  FROM campaign_offers_redemption r JOIN campaign_offers_offer o ON o.id = r.offer_id AND o.per_customer IS NOT NULL
 WHERE r.person = ANY(%(persons)s)
 GROUP BY r.offer_id, r.person
ON CONFLICT (offer_id, person) DO UPDATE SET uses = EXCLUDED.uses
"""


class OfferRecords:
    def export(self, *, customer_id: UUID) -> Mapping[str, Any]:
        codes = Code.objects.filter(customer_id=customer_id).select_related("offer").order_by("id")
        redemptions = Redemption.objects.filter(customer_id=customer_id).select_related("offer", "order").order_by("id")
        return {
            "codes": [
                {
                    "code": code.code, "offer": code.offer.name, "reason": code.reason, "uses": code.uses,
                    "issued_at": code.created_at.isoformat(),
                    "expires_at": code.expires_at.isoformat() if code.expires_at else None,
                }
                for code in codes
            ],
            "offers_used": [
                {
                    "offer": row.offer.name, "order": row.order.number, "amount_minor": row.amount_minor,
                    "currency": row.currency, "at": row.redeemed_at.isoformat(),
                }
                for row in redemptions
            ],
        }  # fmt: skip

    def erase(self, *, customer_id: UUID, at: datetime) -> None:
        """Codes open nothing more and forget whose they were; uses stay with the order, without the person."""
        Code.objects.filter(customer_id=customer_id, revoked_at=None).update(revoked_at=at)
        Code.objects.filter(customer_id=customer_id).update(customer=None, reason="")
        Redemption.objects.filter(customer_id=customer_id).update(customer=None, person="")
        PersonUse.objects.filter(person=f"c:{customer_id}").delete()

    def move(self, *, from_id: UUID, to_id: UUID, merge_id: UUID) -> MoveReport:
        codes = Code.objects.filter(customer_id=from_id).update(
            customer_id=to_id, moved_from=from_id, moved_in_merge=merge_id
        )
        uses = Redemption.objects.filter(customer_id=from_id).update(
            customer_id=to_id, person=f"c:{to_id}", moved_from=from_id, moved_in_merge=merge_id
        )
        _recount(from_id, to_id)
        return MoveReport(moved={"codes": codes, "offers_used": uses})

    def restore(self, *, merge_id: UUID) -> MoveReport:
        moved = list(Redemption.objects.filter(moved_in_merge=merge_id).order_by("id"))
        persons = {owner for row in moved for owner in (row.customer_id, row.moved_from) if owner}
        codes = Code.objects.filter(moved_in_merge=merge_id).update(
            customer_id=F("moved_from"), moved_from=None, moved_in_merge=None
        )
        for row in moved:
            row.customer_id, row.person = row.moved_from, f"c:{row.moved_from}"
            row.moved_from = row.moved_in_merge = None
        Redemption.objects.bulk_update(moved, ["customer", "person", "moved_from", "moved_in_merge"], batch_size=500)
        _recount(*persons)
        return MoveReport(moved={"codes": codes, "offers_used": len(moved)})


def _recount(*customers: UUID) -> None:
    persons = [f"c:{customer_id}" for customer_id in customers]
    PersonUse.objects.filter(person__in=persons).update(uses=0)
    with connection.cursor() as cursor:
        cursor.execute(_RECOUNT, {"persons": persons})
