"""The demo's social posts: some in the shop window, some waiting for a person, one turned down."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from campaigns.messages.services.pictures import static_png
from campaigns.social.models import HandleClaim
from campaigns.social.services.handles import claim_handle, receive_follow, settle_claim
from campaigns.social.services.posts import (
    Received,
    approve_post,
    ask_rights,
    note_repost,
    receive_post,
    reject_post,
    tag_products,
)
from campaigns.social.services.rights import answer_rights
from demo.services.people import Known
from omnichannel.kernel.context import Context

#: Handle, picture (a product's), words, SKUs, days ago, and how far it came.
_POSTS = (
    ("suzie.by.the.sea", "cove-swimsuit-ink", "First swim of the year in my #marram suit", ("COVE-SWIMSUIT-INK-10",), 24, "reposted"),
    ("amara.paddles", "dune-bucket-hat-sand", "Hat weather. #marram", ("DUNE-BUCKET-HAT-SAND",), 17, "approved"),
    ("lena_coast", "quay-rain-jacket-ochre", "Let it rain #marram", ("QUAY-RAIN-JACKET-OCHRE-10",), 9, "approved"),
    ("nordic.noor", "basket-bag-straw", "Market day with the basket #marram", (), 3, "asked"),
    ("thomas.sails", "boat-sock-harbour", "Warm feet on deck #marram", (), 1, "new"),
    ("cheap_watches_4u", "ankle-boot-tan", "Best prices, link in bio #marram", (), 2, "rejected"),
    # The brand's own: the newest that can be shopped, so it stands first where people look.
    ("marram", "linen-wrap-dress-sage", "Dune days: the linen wrap dress, made for warm wind. #marram", ("LINEN-WRAP-DRESS-SAGE-10", "SKERRY-STRAW-HAT-STRAW"), 1, "reposted"),
)  # fmt: skip


def load_posts(*, people: Sequence[Known], by: Context, at: datetime) -> int:
    """Posts of the heroine, the regulars and strangers, each as far as its story goes; returns how many."""
    for person, (handle, *_) in zip(people, _POSTS[:3], strict=False):
        moment = at - timedelta(days=60)
        claim = claim_handle(customer_id=person.id, platform="instagram", handle=handle, by=by, at=moment)
        followed = {"platform": "instagram", "handle": handle, "followed_at": moment + timedelta(minutes=3)}
        receive_follow(message=followed, by=by, at=moment + timedelta(minutes=4))
        if not HandleClaim.objects.filter(pk=claim.pk, verified_at__isnull=False).exists():
            settle_claim(claim_id=claim.pk, by=by, at=moment + timedelta(minutes=5))
    count = 0
    for number, (handle, picture, caption, skus, days, reached) in enumerate(_POSTS):
        moment = at - timedelta(days=days)
        told = Received(
            platform="instagram",
            external_id=f"demo-{number}",
            handle=handle,
            caption=caption,
            permalink=f"https://social.example/p/demo-{number}",
            alt=caption.partition("#")[0].strip(),
            posted_at=moment,
            content=static_png(f"demo/products/{picture}"),
        )
        post = receive_post(told=told, by=by, at=moment)
        if post is None:
            continue
        count += 1
        later = moment + timedelta(hours=5)
        if reached == "rejected":
            reject_post(post_id=post.pk, reason="Advertises something else", by=by, at=later)
        elif reached != "new":
            ask_rights(post_id=post.pk, by=by, at=later)
        if reached in ("approved", "reposted"):
            answer_rights(post_id=post.pk, is_given=True, how="link", by=by, at=later + timedelta(hours=2))
            tag_products(post_id=post.pk, skus=skus, by=by, at=later + timedelta(hours=3))
            approve_post(post_id=post.pk, by=by, at=later + timedelta(hours=3))
        if reached == "reposted":
            note_repost(
                post_id=post.pk, url=f"https://social.example/marram/{number}", by=by, at=later + timedelta(hours=4)
            )
    return count
