"""Codes as a file: streamed, so that a million take no memory."""

from collections.abc import Iterator
from uuid import UUID

from django.db import connection

from campaigns.offers.errors import BatchMissing
from campaigns.offers.models import CodeBatch

_ROWS = 10_000
_CODES = """
SELECT id, code || ',' || coalesce(to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), '') || ','
       || coalesce(max_uses::text, '') || ',' || uses || E'\\r\\n'
  FROM campaign_offers_code WHERE batch_id = %s AND id > %s ORDER BY id LIMIT %s
"""


def get_batch(batch_id: UUID) -> CodeBatch:
    """Raises BatchMissing."""
    batch = CodeBatch.objects.select_related("offer").filter(pk=batch_id).first()
    if batch is None:
        raise BatchMissing()
    return batch


def stream_codes(batch_id: UUID) -> Iterator[bytes]:
    """CSV of a batch in the order made, in pieces. A statement for each ten thousand: no transaction is kept open."""
    yield b"code,expires_at,max_uses,uses\r\n"
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_CODES, [batch_id, last, _ROWS])
            rows = cursor.fetchall()
        if not rows:
            return
        last = rows[-1][0]
        yield "".join(line for _, line in rows).encode()
