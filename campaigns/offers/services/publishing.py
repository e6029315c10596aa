"""Writing offers: a draft in words that are judged as they are typed, versions that are published, and their end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max, QuerySet

from campaigns.offers.errors import (
    LimitBelowUse,
    OfferEnded,
    OfferInvalid,
    OfferKeyTaken,
    OfferMissing,
    OfferStepUnknown,
)
from campaigns.offers.facts import OfferPublished
from campaigns.offers.models import Offer, OfferVersion
from campaigns.offers.queries.naming import say
from campaigns.offers.rules.definition import Definition
from campaigns.offers.rules.reading import read_definition
from campaigns.offers.rules.ready_made import READY_MADE
from campaigns.offers.states import OFFER_TRANSITIONS, OfferStatus
from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from omnichannel.rest.etags import require_version

# Uses are counted only under a limit: when one is set, what was used before is counted first.
_RECOUNT_OFFER = """
UPDATE campaign_offers_offer o
   SET used_minor = coalesce((SELECT sum(r.amount_minor - r.rolled_minor) FROM campaign_offers_redemption r
                               WHERE r.offer_id = o.id AND r.currency = o.currency AND r.released_at IS NULL), 0),
       uses = (SELECT count(*) FROM campaign_offers_redemption r WHERE r.offer_id = o.id AND r.released_at IS NULL)
 WHERE o.id = %(offer)s
RETURNING used_minor, uses
"""
_RECOUNT_PERSONS = """
INSERT INTO campaign_offers_personuse (offer_id, person, uses)
SELECT offer_id, person, count(*) FROM campaign_offers_redemption
 WHERE offer_id = %(offer)s AND person <> '' AND released_at IS NULL
 GROUP BY offer_id, person
