"""Codes for people: given once for each reason, told to the timeline, taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from django.db import connection, transaction

from campaigns.offers.errors import CodeGone, CodeTaken, CodeUnreadable, OfferMissing, OfferNotLive
from campaigns.offers.facts import CodeIssued
from campaigns.offers.models import Code, Offer
from campaigns.offers.queries.spelling import CODE_LENGTH, grouped, lookup_of, spelled
from campaigns.offers.states import OfferStatus
from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from omnichannel.kernel.ids import readable_code

# A second issue under the same key inserts nothing, and neither does a code that exists already.
_ISSUE = """
INSERT INTO campaign_offers_code (
    code, lookup, offer_id, customer_id, product_ids, variant_ids, expires_at, max_uses, uses, issue_key, reason,
    created_by, created_at)
SELECT g.code, g.lookup, %(offer)s, g.customer_id, g.product_ids, g.variant_ids, %(expires_at)s, 1, 0, g.issue_key,
       %(reason)s, %(by)s, %(at)s
  FROM json_to_recordset(%(rows)s::json)
    AS g(code text, lookup text, customer_id uuid, product_ids uuid[], variant_ids uuid[], issue_key text)
 ORDER BY g.issue_key
ON CONFLICT DO NOTHING
RETURNING id, issue_key, customer_id
"""


@dataclass(frozen=True, slots=True)
class CodeWish:
    """A code to be issued. `issue_key` names the occasion: the same one never gives a second code.

    product_ids, variant_ids  the goods it is for; empty for all that the offer covers.
    """

    issue_key: str
    customer_id: UUID | None
    product_ids: tuple[UUID, ...] = ()
    variant_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class IssuedCode:
    code: str
    expires_at: datetime | None
    label: str


def issue_code(
    *,
    offer_key: str,
    customer_id: UUID | None,
    product_ids: Sequence[UUID] = (),
    variant_ids: Sequence[UUID] = (),
    expires_at: datetime | None,
    issue_key: str,
    reason: str,
    by: Context,
    at: datetime,
) -> IssuedCode:
    """Give a person a single-use code of their own. The same `issue_key` answers with the code it gave before.

    expires_at  the moment from which it opens nothing; None for the end of the offer.
    Emits   CodeIssued, the first time.
    Raises  OfferMissing, OfferNotLive.
    """
    wish = CodeWish(issue_key, customer_id, tuple(product_ids), tuple(variant_ids))
    issued = issue_codes(offer_key=offer_key, wishes=[wish], expires_at=expires_at, reason=reason, by=by, at=at)
    return issued[issue_key]


def issue_codes(
    *,
    offer_key: str,
    wishes: Sequence[CodeWish],
    expires_at: datetime | None,
    reason: str,
    by: Context,
    at: datetime,
) -> dict[str, IssuedCode]:
    """Codes for many people, by issue key: four statements for any number of them.

    Emits   CodeIssued for each that is new.
    Raises  OfferMissing, OfferNotLive.
    """
    with transaction.atomic():
        offer = _require_live(offer_key)
        label = str(offer.live.definition.get("label") or offer.name) if offer.live else offer.name
        missing = {wish.issue_key: wish for wish in wishes}
        new: list[CodeIssued] = []
        found: dict[str, IssuedCode] = {}
        while missing:
            new += _insert(offer, list(missing.values()), label, expires_at=expires_at, reason=reason, by=by, at=at)
            rows = Code.objects.filter(issue_key__in=list(missing)).values_list("issue_key", "code", "expires_at")
            for key, code, ends in rows:
                found[str(key)] = IssuedCode(code, ends, label)
                del missing[str(key)]
        record(*new, by=by, at=at)
        return found


def _insert(
    offer: Offer,
    wishes: Sequence[CodeWish],
    label: str,
    *,
    expires_at: datetime | None,
    reason: str,
    by: Context,
    at: datetime,
) -> list[CodeIssued]:
    by_key = {wish.issue_key: wish for wish in wishes}
    rows = []
    for wish in wishes:
        code = grouped(readable_code(CODE_LENGTH))
        rows.append(
            {
                "code": code, "lookup": lookup_of(code), "customer_id": wish.customer_id,
                "product_ids": _literal(wish.product_ids), "variant_ids": _literal(wish.variant_ids),
                "issue_key": wish.issue_key,
            }
        )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            _ISSUE,
            {
                "offer": offer.pk,
                "rows": orjson.dumps(rows).decode(),
                "expires_at": expires_at,
                "reason": reason[:200],
                "by": by.actor[:80],
                "at": at,
            },
        )
        inserted = cursor.fetchall()
    return [
        CodeIssued(
            offer_id=offer.pk,
            code_id=code_id,
            customer_id=customer_id,
            offer_key=offer.key,
            label=label,
            reason=reason[:200],
            expires_at=expires_at,
            product_ids=list(by_key[key].product_ids),
            variant_ids=list(by_key[key].variant_ids),
        )
        for code_id, key, customer_id in inserted
    ]


def create_shared_code(
    *, offer_id: UUID, code: str, max_uses: int | None, expires_at: datetime | None, by: Context, at: datetime
) -> Code:
    """A code that many may type, such as WELCOME10.

    max_uses  all together; None for any number.
    Raises  OfferMissing, CodeUnreadable, CodeTaken.
    """
    shown = spelled(code)
    if shown is None:
        raise CodeUnreadable(pointer="/code")
    with transaction.atomic():
        if not Offer.objects.filter(pk=offer_id).exists():
            raise OfferMissing()
        made, is_new = Code.objects.get_or_create(
            lookup=lookup_of(shown),
            defaults={
                "code": shown,
                "offer_id": offer_id,
                "max_uses": max_uses,
                "expires_at": expires_at,
                "created_by": by.actor[:80],
                "created_at": at,
            },
        )
        if not is_new:
            raise CodeTaken(pointer="/code")
        return made


def revoke_code(*, code_id: int, at: datetime) -> Code:
    """From now on the code opens nothing; what it took off before stays. Raises CodeGone."""
    with transaction.atomic():
        code = Code.objects.select_for_update(no_key=True).filter(pk=code_id).first()
        if code is None:
            raise CodeGone()
        if code.revoked_at is None:
            code.revoked_at = at
            code.save(update_fields=["revoked_at"])
        return code


def _require_live(key: str) -> Offer:
    offer = Offer.objects.select_related("live").filter(key=key).first()
    if offer is None:
        raise OfferMissing(key=key)
    if offer.status != OfferStatus.LIVE:
        raise OfferNotLive(key=key)
    return offer


def _literal(ids: Sequence[UUID]) -> str:
    """As PostgreSQL writes an array: what `json_to_recordset` reads for a uuid[] column."""
    return "{" + ",".join(str(each) for each in ids) + "}"
