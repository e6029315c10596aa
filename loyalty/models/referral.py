"""Members bring friends: the programme's versions, and each use of a code with what became of it."""

from django.db import models

from loyalty.models.membership import Member
from loyalty.states.members import REFERRAL_HOLDS, DebtPolicy, ProgrammeState, ReferralQualifies, ReferralState
from omnichannel.kernel.ids import uuid7


class ReferralProgramme(models.Model):
    """One version of the terms. The published one with the latest go-live date that has come is in force.

    A use keeps the version it was made under: terms that change later change nothing that was promised.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.PositiveIntegerField(unique=True, editable=False)
    state = models.CharField(max_length=10, choices=ProgrammeState.choices, default=ProgrammeState.DRAFT)
    goes_live_at = models.DateTimeField(null=True, blank=True)
    is_open = models.BooleanField(default=True, help_text="Off: codes are refused from the go-live date on.")
    currency = models.CharField(max_length=3, default="USD")
    member_minor = models.PositiveIntegerField(default=1500, help_text="Voucher for the member, in minor units.")
    friend_minor = models.PositiveIntegerField(default=1500, help_text="Voucher for the friend, in minor units.")
    voucher_days = models.PositiveIntegerField(default=365, help_text="Days until a voucher expires.")
    minimum_minor = models.PositiveIntegerField(default=0, help_text="What the friend's first order must be worth.")
    qualifies = models.CharField(max_length=10, choices=ReferralQualifies.choices, default=ReferralQualifies.AT_ONCE)
    qualify_days = models.PositiveIntegerField(default=30, help_text="Days the return window lasts.")
    clawback = models.CharField(max_length=15, choices=DebtPolicy.choices, default=DebtPolicy.DEBT)
    velocity_limit = models.PositiveIntegerField(
        default=10, help_text="More friends than this in the hours beside it go to review."
    )
    velocity_hours = models.PositiveIntegerField(default=24)
    note = models.CharField(max_length=300, blank=True, help_text="What changed, for whoever reads this next year.")
    created_by = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["state", "-goes_live_at"], name="referral_programme_live")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state=ProgrammeState.PUBLISHED) | models.Q(goes_live_at__isnull=False),
                name="referral_programme_dated",
            )
        ]

    def __str__(self) -> str:
        return f"Referral terms, version {self.version}"


class ReferralUse(models.Model):
    """One friend who used a member's code in one order."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(ReferralProgramme, on_delete=models.PROTECT, related_name="uses")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="referrals")
    code = models.CharField(max_length=16)
    order = models.OneToOneField("orders.Order", on_delete=models.PROTECT, related_name="referral")
    friend = models.ForeignKey(
        "customers.Customer", null=True, blank=True, on_delete=models.PROTECT, related_name="referred_by"
    )
    friend_key = models.CharField(max_length=260, help_text="Who the friend is, whatever they log in with.")
    channel = models.CharField(max_length=20)
    state = models.CharField(max_length=12, choices=ReferralState.choices, default=ReferralState.CLAIMED)
    reasons = models.JSONField(default=list, blank=True, help_text="Why it is in review, or was refused.")
    qualifies_at = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=80, blank=True)
    decision = models.CharField(max_length=300, blank=True)
    rewarded_at = models.DateTimeField(null=True, blank=True)
    clawed_back_at = models.DateTimeField(null=True, blank=True)
    taken_back = models.JSONField(default=dict, blank=True, help_text="What was taken and what is owed, by side.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["friend_key"], condition=models.Q(state__in=REFERRAL_HOLDS), name="referral_once_a_friend"
            ),
            models.UniqueConstraint(
                fields=["friend"], condition=models.Q(state__in=REFERRAL_HOLDS), name="referral_once_a_customer"
            ),
        ]
        indexes = [
            models.Index(fields=["member", "-claimed_at"], name="referral_of_member"),
            models.Index(fields=["state", "-claimed_at"], name="referral_of_state"),
            models.Index(fields=["qualifies_at"], name="referral_due", condition=models.Q(state=ReferralState.WAITING)),
        ]

    def __str__(self) -> str:
        return f"{self.code} in {self.order_id}"
