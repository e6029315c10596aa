"""API keys: `Authorization: Bearer <key>`. One statement."""

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from omnichannel.integrations.models import ApiKey
from omnichannel.kernel.channels import Channel
from omnichannel.kernel.clock import now
from omnichannel.kernel.ids import token_hash
from omnichannel.rest.principal import Caller, Principal


class ApiKeyAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[Principal, None] | None:
        header = request.META.get("HTTP_AUTHORIZATION", "")
        if not header.startswith("Bearer "):
            return None
        key = ApiKey.objects.filter(secret_hash=token_hash(header[7:].strip()), revoked_at=None).first()
        if key is None or (key.expires_at and key.expires_at <= now()):
            raise AuthenticationFailed("This key is not valid.")
        return Principal(
            kind=Caller.API_KEY, key=f"api_key:{key.id}", channel=_stated_channel(request), scopes=frozenset(key.scopes)
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
