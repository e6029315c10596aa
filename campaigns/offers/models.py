"""Offers in versions, the codes that open them, and every use with what it took off which line."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from campaigns.offers.states import OfferStatus
from omnichannel.kernel.ids import uuid7


class Offer(models.Model):
    """`draft` is being written; what counts is `live`, the version published last. Counters move only under a limit.

    `used_minor` and `uses` are what living redemptions have taken, kept where a budget or a number of uses is set.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.SlugField(max_length=60, unique=True, help_text="Names it in journeys, imports and the API.")
    name = models.CharField(max_length=120, help_text="For the team.")
    status = models.CharField(max_length=10, choices=OfferStatus.choices, default=OfferStatus.DRAFT)
    draft = models.JSONField(default=dict, blank=True)
    live = models.ForeignKey(
        "OfferVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    budget_minor = models.PositiveBigIntegerField(null=True, blank=True, help_text="All it may ever take off.")
    currency = models.CharField(max_length=3, default="USD", help_text="The currency of the budget.")
    max_uses = models.PositiveIntegerField(null=True, blank=True, help_text="Orders it may be used in, all together.")
    per_customer = models.PositiveIntegerField(null=True, blank=True, help_text="Orders of one person.")
    used_minor = models.BigIntegerField(default=0, editable=False)
    uses = models.IntegerField(default=0, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False, help_text="Moves with every write.")
    created_by = models.CharField(max_length=80, blank=True, editable=False)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(budget_minor=None) | models.Q(used_minor__lte=models.F("budget_minor")),
                name="offer_within_budget",
            ),
            models.CheckConstraint(
                condition=models.Q(max_uses=None) | models.Q(uses__lte=models.F("max_uses")), name="offer_within_uses"
            ),
            models.CheckConstraint(condition=models.Q(used_minor__gte=0, uses__gte=0), name="offer_use_not_negative"),
            models.CheckConstraint(
                condition=~models.Q(status=OfferStatus.LIVE) | models.Q(live__isnull=False),
                name="offer_live_has_version",
            ),
        ]
        indexes = [models.Index(fields=["status", "key"], name="offer_of_status")]

    def __str__(self) -> str:
        return self.name


class OfferVersion(models.Model):
    """What was published, word for word. Orders name the version that took something off."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    sentence = models.CharField(max_length=1000, help_text="The definition as it reads.")
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    published_by = models.CharField(max_length=80)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["offer", "number"], name="offer_version_once")]

    def __str__(self) -> str:
        return f"Version {self.number}"


class CodeBatch(models.Model):
    """Codes made in one go, to be printed or exported."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="batches")
    name = models.CharField(max_length=120)
    count = models.PositiveIntegerField()
    prefix = models.CharField(max_length=12, blank=True)
    max_uses = models.PositiveIntegerField(default=1)
    expires_at = models.DateTimeField(null=True, blank=True)
    created_by = models.CharField(max_length=80)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "code batches"

    def __str__(self) -> str:
        return self.name


