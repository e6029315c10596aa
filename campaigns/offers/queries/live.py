"""Live offers, kept in the process under the version that every cart is loaded with (`carts.providers.rates`).

That version changes, by trigger, in the transaction that changes an offer: a copy is never behind its cart.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from django.db import connection

from campaigns.offers.rules.gates import LiveOffer
from campaigns.offers.rules.reading import read_definition
from omnichannel.brand.queries import get_brand

logger = logging.getLogger(__name__)

_LOAD = """
SELECT (SELECT version FROM carts_ratetables),
       (SELECT time_zone FROM brand_brandkit LIMIT 1),
       (SELECT json_agg(json_build_array(o.id, v.id, o.key, o.budget_minor, o.currency, o.max_uses, o.per_customer,
                                         v.definition) ORDER BY o.key)::text
          FROM campaign_offers_offer o JOIN campaign_offers_offerversion v ON v.id = o.live_id
         WHERE o.status = 'live')
"""


@dataclass(frozen=True, slots=True)
class LiveOffers:
    """`zone` is the brand's, in which moments are said to customers."""

    offers: tuple[LiveOffer, ...] = ()
    zone: tzinfo = UTC

    def find(self, version_id: UUID) -> LiveOffer | None:
        return next((offer for offer in self.offers if offer.version_id == version_id), None)


_NONE = LiveOffers()
_kept: dict[UUID, LiveOffers] = {}


def find_live_offers(version: UUID | None) -> LiveOffers:
    """The offers under this version: from the process's copy, else in one statement.

    version  what the cart was loaded with. None: nothing was ever changed, so there is no offer either.
    """
    if version is None:
        return _NONE
    found = _kept.get(version)
    return found if found is not None else load_live_offers()


def load_live_offers() -> LiveOffers:
    """The offers as they stand. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_LOAD)
        stands, zone, rows = cursor.fetchone()
    offers = tuple(made for row in (orjson.loads(rows) if rows else ()) if (made := _offer(row)) is not None)
    found = LiveOffers(offers, ZoneInfo(zone) if zone else UTC)
    if stands is not None:
        _kept.clear()
        _kept[stands] = found
    return found


def load_zone() -> tzinfo:
    """The brand's time zone, in which moments are said."""
    return ZoneInfo(get_brand().time_zone)


def _offer(row: list[Any]) -> LiveOffer | None:
    offer_id, version_id, key, budget, currency, max_uses, per_customer, raw = row
    definition, problems = read_definition(raw)
    if definition is None:
        logger.error("offer_unreadable", extra={"offer": key, "problems": problems})
        return None
    return LiveOffer(UUID(offer_id), UUID(version_id), key, definition, budget, currency, max_uses, per_customer)