ON CONFLICT (offer_id, person) DO UPDATE SET uses = EXCLUDED.uses
"""


@dataclass(frozen=True, slots=True)
class Limits:
    """None: no limit. `budget_minor` in `currency`."""

    budget_minor: int | None = None
    currency: str = "USD"
    max_uses: int | None = None
    per_customer: int | None = None


def create_offer(
    *, key: str, name: str, definition: Mapping[str, Any], limits: Limits, by: Context, at: datetime
) -> Offer:
    """Begin an offer as a draft. Raises OfferKeyTaken."""
    with transaction.atomic():
        if Offer.objects.filter(key=key).exists():
            raise OfferKeyTaken(pointer="/key")
        return Offer.objects.create(
            key=key,
            name=name,
            draft=dict(definition),
            budget_minor=limits.budget_minor,
            currency=limits.currency,
            max_uses=limits.max_uses,
            per_customer=limits.per_customer,
            created_by=by.actor[:80],
            created_at=at,
            updated_at=at,
        )


def change_offer(
    *,
    offer_id: UUID,
    name: str | None = None,
    definition: Mapping[str, Any] | None = None,
    limits: Limits | None = None,
    at: datetime,
    expected_version: int | None = None,
) -> Offer:
    """Change name and draft, which count when published, and limits, which count at once.

    Locks   the offer.
    Raises  OfferMissing, OfferEnded, LimitBelowUse, Stale.
    """
    with transaction.atomic():
        offer = _lock(offer_id)
        require_version(expected_version, offer.version)
        if offer.status == OfferStatus.ENDED:
            raise OfferEnded()
        if name is not None:
            offer.name = name
        if definition is not None:
            offer.draft = dict(definition)
        if limits is not None:
            _set_limits(offer, limits)
        return _save(offer, at=at)


def publish_offer(*, offer_id: UUID, by: Context, at: datetime, expected_version: int | None = None) -> Offer:
    """Make the draft the version that counts, from this moment on. Publishing an unchanged draft resumes it.

    Locks   the offer.
    Emits   OfferPublished.
    Raises  OfferMissing, OfferInvalid with what is wrong part by part, OfferEnded, Stale.
    """
    with transaction.atomic():
        offer = _lock(offer_id)
        require_version(expected_version, offer.version)
        if offer.status == OfferStatus.ENDED:
            raise OfferEnded()
        definition, problems = read_definition(offer.draft)
        if definition is None:
            raise OfferInvalid(problems=problems)
        if offer.live is None or offer.live.definition != offer.draft:
            offer.live = _write_version(offer, definition, by=by, at=at)
        offer.status = OfferStatus.LIVE
        _save(offer, at=at)
        _tell(offer, by=by, at=at)
        return offer


def set_offer_status(
    *, offer_id: UUID, status: OfferStatus, by: Context, at: datetime, expected_version: int | None = None
) -> Offer:
    """Pause, resume or end an offer. What it has taken off orders stays; ended is for good.

    Locks   the offer.
    Emits   OfferPublished.
    Raises  OfferMissing, OfferStepUnknown, Stale.
    """
    with transaction.atomic():
        offer = _lock(offer_id)
        require_version(expected_version, offer.version)
        if status not in OFFER_TRANSITIONS[OfferStatus(offer.status)] or (
            status == OfferStatus.LIVE and offer.live is None
        ):
            raise OfferStepUnknown(status=offer.status)
        offer.status = status
        _save(offer, at=at)
        _tell(offer, by=by, at=at)
        return offer


def ensure_offer(
    *, key: str, name: str, definition: Mapping[str, Any], limits: Limits | None = None, by: Context, at: datetime
) -> Offer:
    """The live offer of this key as described: created, changed or resumed where it is not. For code and demos.

    Raises  OfferInvalid, OfferEnded.
    """
    with transaction.atomic():
        offer = Offer.objects.filter(key=key).first()
        if offer is None:
            offer = create_offer(key=key, name=name, definition=definition, limits=limits or Limits(), by=by, at=at)
        elif offer.name != name or offer.draft != dict(definition) or limits is not None:
            offer = change_offer(offer_id=offer.pk, name=name, definition=definition, limits=limits, at=at)
        elif offer.status == OfferStatus.LIVE:
            return offer
        return publish_offer(offer_id=offer.pk, by=by, at=at)


def ensure_ready_made(*, key: str, by: Context, at: datetime) -> Offer:
    """One of `READY_MADE`, live: `newsletter-10`, `item-off-48h`, `postcard-15` and others. KeyError for no such one.

    One that stands already is left as marketers made it.
    """
    made = READY_MADE[key]
    return Offer.objects.filter(key=key, status=OfferStatus.LIVE).first() or ensure_offer(
        key=key, name=made.name, definition=made.definition, limits=Limits(per_customer=made.per_customer), by=by, at=at
    )


def _lock(offer_id: UUID) -> Offer:
    rows: QuerySet[Offer] = Offer.objects.select_related("live").filter(pk=offer_id)
    offer = rows.select_for_update(no_key=True, of=("self",)).first()
    if offer is None:
        raise OfferMissing()
    return offer


def _set_limits(offer: Offer, limits: Limits) -> None:
    had_limit = offer.budget_minor is not None or offer.max_uses is not None
    had_persons = offer.per_customer is not None
    new_currency = limits.currency != offer.currency
    offer.budget_minor, offer.currency = limits.budget_minor, limits.currency
    offer.max_uses, offer.per_customer = limits.max_uses, limits.per_customer
    has_limit = limits.budget_minor is not None or limits.max_uses is not None
    with connection.cursor() as cursor:
        if has_limit and (not had_limit or new_currency):
            Offer.objects.filter(pk=offer.pk).update(budget_minor=None, max_uses=None, currency=limits.currency)
            cursor.execute(_RECOUNT_OFFER, {"offer": offer.pk})
            offer.used_minor, offer.uses = cursor.fetchone()
        if limits.per_customer is not None and not had_persons:
            cursor.execute(_RECOUNT_PERSONS, {"offer": offer.pk})
    if limits.budget_minor is not None and offer.used_minor > limits.budget_minor:
        raise LimitBelowUse(pointer="/budget", used_minor=offer.used_minor)
    if limits.max_uses is not None and offer.uses > limits.max_uses:
        raise LimitBelowUse(pointer="/max_uses", uses=offer.uses)


def _write_version(offer: Offer, definition: Definition, *, by: Context, at: datetime) -> OfferVersion:
    last = offer.versions.aggregate(last=Max("number"))["last"] or 0
    return OfferVersion.objects.create(
        offer=offer,
        number=last + 1,
        definition=offer.draft,
        sentence=say(definition)[:1000],
        starts_at=definition.starts_at,
        ends_at=definition.ends_at,
        published_by=by.actor[:80],
        published_at=at,
    )


def _save(offer: Offer, *, at: datetime) -> Offer:
    offer.version += 1
    offer.updated_at = at
    # Never the counters: claims move them without this lock being theirs to wait for.
    offer.save(
        update_fields=[
            "name", "status", "draft", "live", "budget_minor", "currency", "max_uses", "per_customer", "version", "updated_at",
        ]
    )  # fmt: skip
    return offer


def _tell(offer: Offer, *, by: Context, at: datetime) -> None:
    live = offer.live
    record(
        OfferPublished(
            offer_id=offer.pk,
            key=offer.key,
            name=offer.name,
            status=offer.status,
            version=live.number if live else 0,
            sentence=live.sentence if live else "",
        ),
        by=by,
        at=at,
    )
