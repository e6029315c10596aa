"""Posts of customers, who they are by, and what may be done with them."""

from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models.functions import Now

from campaigns.social.states import PostSource, PostState, Rights
from omnichannel.kernel.ids import uuid7


def picture_storage() -> Storage:
    """Never served by an address of the storage's own: who has not said yes yet is shown to nobody."""
    return storages["private"]


class Post(models.Model):
    """A picture somebody posted with the brand's hashtag. Public only with rights, and while it is approved."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    platform = models.SlugField(max_length=30)
    external_id = models.CharField(max_length=120)
    source = models.CharField(max_length=10, choices=PostSource.choices, default=PostSource.WEBHOOK)
    handle = models.CharField(max_length=60, help_text="Lower case, without the @.")
    customer = models.ForeignKey(
        "customers.Customer", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    caption = models.TextField(blank=True)
    hashtags = models.JSONField(default=list, blank=True)
    permalink = models.CharField(max_length=500, blank=True)
    media = models.FileField(
        upload_to="social/", storage=picture_storage, blank=True, help_text="Served by the API alone, once it may be."
    )
    media_url = models.CharField(max_length=500, blank=True, help_text="Where the platform keeps it.")
    fetch_attempts = models.PositiveSmallIntegerField(default=0)
    alt = models.CharField(max_length=200, blank=True)
    posted_at = models.DateTimeField()
    state = models.CharField(max_length=15, choices=PostState.choices, default=PostState.PENDING)
    rights = models.CharField(max_length=10, choices=Rights.choices, default=Rights.NONE)
    rights_asked_at = models.DateTimeField(null=True, blank=True)
    rights_at = models.DateTimeField(null=True, blank=True)
    rights_proof = models.JSONField(default=dict, blank=True)
    rejected_reason = models.CharField(max_length=200, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    reposted_at = models.DateTimeField(null=True, blank=True)
    repost_url = models.CharField(max_length=500, blank=True)
    decided_by = models.CharField(max_length=80, blank=True)
    rewarded_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["platform", "external_id"], name="social_post_once"),
        ]
        indexes = [
            models.Index(fields=["state", "-posted_at", "-id"], name="social_post_queue"),
            models.Index(fields=["platform", "handle"], name="social_post_handle"),
            models.Index(fields=["customer"], name="social_post_customer", condition=models.Q(customer__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"@{self.handle}"


class PostProduct(models.Model):
    """Something to be seen on a picture, in the order it is offered."""

    id = models.BigAutoField(primary_key=True)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="tags")
    product = models.ForeignKey("catalog.Product", on_delete=models.CASCADE, related_name="+")
    variant = models.ForeignKey(
        "catalog.Variant", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["post", "product"], name="social_tag_once")]

    def __str__(self) -> str:
        return f"{self.product_id} on {self.post_id}"


class HandleClaim(models.Model):
    """A customer says a handle is theirs; the platform's word of a later follow proves it (`verified_at`).

    Proven, it stands as `customers.Identity` of kind social too, where everybody looks.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+")
    platform = models.SlugField(max_length=30)
    handle = models.CharField(max_length=60)
    claimed_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "platform", "handle"], name="social_claim_once"),
            models.UniqueConstraint(
                fields=["platform", "handle"],
                condition=models.Q(verified_at__isnull=False),
                name="social_handle_verified_once",
            ),
        ]
        indexes = [models.Index(fields=["platform", "handle"], name="social_claim_handle")]

    def __str__(self) -> str:
        return f"{self.platform}:@{self.handle}"


class Follow(models.Model):
    """The platform's word that a handle follows us."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    platform = models.SlugField(max_length=30)
    handle = models.CharField(max_length=60)
    customer = models.ForeignKey(
        "customers.Customer", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    followed_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["platform", "handle"], name="social_follow_once")]

    def __str__(self) -> str:
        return f"{self.platform}:@{self.handle}"


class SeenWebhook(models.Model):
    """Ids of webhook messages taken in: each acts once, however often it comes."""

    id = models.CharField(primary_key=True, max_length=120)
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.id


class SocialMove(models.Model):
    """What went to another record in a merge, so that it can go back."""

    id = models.BigAutoField(primary_key=True)
    merge_id = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=10)
    row_id = models.UUIDField()
    from_customer_id = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merge_id", "kind", "row_id"], name="social_move_once")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.merge_id}"
