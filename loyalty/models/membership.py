"""Who is a member, by which way they came, and what they were given once."""

from django.db import models

from loyalty.states.members import MemberSource
from omnichannel.kernel.ids import uuid7


class Member(models.Model):
    """A customer in the programme. What they hold stands in the ledger; the card shows the customer's number."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    customer = models.OneToOneField("customers.Customer", on_delete=models.PROTECT, related_name="member")
    referral_code = models.CharField(
        max_length=16, unique=True, help_text="For friends; upper case, without look-alikes."
    )
    source = models.CharField(max_length=10, choices=MemberSource.choices, default=MemberSource.WEB)
    joined_at = models.DateTimeField()
    store = models.ForeignKey("stores.Store", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    associate_id = models.UUIDField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["-joined_at", "id"], name="member_newest")]

    def __str__(self) -> str:
        return self.referral_code


class EnrolTokenUse(models.Model):
    """A postcard's token that has given its bonus: one row a token, whoever scans it again."""

    reference = models.CharField(primary_key=True, max_length=120, help_text="What the token was made for.")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="tokens_used")
    source = models.CharField(max_length=10, choices=MemberSource.choices)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.reference


class EventReward(models.Model):
    """Points given because of something a customer did. Unique keys make it once, however often it is told."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="event_rewards")
    trigger = models.CharField(max_length=40)
    reference = models.CharField(max_length=160, help_text="What was done: a post, a review, an account followed.")
    points = models.PositiveIntegerField()
    once = models.BooleanField(default=True, help_text="Given once to a customer, whatever the reference.")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "trigger", "reference"], name="event_reward_once"),
            models.UniqueConstraint(
                fields=["customer", "trigger"], condition=models.Q(once=True), name="event_reward_once_each"
            ),
        ]
        indexes = [models.Index(fields=["customer", "trigger", "-at"], name="event_reward_of_customer")]

    def __str__(self) -> str:
        return f"{self.trigger} {self.points}"


class MemberMove(models.Model):
    """What a merge of customers took along here, so that undoing it takes back exactly that."""

    id = models.BigAutoField(primary_key=True)
    merge_id = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=12, help_text="member, referral, reward")
    row_id = models.UUIDField()
    from_customer_id = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merge_id", "kind", "row_id"], name="member_move_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.row_id} in {self.merge_id}"
