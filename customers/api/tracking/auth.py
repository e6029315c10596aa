"""Write keys: the user name of Basic authentication, or `writeKey` in the body (browsers, beacons)."""

import base64
import binascii
from datetime import timedelta
from typing import Any

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from customers.api.tracking.body import read_body
from customers.models import Source
from omnichannel.kernel.clock import now
from omnichannel.kernel.ids import token_hash
from omnichannel.rest.principal import Caller, Principal


class WriteKeyAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[Principal, Any]:
        key = _basic(request.META.get("HTTP_AUTHORIZATION", ""))
        if not key:
            body = read_body(request)
            given = body.get("writeKey") if isinstance(body, dict) else None
            key = given if isinstance(given, str) else ""
        if not key:
            raise AuthenticationFailed("Give the source's write key as the user name of Basic authentication.")
        source = Source.objects.filter(key_hash=token_hash(key), is_active=True).first()
        if source is None:
            raise AuthenticationFailed("This write key is not one of ours, or its source was switched off.")
        at = now()
        if source.used_at is None or at - source.used_at > timedelta(minutes=1):
            Source.objects.filter(pk=source.pk).update(used_at=at)
        principal = Principal(kind=Caller.WRITE_KEY, key=f"source:{source.pk}", channel=source.channel)
        return principal, source

    def authenticate_header(self, request: Request) -> str:
        return 'Basic realm="write key"'


def _basic(header: str) -> str:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(encoded.strip(), validate=True).decode().partition(":")[0]
    except (binascii.Error, ValueError):
        return ""