class Code(models.Model):
    """A code opens its offer; for one person, for named goods and until its own second where these are given.

    `lookup` is the code as it is found: upper case, no dashes, look-alike letters folded.
    """

    id = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=40)
    lookup = models.CharField(max_length=40, editable=False)
    # Codes come a million at a time, and a foreign key checks each row by itself: the batch they come with has one.
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="codes", db_constraint=False)
    batch = models.ForeignKey(
        CodeBatch,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="codes",
        db_constraint=False,
        db_index=False,
    )
    customer = models.ForeignKey(
        "customers.Customer", null=True, blank=True, on_delete=models.CASCADE, related_name="offer_codes"
    )
    product_ids = ArrayField(models.UUIDField(), default=list, blank=True)
    variant_ids = ArrayField(models.UUIDField(), default=list, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    max_uses = models.PositiveIntegerField(null=True, blank=True, default=1, help_text="Empty: any number of times.")
    uses = models.IntegerField(default=0, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    issue_key = models.CharField(max_length=150, null=True, blank=True, editable=False)
    reason = models.CharField(max_length=200, blank=True, help_text="Why she has it.")
    created_by = models.CharField(max_length=80, blank=True, editable=False)
    created_at = models.DateTimeField()
    moved_in_merge = models.UUIDField(null=True, editable=False)
    moved_from = models.UUIDField(null=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lookup"], name="offer_code_once"),
            models.UniqueConstraint(
                fields=["issue_key"], condition=models.Q(issue_key__isnull=False), name="offer_code_issued_once"
            ),
            models.CheckConstraint(
                condition=models.Q(uses__gte=0) & (models.Q(max_uses=None) | models.Q(uses__lte=models.F("max_uses"))),
                name="offer_code_within_uses",
            ),
        ]
        indexes = [
            models.Index(
                fields=["customer", "-id"], name="offer_code_of_customer", condition=models.Q(customer__isnull=False)
            ),
            models.Index(fields=["batch", "id"], name="offer_code_of_batch", condition=models.Q(batch__isnull=False)),
            models.Index(
                fields=["moved_in_merge"], name="offer_code_moved", condition=models.Q(moved_in_merge__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Redemption(models.Model):
    """One offer, by one code or by itself, in one order. `rolled_minor` is what came back with lines since.

    `person` is who a limit counts: `c:<customer>` or, for a guest, `e:<hash of the email>`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="redemptions")
    version = models.ForeignKey(OfferVersion, on_delete=models.PROTECT, related_name="+")
    code = models.ForeignKey(Code, null=True, blank=True, on_delete=models.SET_NULL, related_name="redemptions")
    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, related_name="+")
    customer = models.ForeignKey(
        "customers.Customer", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    person = models.CharField(max_length=70, blank=True, editable=False)
    amount_minor = models.BigIntegerField(help_text="What it took off when the order was placed.")
    rolled_minor = models.BigIntegerField(
        default=0, help_text="Of that, what came back with cancelled or returned lines."
    )
    currency = models.CharField(max_length=3)
    redeemed_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True, help_text="Every line is back: the use counts no more.")
    moved_in_merge = models.UUIDField(null=True, editable=False)
    moved_from = models.UUIDField(null=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order", "offer", "code"], name="offer_redeemed_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=models.Q(rolled_minor__gte=0, rolled_minor__lte=models.F("amount_minor")),
                name="offer_rolled_within_amount",
            ),
        ]
        indexes = [
            models.Index(fields=["offer", "-redeemed_at"], name="offer_redemptions"),
            models.Index(fields=["customer", "-redeemed_at"], name="offer_redeemed_by"),
            models.Index(
                fields=["moved_in_merge"],
                name="offer_redemption_moved",
                condition=models.Q(moved_in_merge__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} {self.currency}"


class RedemptionLine(models.Model):
    """An order line's share of a redemption, by its position: claims come before the order's rows. Without: shipping."""

    id = models.BigAutoField(primary_key=True)
    redemption = models.ForeignKey(Redemption, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField(null=True, blank=True)
    quantity = models.PositiveIntegerField(default=0)
    rolled_quantity = models.PositiveIntegerField(default=0)
    amount_minor = models.BigIntegerField()
    rolled_minor = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["redemption", "position"], name="offer_line_once", nulls_distinct=False),
            models.CheckConstraint(
                condition=models.Q(rolled_minor__gte=0, rolled_minor__lte=models.F("amount_minor")),
                name="offer_line_rolled_within",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor}"


class PersonUse(models.Model):
    """How often one person has an offer in use: the row a limit for each customer is judged on."""

    id = models.BigAutoField(primary_key=True)
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="+")
    person = models.CharField(max_length=70)
    uses = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["offer", "person"], name="offer_person_once")]

    def __str__(self) -> str:
        return f"{self.person} × {self.uses}"
