"""Who may send tracked events. A write key is shown once, when it is made."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from customers.errors import SourceNotFound
from customers.models import Source
from omnichannel.kernel.context import Context
from omnichannel.kernel.ids import new_token, token_hash


def create_source(
    *,
    name: str,
    channel: str,
    is_trusted: bool = False,
    is_shared: bool = False,
    key: str = "",
    by: Context,
    at: datetime,
) -> tuple[Source, str]:
    """A source and its write key, to be shown this once.

    key  given where it must be known beforehand (a demo's page); drawn when empty.
    """
    key = key or new_token()
    source = Source.objects.create(
        name=name.strip()[:100], channel=channel, is_trusted=is_trusted, is_shared=is_shared,
        key_hash=token_hash(key), key_hint=key[-4:], created_by=by.actor, created_at=at,
    )  # fmt: skip
    return source, key


def rotate_key(*, source_id: UUID, by: Context, at: datetime) -> tuple[Source, str]:
    """A new write key; the old one is refused from this moment.

    Raises  SourceNotFound.
    """
    key = new_token()
    with transaction.atomic():
        source = Source.objects.select_for_update(no_key=True).filter(pk=source_id).first()
        if source is None:
            raise SourceNotFound()
        source.key_hash, source.key_hint = token_hash(key), key[-4:]
        source.save(update_fields=["key_hash", "key_hint"])
    return source, key


def set_active(*, source_id: UUID, is_active: bool, by: Context, at: datetime) -> Source:
    """Let a source send, or refuse what it sends.

    Raises  SourceNotFound.
    """
    if not Source.objects.filter(pk=source_id).update(is_active=is_active):
        raise SourceNotFound()
    return Source.objects.get(pk=source_id)
