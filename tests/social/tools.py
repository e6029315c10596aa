"""What a platform sends, signed, and pictures to send."""

import base64
import hashlib
import hmac
import uuid
from io import BytesIO
from typing import Any

import orjson
from PIL import Image

from omnichannel.kernel.clock import now
from tests.fixtures.auth import ApiClient

SECRET = "shared-with-the-bridge"


def picture(colour: str = "#c26a3d", *, kind: str = "JPEG", size: tuple[int, int] = (320, 400), **save: Any) -> bytes:
    buffer = BytesIO()
    Image.new("RGB", size, colour).save(buffer, kind, **save)
    return buffer.getvalue()


def told(**more: Any) -> dict[str, Any]:
    """A post as the bridge tells of it."""
    return {
        "id": f"evt-{uuid.uuid4().hex}",
        "platform": "instagram",
        "external_id": uuid.uuid4().hex,
        "handle": "@suzie.l",
        "caption": "Harbour days #Marram #summer",
        "permalink": "https://instagram.example/p/1",
        "media_base64": base64.b64encode(picture()).decode(),
        "posted_at": now().isoformat(),
    } | more


def follow(**more: Any) -> dict[str, Any]:
    return {
        "id": f"evt-{uuid.uuid4().hex}", "platform": "instagram", "handle": "suzie.l", "followed_at": now().isoformat(),
    } | more  # fmt: skip


def signed(body: bytes, *, secret: str = SECRET, at: int | None = None) -> str:
    stamp = int(now().timestamp()) if at is None else at
    return f"t={stamp},v1={hmac.new(secret.encode(), f'{stamp}.'.encode() + body, hashlib.sha256).hexdigest()}"


def hook(path: str, message: Any, *, signature: str | None = None) -> Any:
    body = message if isinstance(message, bytes) else orjson.dumps(message)
    return ApiClient().call(
        "POST", f"/social/{path}/webhook", body, x_signature=signed(body) if signature is None else signature
    )
