"""The right to show a picture: given by its owner alone, with proof, and taken back at any time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from campaigns.social.errors import PostNotFound, RightsNotAsked
from campaigns.social.facts import PostRightsGiven, PostRightsRefused
from campaigns.social.models import Post
from campaigns.social.services.posts import about, lock_post
from campaigns.social.states import Rights
from customers.services.consent import give_consent
from omnichannel.events.services import record
from omnichannel.kernel.context import Context

#: The words people agree to, by version; a change of words is a new version.
WORDING = "photos-2026-1"
WORDS = (
    "You may show this picture in your shop, in your messages and in your own social accounts, with my handle, "
    "until I take this back. I took it, and nobody in it minds."
)


def answer_rights(
    *,
    post_id: UUID,
    is_given: bool,
    how: str,
    customer_id: UUID | None = None,
    proof: Mapping[str, Any] | None = None,
    by: Context,
    at: datetime,
) -> Post:
    """Keep the owner's answer. Asked again later it may be the other one.

    customer_id  who answers, signed in: the post must be theirs. None: the holder of the signed link.
    how          `account` or `link`.
    proof        what shows it beside that: address, browser.
    Locks        the post; the customer.
    Emits        PostRightsGiven or PostRightsRefused; ConsentGiven (`photos`).
    Raises       PostNotFound, RightsNotAsked.
    """
    with transaction.atomic():
        post = lock_post(post_id)
        if customer_id is not None and post.customer_id != customer_id:
            raise PostNotFound()
        if post.rights == Rights.NONE:
            raise RightsNotAsked()
        answer = Rights.GIVEN if is_given else Rights.REFUSED
        if post.rights == answer:
            return post
        post.rights, post.rights_at = answer, at
        post.rights_proof = {
            "how": how,
            "wording": WORDING,
            "words": WORDS,
            "handle": f"{post.platform}:{post.handle}",
            "permalink": post.permalink,
            "at": at.isoformat(),
            **(proof or {}),
        }
        post.version += 1
        post.save(update_fields=["rights", "rights_at", "rights_proof", "version"])
        if not is_given:
            record(PostRightsRefused(**about(post), how=how), by=by, at=at)
            return post
        record(PostRightsGiven(**about(post), how=how), by=by, at=at)
        if post.customer_id is not None:
            give_consent(
                customer_id=post.customer_id,
                channel="social",
                purpose="photos",
                wording=WORDING,
                source="rights_request",
                proof={"post_id": str(post.pk), **post.rights_proof},
                by=by,
                at=at,
            )
    return post


def withdraw_photos(*, customer_id: UUID, by: Context, at: datetime) -> int:
    """They took back their yes to showing photos: none of theirs is shown from now on.

    Emits  PostRightsRefused for each.
    """
    with transaction.atomic():
        posts = list(
            Post.objects.select_for_update(no_key=True)
            .filter(customer_id=customer_id, rights=Rights.GIVEN)
            .order_by("pk")
        )
        for post in posts:
            post.rights, post.rights_at, post.version = Rights.WITHDRAWN, at, post.version + 1
            post.save(update_fields=["rights", "rights_at", "version"])
        record(*(PostRightsRefused(**about(post), how="consent") for post in posts), by=by, at=at)
    return len(posts)
