"""The profile's panel of social media: proven handles and pictures."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse

from campaigns.social.models import HandleClaim, Post
from campaigns.social.states import PostState

SHOWN = 5
_TONES = {PostState.APPROVED: "ok", PostState.REPOSTED: "ok", PostState.REJECTED: "danger"}


class SocialPanel:
    """Two statements."""

    def panel(self, *, customer_id: UUID, at: datetime) -> dict[str, Any] | None:
        claims = list(HandleClaim.objects.filter(customer_id=customer_id).order_by("claimed_at")[:SHOWN])
        posts = list(Post.objects.filter(customer_id=customer_id).order_by("-posted_at")[:SHOWN])
        if not claims and not posts:
            return None
        return {
            "title": "Social",
            "rows": [
                {
                    "title": f"@{claim.handle}",
                    "note": claim.platform.capitalize(),
                    "state": "Proven" if claim.verified_at else "Not proven yet",
                    "tone": "ok" if claim.verified_at else "warn",
                }
                for claim in claims
            ]
            + [
                {
                    "title": post.caption[:60] or f"A picture by @{post.handle}",
                    "note": post.platform.capitalize(),
                    "state": post.get_state_display(),
                    "tone": _TONES.get(PostState(post.state), "warn"),
                    "url": reverse("admin:campaign_social_post_change", args=[post.pk]),
                }
                for post in posts
            ],
        }
