"""A customer's codes, as she and those who serve her see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

# What was used or ended long ago is no use to anybody in a wallet.
_CODES = """
SELECT c.id, c.code, c.offer_id, o.key, coalesce(v.definition->>'label', o.name), c.reason, c.created_at,
       least(c.expires_at, v.ends_at),
       CASE WHEN c.revoked_at IS NOT NULL THEN 'revoked'
            WHEN c.max_uses IS NOT NULL AND c.uses >= c.max_uses THEN 'used'
            WHEN least(c.expires_at, v.ends_at) <= %(at)s THEN 'expired'
            WHEN o.status <> 'live' THEN 'paused'
            ELSE 'open' END,
       (SELECT json_agg(json_build_object('product_id', p.id, 'slug', p.slug, 'name', p.name))::text
          FROM catalog_product p
         WHERE p.id = ANY(c.product_ids)
            OR p.id IN (SELECT product_id FROM catalog_variant WHERE id = ANY(c.variant_ids)))
  FROM campaign_offers_code c
  JOIN campaign_offers_offer o ON o.id = c.offer_id
  LEFT JOIN campaign_offers_offerversion v ON v.id = o.live_id
 WHERE c.customer_id = %(customer)s
 ORDER BY c.id DESC
 LIMIT 100
"""
_ORDER = {"open": 0, "paused": 1, "used": 2, "expired": 3, "revoked": 4}


@dataclass(frozen=True, slots=True)
class WalletCode:
    """state  open, paused, used, expired or revoked. `items`: product_id, slug and name of what it is for; none: all."""

    id: int
    code: str
    offer_id: UUID
    offer_key: str
    label: str
    reason: str
    issued_at: datetime
    expires_at: datetime | None
    state: str
    items: Sequence[dict[str, Any]]


def list_codes(customer_id: UUID, at: datetime) -> list[WalletCode]:
    """The hundred newest codes made for this customer, those that open something first. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_CODES, {"customer": customer_id, "at": at})
        rows = cursor.fetchall()
    codes = [
        WalletCode(code_id, code, offer, key, label, reason, issued, ends, state, orjson.loads(items) if items else [])
        for code_id, code, offer, key, label, reason, issued, ends, state, items in rows
    ]
    return sorted(codes, key=lambda code: (_ORDER[code.state], -code.id))
