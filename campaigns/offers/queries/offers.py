"""Offers and codes by id."""

from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, JSONObject

from campaigns.offers.errors import OfferMissing
from campaigns.offers.models import Code, CodeBatch, Offer, Redemption


def get_offer(offer_id: UUID) -> Offer:
    """Raises OfferMissing."""
    offer = Offer.objects.select_related("live").filter(pk=offer_id).first()
    if offer is None:
        raise OfferMissing()
    return offer


def list_offers(*, status: str = "", key: str = "") -> QuerySet[Offer]:
    rows = Offer.objects.select_related("live")
    if status:
        rows = rows.filter(status=status)
    return rows.filter(key=key) if key else rows


def with_uses(rows: QuerySet[Offer]) -> QuerySet[Offer]:
    """With `times`, the orders it holds something off, and `given`, what that comes to now by currency."""
    living = Redemption.objects.filter(offer=OuterRef("pk"), released_at=None).order_by()
    times = living.values("offer").annotate(n=Count("pk")).values("n")
    given = (
        living.values("currency")
        .annotate(minor=Sum("amount_minor") - Sum("rolled_minor"))
        .values(each=JSONObject(currency="currency", minor="minor"))
    )
    return rows.annotate(times=Coalesce(Subquery(times), 0), given=ArraySubquery(given))


def list_offer_codes(offer_id: UUID, *, batch_id: UUID | None = None) -> QuerySet[Code]:
    """Raises OfferMissing."""
    get_offer(offer_id)
    rows = Code.objects.filter(offer_id=offer_id)
    return rows.filter(batch_id=batch_id) if batch_id else rows


def list_batches(offer_id: UUID) -> QuerySet[CodeBatch]:
    """Raises OfferMissing."""
    get_offer(offer_id)
    return CodeBatch.objects.filter(offer_id=offer_id)
