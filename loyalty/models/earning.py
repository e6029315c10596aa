"""The terms: how points are earned, spent and lost. Versions; what is published is never changed."""

from django.db import models

from loyalty.states.ledger import ExpiryPolicy, RuleKind
from loyalty.states.members import DebtPolicy, ProgrammeState
from omnichannel.kernel.ids import uuid7


class Programme(models.Model):
    """One version of the points terms. The published one with the latest go-live date that has come is in force."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.PositiveIntegerField(unique=True, editable=False)
    state = models.CharField(max_length=10, choices=ProgrammeState.choices, default=ProgrammeState.DRAFT)
    goes_live_at = models.DateTimeField(null=True, blank=True)
    name = models.CharField(max_length=80, default="Points")
    currency = models.CharField(max_length=3, default="USD", help_text="In which points are earned and spent.")
    members_only = models.BooleanField(default=False, help_text="On: only enrolled members earn points for orders.")
    earn_on_tax = models.BooleanField(default=False, help_text="Count tax towards what is spent.")
    earn_on_points = models.BooleanField(default=False, help_text="Count what was paid with points.")
    pending_days = models.PositiveIntegerField(
        default=30, help_text="Days until earned points may be spent; 0 for at once."
    )
    expiry = models.CharField(max_length=10, choices=ExpiryPolicy.choices, default=ExpiryPolicy.ROLLING)
    expiry_months = models.PositiveIntegerField(default=12)
    burn_points = models.PositiveIntegerField(default=100, help_text="So many points …")
    burn_minor = models.PositiveIntegerField(default=100, help_text="… are worth so many minor units.")
    burn_minimum = models.PositiveIntegerField(default=100, help_text="The fewest points one bill may take.")
    burn_step = models.PositiveIntegerField(default=1, help_text="Points are spent in multiples of this.")
    burn_max_share_pct = models.PositiveIntegerField(default=100, help_text="The most of a bill points may pay.")
    hold_minutes = models.PositiveIntegerField(default=60, help_text="How long a cart keeps points held for it.")
    return_grace_days = models.PositiveIntegerField(
        default=30, help_text="Points given back after their expiry live so many days more."
    )
    approval_points = models.PositiveIntegerField(
        default=1_000, help_text="Adjustments of more points than this wait for a second member of staff."
    )
    approval_minor = models.PositiveIntegerField(default=5_000, help_text="The same for store credit, in minor units.")
    debt_policy = models.CharField(max_length=15, choices=DebtPolicy.choices, default=DebtPolicy.DEBT)
    note = models.CharField(max_length=300, blank=True, help_text="What changed, for whoever reads this next year.")
    created_by = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["state", "-goes_live_at"], name="programme_live")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state=ProgrammeState.PUBLISHED) | models.Q(goes_live_at__isnull=False),
                name="programme_dated",
            ),
            models.CheckConstraint(
                condition=models.Q(burn_points__gt=0, burn_minor__gt=0, burn_step__gt=0), name="programme_rate"
            ),
            models.CheckConstraint(
                condition=models.Q(burn_max_share_pct__gte=1, burn_max_share_pct__lte=100), name="programme_share"
            ),
            models.CheckConstraint(
                condition=models.Q(expiry=ExpiryPolicy.NEVER) | models.Q(expiry_months__gt=0), name="programme_expiry"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, version {self.version}"


class EarningRule(models.Model):
    """One version of one rule. The newest published version whose time has come is the one that counts.

    spend       `points` for every `per_minor` spent.
    multiplier  `factor` times what the spend rules give (1.5: half as much again).
    bonus       `points` for an order that meets the conditions.
    event       `points` when `trigger` happened (a follow, a review, a sign-up).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.SlugField(max_length=60, help_text="Names the rule through its versions.")
    version = models.PositiveIntegerField(editable=False)
    state = models.CharField(max_length=10, choices=ProgrammeState.choices, default=ProgrammeState.DRAFT)
    name = models.CharField(max_length=120, help_text="As the customer reads it on the statement.")
    kind = models.CharField(max_length=10, choices=RuleKind.choices, default=RuleKind.SPEND)
    points = models.PositiveIntegerField(default=0)
    per_minor = models.PositiveIntegerField(default=100, help_text="For spend: for every so many minor units.")
    factor = models.DecimalField(max_digits=5, decimal_places=2, default=1, help_text="For multipliers, above 1.")
    trigger = models.CharField(max_length=40, blank=True, help_text="For events: sign_up, social_follow, review …")
    once_per_customer = models.BooleanField(default=False)
    cap_points = models.PositiveIntegerField(
        null=True, blank=True, help_text="The most points a customer gets from this rule …"
    )
    cap_days = models.PositiveIntegerField(null=True, blank=True, help_text="… in so many days; empty for ever.")
    conditions = models.JSONField(
        default=dict,
        blank=True,
        help_text="channels, stores, products, variants, categories, tiers, first_order, minimum_minor.",
    )
    stack_group = models.CharField(
        max_length=40, blank=True, help_text="Of the rules of one group only the first that fits counts."
    )
    priority = models.IntegerField(default=100, help_text="Lower comes first.")
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, blank=True)
    created_by = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["state", "valid_from"], name="earning_rule_live")]
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="earning_rule_version"),
            models.CheckConstraint(condition=models.Q(per_minor__gt=0), name="earning_rule_per"),
            models.CheckConstraint(condition=models.Q(factor__gte=1), name="earning_rule_factor"),
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True) | models.Q(valid_until__gt=models.F("valid_from")),
                name="earning_rule_dates",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind=RuleKind.EVENT) | ~models.Q(trigger=""), name="earning_rule_trigger"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}, version {self.version}"
