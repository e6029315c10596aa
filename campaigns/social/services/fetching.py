"""Pictures that lie with the platform, fetched after the post came in: never while it waits, never from inside."""

import logging
from datetime import datetime
from uuid import UUID

import httpx
from django.db import transaction
from django.db.models import F

from campaigns.social.errors import PictureInvalid
from campaigns.social.models import Post
from campaigns.social.services.pictures import MAX_BYTES, keep_picture
from omnichannel.integrations.services.transport import fetch

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 5
BATCH = 20


def fetch_missing(*, at: datetime) -> int:
    """Fetch what is missing, a few at a time; how many came."""
    waiting = Post.objects.filter(media="", fetch_attempts__lt=MAX_ATTEMPTS).exclude(media_url="")
    rows = list(waiting.order_by("fetch_attempts", "-created_at").values_list("pk", "media_url")[:BATCH])
    return sum(_fetch(post_id, url, at=at) for post_id, url in rows)


def _fetch(post_id: UUID, url: str, *, at: datetime) -> bool:
    Post.objects.filter(pk=post_id).update(fetch_attempts=F("fetch_attempts") + 1)
    try:
        status, content = fetch(url=url, most_bytes=MAX_BYTES)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        logger.info("social: the picture of %s could not be fetched: %s", post_id, error)
        return False
    if status != 200:
        return False
    with transaction.atomic():
        post = Post.objects.select_for_update(no_key=True).get(pk=post_id)
        if post.media:
            return False
        try:
            keep_picture(post, content, at=at)
        except PictureInvalid:
            Post.objects.filter(pk=post_id).update(fetch_attempts=MAX_ATTEMPTS)
            return False
        post.save(update_fields=["media"])
    return True
