"""What goes with what somebody bought: in stock, in season, never what they own."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from campaigns.audiences.queries.stock import list_products_in_stock
from campaigns.audiences.queries.targets import list_owned
from catalog.queries.recommending import GOES_WITH, list_related

#: What they bought longest ago says least.
NEWEST_PURCHASES = 20


@dataclass(frozen=True, slots=True)
class Recommendation:
    product_id: UUID
    name: str
    because: str
    kind: str


def list_recommendations(customer_id: UUID, *, limit: int = 12, at: datetime) -> list[Recommendation]:
    """The best first. Four statements."""
    owned = list_owned([customer_id])
    newest = sorted(((own.at, product) for (_, product), own in owned.items() if product), reverse=True)
    related = list_related([product for _, product in newest[:NEWEST_PURCHASES]], kinds=GOES_WITH, day=at.date())
    mine = {product for _, product in owned}
    there = list_products_in_stock({each.product_id for each in related} - mine, at=at)
    found: dict[UUID, Recommendation] = {}
    for each in related:
        if each.product_id in there and each.product_id not in mine:
            found.setdefault(each.product_id, Recommendation(each.product_id, each.name, each.because_name, each.kind))
    return list(found.values())[:limit]
