"""Who buys. A customer may have a log-in or none (guests, store sales, imports)."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower, Now

from customers.states import CustomerSource, IdentityKind
from omnichannel.kernel.ids import uuid7


class Customer(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="customer"
    )
    number = models.CharField(max_length=16, unique=True, help_text="Readable and printed; identifies, proves nothing.")
    first_name = models.CharField(max_length=100, blank=True)
    last_name = models.CharField(max_length=100, blank=True)
    email = models.EmailField(blank=True, help_text="Lower case. Several customers may carry it until one proves it.")
    email_verified_at = models.DateTimeField(null=True, blank=True)
    phone = models.CharField(max_length=20, blank=True, help_text="E.164.")
    locale = models.CharField(max_length=10, blank=True)
    time_zone = models.CharField(max_length=50, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    source = models.CharField(max_length=15, choices=CustomerSource.choices, default=CustomerSource.SIGN_UP)
    external_id = models.CharField(max_length=120, null=True, blank=True, unique=True)
    note = models.TextField(blank=True)
    tags = models.JSONField(default=list, blank=True)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged", db_index=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["email"], name="customer_email"),
            models.Index(fields=["phone"], name="customer_phone"),
            models.Index(Lower("last_name"), Lower("first_name"), name="customer_name"),
            models.Index(fields=["merged_into"], name="customer_merged", condition=models.Q(merged_into__isnull=False)),
            models.Index(fields=["-created_at", "id"], name="customer_newest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["email"],
                condition=models.Q(email_verified_at__isnull=False),
                name="customer_verified_email_once",
            )
        ]

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def __str__(self) -> str:
        return self.name or self.email or self.number


class Identity(models.Model):
    """Something a customer is known by. Events carry an identity's id, so merging repoints rows here alone.

    A customer's own identity has the customer's id.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    customer = models.ForeignKey(Customer, null=True, on_delete=models.CASCADE, related_name="identities")
    kind = models.CharField(max_length=12, choices=IdentityKind.choices)
    value = models.CharField(max_length=254)
    verified_at = models.DateTimeField(null=True, blank=True)
    joined_at = models.DateTimeField(null=True, blank=True)
    joined_how = models.CharField(
        max_length=20, blank=True, default="", db_default="", help_text="What made it this customer's: log_in, order …"
    )
    blocked_at = models.DateTimeField(
        null=True, blank=True, help_text="Several people use it: it joins nobody, and nobody's history follows it."
    )
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "identities"
        indexes = [models.Index(fields=["customer", "kind"], name="identity_of_customer")]
        constraints = [
            models.UniqueConstraint(fields=["kind", "value", "customer"], name="identity_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.value}"


class Address(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="addresses")
    name = models.CharField(max_length=200)
    company = models.CharField(max_length=200, blank=True)
    line1 = models.CharField(max_length=200)
    line2 = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=100)
    region = models.CharField(
        max_length=100, blank=True, help_text="State or province, by its ISO 3166-2 suffix where it has one."
    )
    postal_code = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2, help_text="ISO 3166-1 alpha-2.")
    phone = models.CharField(max_length=20, blank=True)
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "addresses"
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=models.Q(is_default=True), name="address_one_default"
            )
        ]

    def __str__(self) -> str:
        return f"{self.line1}, {self.city}"


class Label(models.Model):
    """A derived mark on a customer (segment, tier, lifecycle stage, value): written by upper apps, read by lower."""

    id = models.BigAutoField(primary_key=True)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="labels")
    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=80)
    value = models.JSONField(default=None, null=True)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["customer", "kind", "-valid_from"], name="label_of_customer")]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "kind", "key"], condition=models.Q(valid_until=None), name="label_open_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"


class Merge(models.Model):
    """Two records found to be one person, and what went over, so that it can be taken apart again."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    from_customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="merges_away")
    to_customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="merges_in")
    reason = models.CharField(max_length=300, blank=True)
    actor = models.CharField(max_length=80)
    moved = models.JSONField(default=dict, help_text="Ids of this app's rows that went over, by kind.")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.from_customer_id} → {self.to_customer_id}"
