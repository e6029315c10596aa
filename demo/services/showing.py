"""What the show page starts with: trackers, the heroine's points, voucher, code and messages."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from campaigns.messages.services.proposing import Candidate, propose
from campaigns.offers.services.codes import issue_code
from customers.services.sources import create_source
from demo.trackers import TRACKERS
from loyalty.services.posting import grant_credit, grant_points
from omnichannel.kernel.context import Context

YEAR = timedelta(days=365)
#: Reason, points, days until they may be used, days until they lapse.
_POINTS = (
    ("Orders of last summer", 340, 0, 25),
    ("Orders since", 900, 0, 290),
    ("Linen wrap dress, usable once it can no longer come back", 128, 9, 374),
)


def load_trackers(*, by: Context, at: datetime) -> None:
    for name, channel, key in TRACKERS.values():
        create_source(name=name, channel=channel, key=key, by=by, at=at)


def load_heroine(*, customer_id: UUID, by: Context, at: datetime) -> None:
    """Points of which some lapse soon and some wait, a voucher, a code of her own, a message, something to tell her."""
    for number, (reason, points, wait, lapse) in enumerate(_POINTS):
        grant_points(
            customer_id=customer_id, points=points, reason=reason, reference=f"demo:heroine:{number}",
            active_from=at + timedelta(days=wait), expires_at=at + timedelta(days=lapse), by=by, at=at,
        )  # fmt: skip
    grant_credit(
        customer_id=customer_id, amount_minor=1_500, currency="USD", reason="A friend you brought",
        reference="demo:heroine:voucher", expires_at=at + YEAR, by=by, at=at,
    )  # fmt: skip
    issue_code(
        offer_key="newsletter-10", customer_id=customer_id, expires_at=at + timedelta(days=30),
        issue_key="demo:heroine:newsletter", reason="For reading our newsletter", by=by, at=at,
    )  # fmt: skip
    told: dict[str, Any] = {"template_key": "points_statement", "customer_id": customer_id, "source": "demo"}
    propose(
        candidates=[
            Candidate(**told, dedup_key="demo:heroine:inbox", channels=("inbox",)),
            Candidate(**told, dedup_key="demo:heroine:tablet", channels=("tablet",)),
        ],
        at=at,
    )
