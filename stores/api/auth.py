"""Devices: `Authorization: Device <token>`, with `X-Associate-Session: <token>` once an associate has signed in.

One statement for both credentials.
"""

from django.db import connection
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from omnichannel.kernel.ids import token_hash
from omnichannel.rest.principal import Caller, Principal

_FIND = """
SELECT d.id, d.store_id, d.channel, s.associate_id, a.is_manager
  FROM stores_device d
  LEFT JOIN stores_associatesession s
         ON s.device_id = d.id AND s.token_hash = %s AND s.ended_at IS NULL AND s.expires_at > now()
  LEFT JOIN stores_associate a ON a.id = s.associate_id AND a.is_active
 WHERE d.token_hash = %s AND d.state = 'active'
"""


class DeviceAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[Principal, None] | None:
        header = request.META.get("HTTP_AUTHORIZATION", "")
        if not header.startswith("Device "):
            return None
        session = request.META.get("HTTP_X_ASSOCIATE_SESSION", "").strip()
        with connection.cursor() as cursor:
            cursor.execute(_FIND, [token_hash(session) if session else "", token_hash(header[7:].strip())])
            found = cursor.fetchone()
        if found is None:
            raise AuthenticationFailed("This device is not enrolled, or was revoked.")
        device_id, store_id, channel, associate_id, is_manager = found
        if is_manager is None:
            if session:
                raise AuthenticationFailed("The associate's session has ended. Enter the PIN again.")
            return Principal(
                kind=Caller.DEVICE, key=f"device:{device_id}", channel=channel, store_id=store_id, device_id=device_id
            ), None
        return Principal(
            kind=Caller.ASSOCIATE,
            key=f"associate:{associate_id}",
            channel=channel,
            store_id=store_id,
            device_id=device_id,
            associate_id=associate_id,
            scopes=frozenset({"manager"} if is_manager else ()),
        ), None

    def authenticate_header(self, request: Request) -> str:
        return "Device"
