"""Posts from their arrival to the shop window: received, asked for, tagged, approved, reposted, or turned down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from campaigns.social.errors import HandleInvalid, NothingTagged, PostNotFound, RightsMissing, WebhookUnreadable
from campaigns.social.errors import PostState as StateRefused
from campaigns.social.facts import (
    PostApproved,
    PostReceived,
    PostRejected,
    PostReposted,
    PostRightsAsked,
)
from campaigns.social.models import Post, PostProduct
from campaigns.social.queries.hashtags import brand_hashtags
from campaigns.social.rules.handles import PLATFORMS, hashtags_of, normal_handle
from campaigns.social.services.handles import find_owner
from campaigns.social.services.pictures import keep_picture
from campaigns.social.services.rewarding import reward_photo
from campaigns.social.states import POST_TRANSITIONS, PostSource, PostState, Rights
from catalog.models import Variant
from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from omnichannel.kernel.errors import RuleViolation
from omnichannel.kernel.ids import uuid7
from omnichannel.kernel.locks import lock_rows
from omnichannel.rest.etags import require_version


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A post as the platform or a member of staff tells of it. `content`: the picture itself, where it came along."""

    platform: str
    external_id: str
    handle: str
    caption: str = ""
    permalink: str = ""
    media_url: str = ""
    alt: str = ""
    posted_at: datetime
    source: str = PostSource.WEBHOOK
    content: bytes | None = None


def receive_post(*, told: Received, by: Context, at: datetime) -> Post | None:
    """Take a post in, once for each (platform, external id); None when it has no hashtag of ours, or was here before.

    What staff upload needs no hashtag.
    Emits   PostReceived.
    Raises  HandleInvalid, PictureInvalid, WebhookUnreadable.
    """
    handle = normal_handle(told.handle)
    if not handle:
        raise HandleInvalid(pointer="/handle")
    if told.platform not in PLATFORMS:
        raise WebhookUnreadable(pointer="/platform", known=list(PLATFORMS))
    tags = hashtags_of(told.caption)
    ours = [tag for tag in tags if tag in brand_hashtags()]
    if not ours and told.source == PostSource.WEBHOOK:
        return None
    with transaction.atomic():
        if Post.objects.filter(platform=told.platform, external_id=told.external_id).exists():
            return None
        post = Post(
            id=uuid7(),
            platform=told.platform,
            external_id=told.external_id[:120],
            source=told.source,
            handle=handle,
            customer_id=find_owner(told.platform, handle),
            caption=told.caption[:5_000],
            hashtags=tags,
            permalink=told.permalink[:500],
            media_url=told.media_url[:500],
            alt=told.alt[:200],
            posted_at=min(told.posted_at, at),
            created_at=at,
        )
        if told.content is not None:
            keep_picture(post, told.content, at=at)
        post.save(force_insert=True)
        record(PostReceived(**about(post), hashtag=ours[0] if ours else (tags[0] if tags else "")), by=by, at=at)
    return post


def tag_products(
    *, post_id: UUID, skus: Sequence[str], expected_version: int | None = None, by: Context, at: datetime
) -> Post:
    """Say what is to be seen, by SKU, in the order it is offered; what was tagged before and is not named goes.

    Raises  PostNotFound, Stale, RuleViolation (`unknown_sku`).
    """
    with transaction.atomic():
        post = lock_post(post_id, expected_version)
        found = {variant.sku: variant for variant in Variant.objects.filter(sku__in=skus)}
        if unknown := [sku for sku in skus if sku not in found]:
            raise RuleViolation("unknown_sku", f"There is no item {unknown[0]}.", pointer="/skus", skus=unknown)
        PostProduct.objects.filter(post=post).delete()
        wanted: dict[UUID, Variant] = {}
        for sku in skus:
            wanted.setdefault(found[sku].product_id, found[sku])
        PostProduct.objects.bulk_create(
            PostProduct(post=post, product_id=product_id, variant=variant, position=place)
            for place, (product_id, variant) in enumerate(wanted.items())
        )
        _save(post, by=by, at=at)
    return post


