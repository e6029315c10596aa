"""What audiences and social posts add to the house: one of each thing, and a good body for each write."""

from typing import Any

from campaigns.audiences.models import Conversion
from campaigns.audiences.states import ConversionState
from campaigns.social.models import Post
from campaigns.social.queries.links import rights_token
from campaigns.social.services.handles import claim_handle
from campaigns.social.states import PostState, Rights
from customers.models import Customer
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from tests.audiences.tools import audience


def promoting_ids(customer: Customer) -> dict[str, str]:
    """An audience, a conversion that was refused, a post whose owner was asked, a handle that is claimed."""
    post = Post.objects.create(
        platform="instagram", external_id="1", handle="suzie.l", customer=customer, posted_at=now(), created_at=now(),
        state=PostState.RIGHTS_ASKED, rights=Rights.ASKED,
    )  # fmt: skip
    conversion = Conversion.objects.create(
        platform="meta", name="ViewContent", event_id="1", customer=customer, occurred_at=now(),
        action_source="website", state=ConversionState.REFUSED,
    )  # fmt: skip
    claim = claim_handle(customer_id=customer.pk, platform="instagram", handle="suzie.l", by=SYSTEM, at=now())
    return {
        "audience_id": str(audience("viewed_or_carted_not_bought").pk),
        "conversion_id": str(conversion.pk),
        "post_id": str(post.pk),
        "claim_id": str(claim.pk),
        "rights_token": rights_token(post.pk),
    }


PROMOTING_BODIES: dict[str, Any] = {
    "audiences_create": {"key": "lookers", "name": "Lookers", "rule": {"kind": "viewed_or_carted_not_bought"}},
    "audiences_change": {"name": "Onlookers"},
    "me_social_handles_add": {"platform": "instagram", "handle": "suzie.lindqvist"},
    "me_posts_rights": {"given": True},
    "social_rights_answer": {"given": True},
    "social_tag": {"skus": ["SOCKS"]},
    "social_reject": {"reason": "Blurred"},
    "social_repost": {"url": "https://instagram.example/p/1"},
}
