"""Codes by the thousand: made inside the database, so that a million take seconds."""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from campaigns.offers.errors import CodeUnreadable, OfferMissing, TooManyCodes
from campaigns.offers.models import CodeBatch, Offer
from campaigns.offers.queries.spelling import CODE_LENGTH, lookup_of, spelled
from omnichannel.kernel.context import Context
from omnichannel.kernel.ids import READABLE_ALPHABET

MAX_BATCH = 1_000_000
MAX_PREFIX = 12

# Ten characters of five bits from the random bytes of a UUIDv4 (bytes 6 and 8 hold its version and are left out):
# 2^50 codes, so that a million of them hold one in a billion guesses. What exists already is left out and made again.
_CHARACTERS = " || ".join(
    f"{'chr(45) || ' if place == 5 else ''}substr(%(alphabet)s, (get_byte(bytes, {byte}) & 31) + 1, 1)"
    for place, byte in enumerate((0, 1, 2, 3, 4, 5, 7, 9, 10, 11))
)
_GENERATE = f"""
INSERT INTO campaign_offers_code (
    code, lookup, offer_id, batch_id, product_ids, variant_ids, expires_at, max_uses, uses, reason, created_by, created_at)
SELECT %(shown)s || made, %(found)s || replace(made, '-', ''), %(offer)s, %(batch)s, '{{}}', '{{}}',
       %(expires_at)s, %(max_uses)s, 0, %(name)s, %(by)s, %(at)s
  FROM (SELECT {_CHARACTERS} AS made
          FROM (SELECT uuid_send(gen_random_uuid()) AS bytes FROM generate_series(1, %(count)s)) AS random) AS codes
ON CONFLICT DO NOTHING
"""
assert CODE_LENGTH == 10


def generate_codes(
    *,
    offer_id: UUID,
    name: str,
    count: int,
    prefix: str = "",
    max_uses: int = 1,
    expires_at: datetime | None = None,
    by: Context,
    at: datetime,
) -> CodeBatch:
    """Make `count` unique codes of an offer in one go: for print, for a partner, for a file.

    prefix  begins each of them, such as CARD.
    Raises  OfferMissing, TooManyCodes, CodeUnreadable for a prefix that is none.
    """
    if not 1 <= count <= MAX_BATCH:
        raise TooManyCodes(pointer="/count", most=MAX_BATCH)
    begins = f"{spelled(prefix + 'XX') or ''}"[:-2]
    if prefix and (not begins or len(begins) > MAX_PREFIX):
        raise CodeUnreadable(pointer="/prefix")
    with transaction.atomic():
        if not Offer.objects.filter(pk=offer_id).exists():
            raise OfferMissing()
        batch = CodeBatch.objects.create(
            offer_id=offer_id,
            name=name,
            count=count,
            prefix=begins,
            max_uses=max_uses,
            expires_at=expires_at,
            created_by=by.actor[:80],
            created_at=at,
        )
        with connection.cursor() as cursor:
            left = count
            while left:
                cursor.execute(
                    _GENERATE,
                    {
                        "shown": f"{begins}-" if begins else "", "found": lookup_of(begins) if begins else "",
                        "alphabet": READABLE_ALPHABET, "offer": offer_id, "batch": batch.pk, "expires_at": expires_at,
                        "max_uses": max_uses, "name": name[:200], "by": by.actor[:80], "at": at, "count": left,
                    },
                )  # fmt: skip
                left -= cursor.rowcount
        return batch
