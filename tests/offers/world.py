"""The valid minimum for offers: published ones by a line of code, codes that open them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from campaigns.offers.models import Code, Offer
from campaigns.offers.services.codes import create_shared_code
from campaigns.offers.services.publishing import Limits, ensure_offer
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import Context

STAFF = Context(actor="staff:1")


def percent(value: str) -> dict[str, Any]:
    return {"kind": "percent", "percent": value}


def amount(minor: int) -> dict[str, Any]:
    return {"kind": "amount", "amount": {"USD": minor}}


def publish(key: str, benefit: Mapping[str, Any], limits: Limits | None = None, **definition: Any) -> Offer:
    """A live offer. `definition` as in JSON: scope, condition, by_code, group, priority, starts_at, ends_at."""
    described = {"label": definition.pop("label", key), "benefit": dict(benefit), **definition}
    return ensure_offer(key=key, name=key, definition=described, limits=limits, by=STAFF, at=now())


def shared_code(offer: Offer, code: str, max_uses: int | None = None, expires_at: datetime | None = None) -> Code:
    return create_shared_code(
        offer_id=offer.pk, code=code, max_uses=max_uses, expires_at=expires_at, by=STAFF, at=now()
    )
