"""States of an offer and the ways between them."""

from django.db import models


class OfferStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    LIVE = "live", "Live"
    PAUSED = "paused", "Paused"
    ENDED = "ended", "Ended"


#: Publishing brings an offer to `live` from any state but the last; an ended offer stays as it was.
OFFER_TRANSITIONS: dict[OfferStatus, frozenset[OfferStatus]] = {
    OfferStatus.DRAFT: frozenset({OfferStatus.LIVE, OfferStatus.ENDED}),
    OfferStatus.LIVE: frozenset({OfferStatus.PAUSED, OfferStatus.ENDED}),
    OfferStatus.PAUSED: frozenset({OfferStatus.LIVE, OfferStatus.ENDED}),
    OfferStatus.ENDED: frozenset(),
}
