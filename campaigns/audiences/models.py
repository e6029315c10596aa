"""Live sets of (customer, item), and what advertising platforms are told of them."""

from django.db import models
from django.db.models.functions import Now

from campaigns.audiences.states import CallKind, ConversionState, ItemSource
from omnichannel.kernel.ids import uuid7


class Audience(models.Model):
    """A set of (customer, item) that keeps itself by its rule (see `rules/reading.py`)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    rule = models.JSONField()
    is_live = models.BooleanField(default=True, help_text="Paused, nobody comes in or out and nothing is sent.")
    version = models.PositiveIntegerField(default=1)
    created_by = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Destination(models.Model):
    """Where an audience is sent: one platform's list, known there by `remote_id`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    audience = models.ForeignKey(Audience, on_delete=models.CASCADE, related_name="destinations")
    platform = models.SlugField(max_length=30)
    remote_id = models.CharField(max_length=60, blank=True)
    is_on = models.BooleanField(default=True, help_text="Switched off, everybody is taken off the platform's list.")
    last_sync_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["audience", "platform"], name="destination_once")]

    def __str__(self) -> str:
        return f"{self.audience_id} → {self.platform}"


class AudienceItem(models.Model):
    """One customer, one item, from until. Without a product the customer as such is meant. Never written over."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    audience = models.ForeignKey(Audience, on_delete=models.CASCADE, related_name="items")
    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+")
    product = models.ForeignKey(
        "catalog.Product", null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    variant = models.ForeignKey(
        "catalog.Variant", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    source = models.CharField(max_length=10, choices=ItemSource.choices, default=ItemSource.RULE)
    rank = models.PositiveSmallIntegerField(default=0, help_text="0 is shown first.")
    reason = models.CharField(max_length=200)
    cause_at = models.DateTimeField(help_text="The last thing that keeps it in: the newest view, the purchase.")
    expires_at = models.DateTimeField(null=True, blank=True, help_text="When the rule's window closes on it.")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["audience", "customer", "product"],
                condition=models.Q(removed_at=None),
                name="audience_item_open_once",
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index(fields=["audience", "-added_at", "-id"], name="audience_item_newest"),
            models.Index(fields=["audience", "-removed_at"], name="audience_item_removed"),
            models.Index(fields=["customer", "audience"], name="audience_item_customer"),
            models.Index(fields=["expires_at"], name="audience_item_expiry", condition=models.Q(removed_at=None)),
            models.Index(fields=["product"], name="audience_item_product", condition=models.Q(removed_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} × {self.product_id}"


class Member(models.Model):
    """One customer on one platform's list: what is wanted and what the platform was told last.

    `identifiers` are the hashes as they were sent: they take the person off again even after an email changed.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    destination = models.ForeignKey(Destination, on_delete=models.CASCADE, related_name="members")
    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.SET_NULL, related_name="+")
    is_wanted = models.BooleanField(default=True)
    is_there = models.BooleanField(default=False)
    identifiers = models.JSONField(default=list, blank=True)
    reason = models.CharField(max_length=200, blank=True, help_text="Why not on the list, in words.")
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["destination", "customer"], name="audience_member_once")]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="audience_member_due",
                condition=~models.Q(is_wanted=models.F("is_there")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} on {self.destination_id}"


class Conversion(models.Model):
    """Something a customer did that a platform hears of, once for each event id. Written first, sent later.

    `event_id` is the one the browser's pixel sends too, so that the platform counts both as one.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    platform = models.SlugField(max_length=30)
    name = models.CharField(max_length=40)
    event_id = models.CharField(max_length=120)
    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.SET_NULL, related_name="+")
    occurred_at = models.DateTimeField()
    action_source = models.CharField(max_length=30)
    page_url = models.CharField(max_length=500, blank=True)
    user_data = models.JSONField(default=dict, blank=True, help_text="Hashed, as the platform wants it.")
    custom_data = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=ConversionState.choices, default=ConversionState.INTENDED)
    reason = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True, blank=True)
    trace = models.CharField(max_length=120, blank=True, help_text="The platform's own receipt.")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["platform", "name", "event_id"], name="conversion_once"),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"], name="conversion_due", condition=models.Q(state=ConversionState.INTENDED)
            ),
            models.Index(fields=["-created_at", "id"], name="conversion_newest"),
            models.Index(fields=["customer", "-occurred_at"], name="conversion_of_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.event_id}"


class PlatformCall(models.Model):
    """One call to a platform and its answer, for those who ask what was sent. Persons stand in it hashed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    platform = models.SlugField(max_length=30)
    kind = models.CharField(max_length=10, choices=CallKind.choices)
    destination = models.ForeignKey(Destination, null=True, blank=True, on_delete=models.SET_NULL, related_name="calls")
    rows = models.PositiveIntegerField(default=0)
    request = models.JSONField(default=dict)
    status = models.PositiveSmallIntegerField(default=0, help_text="0: no answer came.")
    answer = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["-at", "id"], name="platform_call_newest"),
            models.Index(fields=["destination", "-at"], name="platform_call_destination"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} × {self.rows}"


class ItemMove(models.Model):
    """An item that went to another record in a merge, so that it can go back."""

    id = models.BigAutoField(primary_key=True)
    merge_id = models.UUIDField(db_index=True)
    item = models.ForeignKey(AudienceItem, on_delete=models.CASCADE, related_name="+")
    from_customer_id = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merge_id", "item"], name="audience_item_move_once")]

    def __str__(self) -> str:
        return f"{self.item_id} of {self.merge_id}"
