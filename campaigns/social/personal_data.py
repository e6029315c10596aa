"""What social holds of a person: handles, follows and pictures."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import models, transaction

from campaigns.social.models import Follow, HandleClaim, Post, SocialMove
from campaigns.social.states import PostState, Rights
from omnichannel.kernel.personal_data import MoveReport

_KINDS: dict[str, type[models.Model]] = {"post": Post, "claim": HandleClaim, "follow": Follow}


class SocialData:
    def export(self, *, customer_id: UUID) -> Mapping[str, Any]:
        posts = Post.objects.filter(customer_id=customer_id).order_by("posted_at")
        claims = HandleClaim.objects.filter(customer_id=customer_id).order_by("claimed_at")
        follows = Follow.objects.filter(customer_id=customer_id).order_by("followed_at")
        return {
            "social_posts": [
                {
                    "platform": post.platform,
                    "handle": post.handle,
                    "caption": post.caption,
                    "permalink": post.permalink,
                    "posted_at": post.posted_at.isoformat(),
                    "state": post.state,
                    "rights": post.rights,
                    "rights_proof": post.rights_proof,
                }
                for post in posts
            ],
            "social_handles": [
                {
                    "platform": claim.platform,
                    "handle": claim.handle,
                    "claimed_at": claim.claimed_at.isoformat(),
                    "verified_at": claim.verified_at.isoformat() if claim.verified_at else None,
                }
                for claim in claims
            ],
            "social_follows": [
                {"platform": follow.platform, "handle": follow.handle, "at": follow.followed_at.isoformat()}
                for follow in follows
            ],
        }

    def erase(self, *, customer_id: UUID, at: datetime) -> None:
        """Pictures go with their words; that there was a post stays, of nobody, and is shown nowhere."""
        posts = Post.objects.filter(customer_id=customer_id)
        for post in posts.exclude(media=""):
            transaction.on_commit(partial(post.media.storage.delete, str(post.media.name)), robust=True)
        posts.update(
            customer=None,
            handle="erased",
            caption="",
            hashtags=[],
            permalink="",
            media="",
            media_url="",
            alt="",
            rights=Rights.WITHDRAWN,
            rights_proof={},
            state=PostState.REJECTED,
            rejected_reason="The customer was erased.",
        )
        HandleClaim.objects.filter(customer_id=customer_id).delete()
        Follow.objects.filter(customer_id=customer_id).delete()

    def move(self, *, from_id: UUID, to_id: UUID, merge_id: UUID) -> MoveReport:
        moved = {}
        theirs = set(HandleClaim.objects.filter(customer_id=to_id).values_list("platform", "handle"))
        for kind, model in _KINDS.items():
            rows = model._default_manager.filter(customer_id=from_id)
            # A handle that both claimed is there already.
            ids = [
                row.pk for row in rows if not isinstance(row, HandleClaim) or (row.platform, row.handle) not in theirs
            ]
            SocialMove.objects.bulk_create(
                [SocialMove(merge_id=merge_id, kind=kind, row_id=pk, from_customer_id=from_id) for pk in ids],
                ignore_conflicts=True,
            )
            moved[f"social_{kind}s"] = model._default_manager.filter(pk__in=ids).update(customer_id=to_id)
        return MoveReport(moved=moved)

    def restore(self, *, merge_id: UUID) -> MoveReport:
        moved: dict[str, int] = {}
        for move in SocialMove.objects.filter(merge_id=merge_id):
            count = _KINDS[move.kind]._default_manager.filter(pk=move.row_id).update(customer_id=move.from_customer_id)
            moved[f"social_{move.kind}s"] = moved.get(f"social_{move.kind}s", 0) + count
        SocialMove.objects.filter(merge_id=merge_id).delete()
        return MoveReport(moved=moved)
