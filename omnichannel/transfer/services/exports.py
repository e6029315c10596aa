"""Exports: one SELECT, streamed as CSV by COPY."""

from collections.abc import Iterator

from django.db import connection, transaction

from omnichannel.transfer.errors import KindUnknown
from omnichannel.transfer.ports import exporters


def stream_export(kind: str) -> Iterator[bytes]:
    """CSV in chunks, as of one moment. Raises KindUnknown at once."""
    export = exporters.find(kind)
    if export is None:
        raise KindUnknown(kind=kind, known=exporters.names())
    return _chunks(f"COPY ({export.statement}) TO STDOUT (FORMAT csv, HEADER)")


def _chunks(statement: str) -> Iterator[bytes]:
    with transaction.atomic(), connection.cursor() as cursor, cursor.copy(statement) as copy:
        for chunk in copy:
            yield bytes(chunk)
