"""Offers and codes by id."""

from uuid import UUID

from django.db.models import QuerySet

from campaigns.offers.errors import OfferMissing
from campaigns.offers.models import Code, CodeBatch, Offer


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


def list_offer_codes(offer_id: UUID, *, batch_id: UUID | None = None) -> QuerySet[Code]:
    """Raises OfferMissing."""
    get_offer(offer_id)
    rows = Code.objects.filter(offer_id=offer_id)
    return rows.filter(batch_id=batch_id) if batch_id else rows


def list_batches(offer_id: UUID) -> QuerySet[CodeBatch]:
    """Raises OfferMissing."""
    get_offer(offer_id)
    return CodeBatch.objects.filter(offer_id=offer_id)
