"""What platforms tell us by webhook: believed when signed, acted on once by its id."""

import base64
import binascii
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import orjson
from django.conf import settings
from django.db import transaction
from django.utils.dateparse import parse_datetime

from campaigns.social.errors import WebhookSignatureInvalid, WebhookUnreadable
from campaigns.social.models import SeenWebhook
from campaigns.social.rules.signatures import is_signed
from campaigns.social.services.handles import receive_follow
from campaigns.social.services.posts import Received, receive_post
from omnichannel.kernel.context import Context

SIGNATURE_HEADER = "x-signature"


def receive_webhook(*, kind: str, body: bytes, signature: str, by: Context, at: datetime) -> bool:
    """`post` or `follow`; False when the message was here before, or is not about us.

    Raises  WebhookSignatureInvalid, WebhookUnreadable, HandleInvalid, PictureInvalid.
    """
    if not is_signed(body, signature, settings.SOCIAL_WEBHOOK_SECRET, at=int(at.timestamp())):
        raise WebhookSignatureInvalid()
    message = _read(body)
    with transaction.atomic():
        message_id = f"{kind}:{_text(message, 'id', 100)}"
        _, fresh = SeenWebhook.objects.get_or_create(id=message_id, defaults={"kind": kind, "at": at})
        return fresh and _TAKE[kind](message, by, at)


def _post(message: Mapping[str, Any], by: Context, at: datetime) -> bool:
    told = Received(
        platform=_text(message, "platform", 30),
        external_id=_text(message, "external_id", 120),
        handle=_text(message, "handle", 60),
        caption=_text(message, "caption", 5_000, required=False),
        permalink=_address(message, "permalink"),
        media_url=_address(message, "media_url"),
        alt=_text(message, "alt", 200, required=False),
        posted_at=_moment(message, "posted_at"),
        content=_picture(message),
    )
    return receive_post(told=told, by=by, at=at) is not None


def _follow(message: Mapping[str, Any], by: Context, at: datetime) -> bool:
    receive_follow(
        message={
            "platform": _text(message, "platform", 30),
            "handle": _text(message, "handle", 60),
            "followed_at": _moment(message, "followed_at"),
        },
        by=by,
        at=at,
    )
    return True


_TAKE: dict[str, Callable[[Mapping[str, Any], Context, datetime], bool]] = {"post": _post, "follow": _follow}


def _read(body: bytes) -> dict[str, Any]:
    try:
        message = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise WebhookUnreadable() from error
    if not isinstance(message, dict) or b"\\u0000" in body:
        raise WebhookUnreadable()
    return message


def _text(message: Mapping[str, Any], name: str, most: int, *, required: bool = True) -> str:
    value = message.get(name) or ""
    if not isinstance(value, str) or len(value) > most or (required and not value.strip()):
        raise WebhookUnreadable(pointer=f"/{name}")
    return value.strip()


def _address(message: Mapping[str, Any], name: str) -> str:
    value = _text(message, name, 500, required=False)
    if value and not value.startswith(("https://", "http://")):
        raise WebhookUnreadable(pointer=f"/{name}")
    return value


def _moment(message: Mapping[str, Any], name: str) -> datetime:
    try:
        found = parse_datetime(_text(message, name, 40))
    except ValueError as error:
        raise WebhookUnreadable(pointer=f"/{name}") from error
    if found is None or found.tzinfo is None:
        raise WebhookUnreadable(pointer=f"/{name}")
    return found


def _picture(message: Mapping[str, Any]) -> bytes | None:
    """The picture in base64, where the bridge sends it along."""
    value = message.get("media_base64")
    if not value:
        return None
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, TypeError, ValueError) as error:
        raise WebhookUnreadable(pointer="/media_base64") from error