def ask_rights(*, post_id: UUID, expected_version: int | None = None, by: Context, at: datetime) -> Post:
    """Note that its owner was asked whether we may show it. Asked again, the moment moves on.

    Emits   PostRightsAsked.
    Raises  PostNotFound, Stale, PostState.
    """
    with transaction.atomic():
        post = lock_post(post_id, expected_version)
        if post.rights == Rights.GIVEN:
            return post
        if post.state == PostState.PENDING:
            _transition(post, PostState.RIGHTS_ASKED)
        elif post.state == PostState.REJECTED:
            raise StateRefused(state=post.state)
        post.rights, post.rights_asked_at = Rights.ASKED, at
        _save(post, "state", "rights", "rights_asked_at", by=by, at=at)
        record(PostRightsAsked(**about(post)), by=by, at=at)
    return post


def approve_post(*, post_id: UUID, expected_version: int | None = None, by: Context, at: datetime) -> Post:
    """Show it, with what is tagged, and reward whose picture it is, once.

    Emits   PostApproved; what the reward emits.
    Raises  PostNotFound, Stale, PostState, RightsMissing, NothingTagged.
    """
    with transaction.atomic():
        post = lock_post(post_id, expected_version)
        if post.state in (PostState.APPROVED, PostState.REPOSTED):
            return post
        if post.rights != Rights.GIVEN:
            raise RightsMissing(rights=post.rights)
        tagged = list(PostProduct.objects.filter(post=post).values_list("product_id", flat=True))
        if not tagged:
            raise NothingTagged()
        _transition(post, PostState.APPROVED)
        post.approved_at, post.decided_by, post.rejected_reason = at, by.actor, ""
        _save(post, "state", "approved_at", "decided_by", "rejected_reason", by=by, at=at)
        record(PostApproved(**about(post), product_ids=tagged), by=by, at=at)
        reward_photo(post, by=by, at=at)
    return post


def reject_post(*, post_id: UUID, reason: str, expected_version: int | None = None, by: Context, at: datetime) -> Post:
    """Do not show it, or not any more. Points once given stay.

    Emits   PostRejected.
    Raises  PostNotFound, Stale, PostState.
    """
    with transaction.atomic():
        post = lock_post(post_id, expected_version)
        _transition(post, PostState.REJECTED)
        post.rejected_reason, post.decided_by = reason[:200], by.actor
        _save(post, "state", "rejected_reason", "decided_by", by=by, at=at)
        record(PostRejected(**about(post), reason=post.rejected_reason), by=by, at=at)
    return post


def reconsider_post(*, post_id: UUID, expected_version: int | None = None, by: Context, at: datetime) -> Post:
    """Back into the queue. Raises PostNotFound, Stale, PostState."""
    with transaction.atomic():
        post = lock_post(post_id, expected_version)
        _transition(post, PostState.PENDING)
        post.rejected_reason = ""
        if post.rights == Rights.ASKED:
            post.state = PostState.RIGHTS_ASKED
        _save(post, "state", "rejected_reason", by=by, at=at)
    return post


def note_repost(*, post_id: UUID, url: str, expected_version: int | None = None, by: Context, at: datetime) -> Post:
    """The brand shows it in its own account now.

    Emits   PostReposted.
    Raises  PostNotFound, Stale, PostState, RightsMissing.
    """
    with transaction.atomic():
        post = lock_post(post_id, expected_version)
        if post.rights != Rights.GIVEN:
            raise RightsMissing(rights=post.rights)
        if post.state == PostState.REPOSTED and post.repost_url == url:
            return post
        if post.state != PostState.REPOSTED:
            _transition(post, PostState.REPOSTED)
        post.reposted_at, post.repost_url = at, url[:500]
        _save(post, "state", "reposted_at", "repost_url", by=by, at=at)
        record(PostReposted(**about(post), url=post.repost_url), by=by, at=at)
    return post


def lock_post(post_id: UUID, expected_version: int | None = None) -> Post:
    """Raises PostNotFound, Stale."""
    post = lock_rows(Post.objects.filter(pk=post_id)).first()
    if post is None:
        raise PostNotFound()
    require_version(expected_version, post.version)
    return post


def about(post: Post) -> dict[str, Any]:
    """What every fact of a post says."""
    return {
        "post_id": post.pk,
        "customer_id": post.customer_id,
        "platform": post.platform,
        "handle": post.handle,
    }


def _transition(post: Post, state: PostState) -> None:
    if state not in POST_TRANSITIONS[PostState(post.state)]:
        raise StateRefused(state=post.state)
    post.state = state


def _save(post: Post, *fields: str, by: Context, at: datetime) -> None:
    post.version += 1
    post.save(update_fields=["version", *fields])
