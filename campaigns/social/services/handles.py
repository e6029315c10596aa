"""Whose a handle is: claimed by a customer, proven by the platform's word of a follow that came after."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from campaigns.social.errors import HandleInvalid, HandleTaken, TooManyHandles
from campaigns.social.facts import FollowVerified
from campaigns.social.models import Follow, HandleClaim, Post
from campaigns.social.rules.handles import PLATFORMS, identity_value, normal_handle
from campaigns.social.services.rewarding import reward_follow, reward_photo
from campaigns.social.states import PostState
from customers.facts import CustomerIdentified
from customers.models import Customer, Identity
from customers.states import IdentityKind
from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from omnichannel.kernel.locks import lock_rows

MOST_CLAIMS = 10


def claim_handle(*, customer_id: UUID, platform: str, handle: str, by: Context, at: datetime) -> HandleClaim:
    """A customer says a handle is theirs. Nothing follows from it until the platform tells of a follow.

    Locks   the customer.
    Raises  HandleInvalid, HandleTaken, TooManyHandles.
    """
    name = normal_handle(handle)
    if not name:
        raise HandleInvalid(pointer="/handle")
    with transaction.atomic():
        lock_rows(Customer.objects.filter(pk=customer_id)).get()
        taken = HandleClaim.objects.filter(platform=platform, handle=name, verified_at__isnull=False).first()
        if taken is not None and taken.customer_id != customer_id:
            raise HandleTaken(pointer="/handle")
        found = HandleClaim.objects.filter(customer_id=customer_id, platform=platform, handle=name).first()
        if found is not None:
            return found
        if HandleClaim.objects.filter(customer_id=customer_id).count() >= MOST_CLAIMS:
            raise TooManyHandles()
        return HandleClaim.objects.create(customer_id=customer_id, platform=platform, handle=name, claimed_at=at)


def drop_handle(*, customer_id: UUID, claim_id: UUID, at: datetime) -> bool:
    """Take a handle back; False when there is none such. Posts keep their author, points stay earned."""
    with transaction.atomic():
        claim = HandleClaim.objects.filter(pk=claim_id, customer_id=customer_id).first()
        if claim is None:
            return False
        Identity.objects.filter(
            kind=IdentityKind.SOCIAL, customer_id=customer_id, value=identity_value(claim.platform, claim.handle)
        ).delete()
        claim.delete()
    return True


def receive_follow(*, message: Mapping[str, Any], by: Context, at: datetime) -> Follow:
    """The platform says that a handle follows us. Claimed before by one customer alone, the handle is theirs.

    message  platform, handle, followed_at.
    Locks    the customer.
    Emits    FollowVerified, CustomerIdentified.
    Raises   HandleInvalid.
    """
    platform, handle = str(message["platform"]), normal_handle(str(message["handle"]))
    if not handle or platform not in PLATFORMS:
        raise HandleInvalid(pointer="/handle")
    followed_at: datetime = message["followed_at"]
    with transaction.atomic():
        follow, made = Follow.objects.select_for_update(no_key=True).get_or_create(
            platform=platform, handle=handle, defaults={"followed_at": followed_at, "created_at": at}
        )
        if not made and follow.followed_at < followed_at:
            follow.followed_at = followed_at
            follow.save(update_fields=["followed_at"])
        claims = list(HandleClaim.objects.filter(platform=platform, handle=handle))
        proven = [claim for claim in claims if claim.verified_at is not None]
        # A follow older than the claim proves nothing: who follows whom is there for all to see.
        fresh = [claim for claim in claims if claim.claimed_at <= follow.followed_at]
        if not proven and len(claims) == 1 and fresh:
            _verify(fresh[0], follow, by=by, at=at)
    return follow


def settle_claim(*, claim_id: UUID, by: Context, at: datetime) -> HandleClaim:
    """Staff saw proof that a handle is this customer's, where several claim it or the follow is older.

    Raises  HandleTaken.
    """
    with transaction.atomic():
        claim = HandleClaim.objects.select_for_update(no_key=True).get(pk=claim_id)
        if (
            HandleClaim.objects.filter(platform=claim.platform, handle=claim.handle, verified_at__isnull=False)
            .exclude(pk=claim.pk)
            .exists()
        ):
            raise HandleTaken()
        follow = Follow.objects.filter(platform=claim.platform, handle=claim.handle).first()
        _verify(claim, follow, by=by, at=at)
    return claim


def find_owner(platform: str, handle: str) -> UUID | None:
    """The customer who proved that a handle is theirs."""
    return (
        Identity.objects.filter(
            kind=IdentityKind.SOCIAL,
            value=identity_value(platform, handle),
            verified_at__isnull=False,
            customer__isnull=False,
        )
        .values_list("customer_id", flat=True)
        .first()
    )


def _verify(claim: HandleClaim, follow: Follow | None, *, by: Context, at: datetime) -> None:
    if claim.verified_at is None:
        claim.verified_at = at
        claim.save(update_fields=["verified_at"])
        identity, _ = Identity.objects.get_or_create(
            kind=IdentityKind.SOCIAL,
            value=identity_value(claim.platform, claim.handle),
            customer_id=claim.customer_id,
            defaults={"verified_at": at},
        )
        if identity.verified_at is None:
            identity.verified_at = at
            identity.save(update_fields=["verified_at"])
        record(
            CustomerIdentified(
                customer_id=claim.customer_id, identity_id=identity.pk, kind=IdentityKind.SOCIAL, how="follow"
            ),
            by=by,
            at=at,
        )
        _join_posts(claim, by=by, at=at)
    if follow is not None and follow.verified_at is None:
        follow.customer_id, follow.verified_at = claim.customer_id, at
        follow.save(update_fields=["customer", "verified_at"])
        record(
            FollowVerified(
                follow_id=follow.pk, customer_id=claim.customer_id, platform=follow.platform, handle=follow.handle
            ),
            by=by,
            at=at,
        )
        reward_follow(follow, claim.customer_id, by=by, at=at)


def _join_posts(claim: HandleClaim, *, by: Context, at: datetime) -> None:
    """What came in under the handle before is theirs too, and an approved picture earns now."""
    posts = Post.objects.filter(platform=claim.platform, handle=claim.handle, customer=None)
    for post in posts.select_for_update(no_key=True):
        post.customer_id = claim.customer_id
        post.save(update_fields=["customer"])
        if post.state in (PostState.APPROVED, PostState.REPOSTED):
            reward_photo(post, by=by, at=at)
