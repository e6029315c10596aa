"""Where we sell from: places, the people and devices in them, and the stock ledger."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from omnichannel.kernel.channels import Channel
from omnichannel.kernel.ids import uuid7
from stores.states import DeviceState, HoldState, MovementKind, StoreKind


class Store(models.Model):
    """A place with stock. `opens_on` and `closes_on` bound a pop-up's life (both included, in its zone)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.SlugField(max_length=40, unique=True)
    external_id = models.CharField(max_length=120, null=True, blank=True, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=StoreKind.choices, default=StoreKind.SHOP)
    line1 = models.CharField(max_length=200, blank=True)
    line2 = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=100, blank=True)
    region = models.CharField(max_length=100, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2, default="US")
    phone = models.CharField(max_length=20, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    time_zone = models.CharField(max_length=50, default="UTC")
    opening_hours = models.JSONField(
        default=dict,
        blank=True,
        help_text='By ISO weekday: {"1": [["09:00", "18:00"]], …}; exceptions by date: {"2026-12-25": []}.',
    )
    opens_on = models.DateField(null=True, blank=True)
    closes_on = models.DateField(null=True, blank=True)
    pickup_enabled = models.BooleanField(default=True)
    pickup_lead_minutes = models.PositiveIntegerField(default=60)
    pickup_hold_days = models.PositiveSmallIntegerField(default=5)
    ships = models.BooleanField(default=False, help_text="Parcels are sent from here.")
    shipping_priority = models.PositiveSmallIntegerField(default=100)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class StockLevel(models.Model):
    """What one store has of one variant. Changed only through the ledger (`stores.services.stock`).

    Available to sell = on_hand − reserved − safety_stock. `damaged` is not part of `on_hand`.
    """

    id = models.BigAutoField(primary_key=True)
    # Both keys lead an index of their own below; a third and fourth index would only slow the ledger.
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="levels", db_index=False)
    variant = models.ForeignKey("catalog.Variant", on_delete=models.PROTECT, related_name="levels", db_index=False)
    on_hand = models.IntegerField(default=0)
    reserved = models.IntegerField(default=0)
    backordered = models.IntegerField(default=0, help_text="Promised beyond what is on hand (back-order variants).")
    safety_stock = models.IntegerField(
        default=0, help_text="Kept back from pickup and shipping; a till may still sell it."
    )
    reorder_point = models.IntegerField(
        default=0, help_text="At or below this, available stock is called low. 0: never."
    )
    incoming = models.IntegerField(default=0)
    damaged = models.IntegerField(default=0)
    location = models.CharField(max_length=40, blank=True, help_text="Aisle or shelf.")
    version = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "variant"], name="stock_level_once"),
            models.CheckConstraint(
                condition=models.Q(reserved__gte=0, reserved__lte=models.F("on_hand")),
                name="stock_reserved_within_on_hand",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    backordered__gte=0, safety_stock__gte=0, reorder_point__gte=0, incoming__gte=0, damaged__gte=0
                ),
                name="stock_counts_not_negative",
            ),
        ]
        indexes = [models.Index(fields=["variant", "store"], name="stock_of_variant")]

    def __str__(self) -> str:
        return f"{self.variant} in {self.store}"


class StockMovement(models.Model):
    """The ledger: for each store and variant the deltas sum to the level. Append-only."""

    id = models.BigAutoField(primary_key=True)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    variant = models.ForeignKey(
        "catalog.Variant", on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    kind = models.CharField(max_length=15, choices=MovementKind.choices)
    on_hand_delta = models.IntegerField(default=0)
    reserved_delta = models.IntegerField(default=0)
    backordered_delta = models.IntegerField(default=0)
    incoming_delta = models.IntegerField(default=0)
    damaged_delta = models.IntegerField(default=0)
    reason = models.CharField(max_length=200, blank=True)
    reference_kind = models.CharField(max_length=20, blank=True, help_text="order, hold, return, import, count …")
    reference_id = models.UUIDField(null=True)
    actor = models.CharField(max_length=80)
    channel = models.CharField(max_length=20, choices=Channel.choices)
    device_id = models.UUIDField(null=True)
    associate_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["store", "variant", "-id"], name="movement_ledger"),
            models.Index(fields=["variant", "-id"], name="movement_of_variant"),
            models.Index(fields=["reference_id"], name="movement_reference"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.on_hand_delta:+d}"


class Hold(models.Model):
    """Units promised to a cart or an order until a moment; then they may be sold to others again.

    Without a moment they are promised until taken or released.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+")
    holder_kind = models.CharField(max_length=20)
    holder_id = models.UUIDField()
    state = models.CharField(max_length=10, choices=HoldState.choices, default=HoldState.HELD)
    expires_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["holder_id"], name="hold_of_holder"),
            models.Index(fields=["expires_at"], name="hold_expiry", condition=models.Q(state=HoldState.HELD)),
        ]

    def __str__(self) -> str:
        return f"{self.holder_kind} {self.holder_id}"


class HoldLine(models.Model):
    id = models.BigAutoField(primary_key=True)
    hold = models.ForeignKey(Hold, on_delete=models.CASCADE, related_name="lines", db_index=False)
    variant = models.ForeignKey("catalog.Variant", on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField(help_text="Units reserved on hand.")
    backordered = models.PositiveIntegerField(default=0, help_text="Units promised beyond stock.")
    broken = models.PositiveIntegerField(
        default=0, help_text="Units taken from this promise by a stock change or its lapse."
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hold", "variant"], name="hold_line_once")]
        indexes = [models.Index(fields=["variant"], name="hold_line_waiting", condition=models.Q(backordered__gt=0))]

    def __str__(self) -> str:
        return f"{self.variant_id} × {self.quantity}"


class Associate(models.Model):
    """Who serves customers. The PIN is stored with a password hash; failures lock the associate out for a while."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="associate"
    )
    name = models.CharField(max_length=100)
    stores = models.ManyToManyField(Store, related_name="associates")
    pin_hash = models.CharField(max_length=200)
    is_manager = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    failed_attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    locked_until = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Device(models.Model):
    """A tablet or till of one store. Enrolled once by a code; known by the hash of its token afterwards."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="devices")
    name = models.CharField(max_length=100)
    channel = models.CharField(max_length=20, choices=Channel.choices, default=Channel.TABLET)
    state = models.CharField(max_length=10, choices=DeviceState.choices, default=DeviceState.INVITED)
    enrolment_code_hash = models.CharField(max_length=64, blank=True, db_index=True)
    enrolment_expires_at = models.DateTimeField(null=True, blank=True)
    token_hash = models.CharField(max_length=64, null=True, unique=True, editable=False)
    enrolled_at = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.name}, {self.store}"


class AssociateSession(models.Model):
    """An associate signed in on a device. One open session a device; a new PIN entry closes the last."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="sessions")
    associate = models.ForeignKey(Associate, on_delete=models.CASCADE, related_name="sessions")
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["device"], condition=models.Q(ended_at=None), name="associate_session_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.associate_id} on {self.device_id}"
