"""Posts as the API shows them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from campaigns.social.models import HandleClaim, Post
from campaigns.social.queries.links import rights_url
from campaigns.social.queries.posts import list_goods
from campaigns.social.services.rights import WORDS
from campaigns.social.states import PostState
from omnichannel.brand.queries import get_brand


def image_url(post: Post) -> str:
    """Our own copy; the version in it lets browsers keep it."""
    return f"/api/v1/social/posts/{post.pk}/picture?v={str(post.media.name)[-12:-4]}" if post.media else ""


def campaign_of(post: Post) -> str:
    """What leads to an order from here: for links, and for the `X-Campaign` header."""
    return urlencode(
        {
            "utm_source": post.platform,
            "utm_medium": "social",
            "utm_campaign": "shoppable_posts",
            "utm_content": post.handle,
            "post_id": str(post.pk),
        }
    )


def show_shop(posts: Sequence[Post], *, currency: str, at: datetime) -> list[dict[str, Any]]:
    """With goods, prices and what is left."""
    goods = list_goods(posts, currency=currency, at=at)
    return [
        {
            "id": str(post.pk),
            "platform": post.platform,
            "handle": post.handle,
            "caption": post.caption,
            "permalink": post.permalink,
            "image_url": image_url(post),
            "alt": post.alt or f"A picture by @{post.handle}",
            "posted_at": post.posted_at.isoformat(),
            "campaign": campaign_of(post),
            "products": goods.get(post.pk, []),
        }
        for post in posts
    ]


def show_queue(posts: Sequence[Post], *, at: datetime) -> list[dict[str, Any]]:
    """As moderators see them."""
    brand = get_brand()
    return [
        shown
        | {
            "source": post.source,
            "state": post.state,
            "rights": post.rights,
            "rights_asked_at": _moment(post.rights_asked_at),
            "rights_at": _moment(post.rights_at),
            "rights_url": rights_url(post.pk) if post.state != PostState.REJECTED else "",
            "rights_text": f"@{post.handle} We love this! May we show it at {brand.name}? Say yes here: {rights_url(post.pk)}",
            "hashtags": post.hashtags,
            "customer": {"id": str(post.customer.pk), "name": str(post.customer)} if post.customer else None,
            "rejected_reason": post.rejected_reason,
            "approved_at": _moment(post.approved_at),
            "reposted_at": _moment(post.reposted_at),
            "repost_url": post.repost_url,
            "rewarded_at": _moment(post.rewarded_at),
            "version": post.version,
        }
        for post, shown in zip(posts, show_shop(posts, currency=brand.default_currency, at=at), strict=True)
    ]


def show_mine(post: Post) -> dict[str, Any]:
    return {
        "id": str(post.pk),
        "platform": post.platform,
        "handle": post.handle,
        "caption": post.caption,
        "permalink": post.permalink,
        "image_url": image_url(post),
        "state": post.state,
        "rights": post.rights,
        "posted_at": post.posted_at.isoformat(),
        "words": WORDS,
    }


def show_handle(claim: HandleClaim) -> dict[str, Any]:
    brand = get_brand()
    return {
        "id": str(claim.pk),
        "platform": claim.platform,
        "handle": claim.handle,
        "verified": claim.verified_at is not None,
        "claimed_at": claim.claimed_at.isoformat(),
        "how": ""
        if claim.verified_at
        else f"Follow {brand.name} on {claim.platform.capitalize()} as @{claim.handle}, from now on.",
    }


def _moment(value: datetime | None) -> str | None:
    return value.isoformat() if value else None
