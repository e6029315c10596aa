"""Points for a picture and for a follow, once each, whatever comes twice."""

from datetime import datetime
from uuid import UUID

from campaigns.social.models import Follow, Post
from loyalty.services.rewards import reward
from omnichannel.kernel.context import Context

PHOTO, FOLLOW = "photo_approved", "social_follow"


def reward_photo(post: Post, *, by: Context, at: datetime) -> None:
    """Once a post, to whom it is by; later, if we learn only later who that is."""
    if post.customer_id is None or post.rewarded_at is not None:
        return
    done = reward(customer_id=post.customer_id, trigger=PHOTO, reference=f"{PHOTO}:{post.pk}", by=by, at=at)
    if done.reason not in ("given", "given_before"):
        return
    Post.objects.filter(pk=post.pk).update(rewarded_at=at)
    post.rewarded_at = at


def reward_follow(follow: Follow, customer_id: UUID, *, by: Context, at: datetime) -> None:
    """Once a platform and person: following again earns nothing again."""
    reward(customer_id=customer_id, trigger=FOLLOW, reference=f"{FOLLOW}:{follow.platform}:{customer_id}", by=by, at=at)
