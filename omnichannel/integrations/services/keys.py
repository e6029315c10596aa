"""API keys: made, rotated, taken back. A secret is seen once, by who makes it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from omnichannel.events.services import record
from omnichannel.integrations.errors import KeyNotFound, ScopeUnknown
from omnichannel.integrations.facts import ApiKeyCreated, ApiKeyRevoked, ApiKeyRotated
from omnichannel.integrations.models import ApiKey
from omnichannel.integrations.queries import list_scopes
from omnichannel.kernel.context import Context
from omnichannel.kernel.ids import new_token, token_hash
from omnichannel.kernel.locks import lock_rows

#: Scanners for leaked secrets know a key by this.
KEY_PREFIX = "omk_"
OVERLAP = timedelta(hours=24)


def create_api_key(
    *,
    name: str,
    scopes: Sequence[str],
    at: datetime,
    by: Context,
    expires_at: datetime | None = None,
    user_id: int | None = None,
) -> tuple[ApiKey, str]:
    """Make a key; the second part of the answer is its secret, which is not kept.

    Emits   ApiKeyCreated.
    Raises  ScopeUnknown.
    """
    check_scopes(scopes=scopes)
    secret = KEY_PREFIX + new_token()
    with transaction.atomic():
        key = ApiKey.objects.create(
            name=name,
            prefix=secret[:12],
            secret_hash=token_hash(secret),
            scopes=sorted(set(scopes)),
            expires_at=expires_at,
            created_by_id=user_id,
            created_at=at,
        )
        record(ApiKeyCreated(api_key_id=key.id, name=name, scopes=key.scopes), by=by, at=at)
    return key, secret


def rotate_api_key(*, key_id: UUID, at: datetime, by: Context, overlap: timedelta = OVERLAP) -> tuple[ApiKey, str]:
    """Give a key a new secret; the old one stays good for `overlap`.

    Locks   the key.
    Emits   ApiKeyRotated.
    Raises  KeyNotFound.
    """
    secret = KEY_PREFIX + new_token()
    with transaction.atomic():
        key = _lock(key_id)
        key.previous_hash, key.previous_until = key.secret_hash, at + overlap
        key.secret_hash, key.prefix = token_hash(secret), secret[:12]
        key.save(update_fields=["previous_hash", "previous_until", "secret_hash", "prefix"])
        record(ApiKeyRotated(api_key_id=key.id, previous_until=key.previous_until.isoformat()), by=by, at=at)
    return key, secret


def revoke_api_key(*, key_id: UUID, at: datetime, by: Context) -> None:
    """Take a key back, at once and for good.

    Locks   the key.
    Emits   ApiKeyRevoked.
    Raises  KeyNotFound.
    """
    with transaction.atomic():
        key = _lock(key_id)
        key.revoked_at = at
        key.save(update_fields=["revoked_at"])
        record(ApiKeyRevoked(api_key_id=key.id), by=by, at=at)


def check_scopes(*, scopes: Sequence[str]) -> None:
    """Raises ScopeUnknown."""
    known = list_scopes()
    for position, scope in enumerate(scopes):
        if scope not in known:
            raise ScopeUnknown(pointer=f"/scopes/{position}", scope=scope)


def _lock(key_id: UUID) -> ApiKey:
    key = lock_rows(ApiKey.objects.filter(pk=key_id, revoked_at=None)).first()
    if key is None:
        raise KeyNotFound()
    return key
