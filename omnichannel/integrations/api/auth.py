"""API keys: `Authorization: Bearer <key>`. One statement; once a day a second one keeps when it was last used."""

from django.db import connection
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from omnichannel.integrations.models import ApiKey
from omnichannel.kernel.channels import Channel
from omnichannel.kernel.clock import now
from omnichannel.kernel.ids import token_hash
from omnichannel.rest.principal import Caller, Principal

_FIND = """
SELECT id, scopes, last_used_on FROM integrations_apikey
 WHERE (secret_hash = %(hash)s OR (previous_hash = %(hash)s AND previous_until > %(at)s))
   AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > %(at)s)
"""


class ApiKeyAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[Principal, None] | None:
        header = request.META.get("HTTP_AUTHORIZATION", "")
        if not header.startswith("Bearer "):
            return None
        at = now()
        with connection.cursor() as cursor:
            cursor.execute(_FIND, {"hash": token_hash(header[7:].strip()), "at": at})
            found = cursor.fetchone()
        if found is None:
            raise AuthenticationFailed("This key is not valid.")
        key_id, scopes, last_used_on = found
        if last_used_on != at.date():
            ApiKey.objects.filter(pk=key_id).update(last_used_on=at.date())
        return Principal(
            kind=Caller.API_KEY, key=f"api_key:{key_id}", channel=_stated_channel(request), scopes=frozenset(scopes)
        ), None

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def _stated_channel(request: Request) -> str:
    """Only an API key may say which channel it speaks for."""
    stated = request.META.get("HTTP_X_CHANNEL", "")
    if not stated:
        return Channel.SYSTEM
    if stated not in Channel.values:
        raise AuthenticationFailed("X-Channel names no channel of ours.")
    return stated
