"""The ledger: accounts, journals whose entries sum to zero, the lots points came in, and what is held of them.

Journals, entries and uses of lots are append-only; triggers refuse to change or delete them and refuse a
journal that does not balance (migration `0002_ledger_guards`).
"""

from django.db import models

from loyalty.models.earning import EarningRule
from loyalty.states.ledger import CUSTOMER_BOOKS, Book, HoldState, JournalKind
from omnichannel.kernel.channels import Channel
from omnichannel.kernel.ids import uuid7


class Account(models.Model):
    """What one customer has of one unit. A cache of the entries, locked by whoever changes it.

    `balance` is what may be spent, `held` the part of it that open carts keep; points are whole, credit is in
    minor units.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="loyalty_accounts")
    unit = models.CharField(max_length=12, help_text="points, or credit:USD.")
    balance = models.BigIntegerField(default=0)
    pending = models.BigIntegerField(default=0)
    held = models.BigIntegerField(default=0)
    debt = models.BigIntegerField(default=0, help_text="Owed to the programme; settled from what comes in next.")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "unit"], name="ledger_account_once"),
            models.CheckConstraint(
                condition=models.Q(balance__gte=0, pending__gte=0, debt__gte=0), name="ledger_balance_not_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(held__gte=0, held__lte=models.F("balance")), name="ledger_held_within_balance"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} of {self.customer_id}"


class Journal(models.Model):
    """One movement, with why, by whom and where. `reference` makes it happen once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=10, choices=JournalKind.choices)
    reference = models.CharField(max_length=160, unique=True)
    reason = models.CharField(max_length=300)
    order_id = models.UUIDField(null=True, blank=True)
    undoes = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="undone_by",
        help_text="The movement this one takes back, wholly or in part.",
    )
    actor = models.CharField(max_length=80)
    channel = models.CharField(max_length=20, choices=Channel.choices)
    store_id = models.UUIDField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["order_id"], name="journal_of_order", condition=models.Q(order_id__isnull=False)),
            models.Index(fields=["-at"], name="journal_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"


class Entry(models.Model):
    """One side of a journal. A customer's book names the account; a programme's has none: it is a sum of entries."""

    id = models.BigAutoField(primary_key=True)
    journal = models.ForeignKey(Journal, on_delete=models.PROTECT, related_name="entries")
    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="entries", db_index=False
    )
    book = models.CharField(max_length=10, choices=Book.choices)
    unit = models.CharField(max_length=12)
    amount = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["account", "-id"], name="entry_of_account", condition=models.Q(account__isnull=False)),
            models.Index(fields=["unit", "book", "at"], name="entry_of_book"),
        ]
        constraints = [
            models.CheckConstraint(condition=~models.Q(amount=0), name="entry_not_zero"),
            models.CheckConstraint(
                condition=models.Q(account__isnull=False, book__in=CUSTOMER_BOOKS)
                | (models.Q(account__isnull=True) & ~models.Q(book__in=CUSTOMER_BOOKS)),
                name="entry_names_its_account",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.book} {self.amount:+d}"


class Lot(models.Model):
    """Points or credit that came in together: one expiry, one origin. Spending takes the earliest-expiring first.

    `reserved` is the part that open holds keep; `reversed` what was taken back of it because its order line was.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="lots", db_index=False)
    journal = models.ForeignKey(Journal, on_delete=models.PROTECT, related_name="lots")
    amount = models.BigIntegerField()
    remaining = models.BigIntegerField()
    reserved = models.BigIntegerField(default=0)
    reversed = models.BigIntegerField(default=0)
    is_pending = models.BooleanField(default=False)
    active_from = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    order_id = models.UUIDField(null=True, blank=True)
    line_id = models.UUIDField(null=True, blank=True)
    rule = models.ForeignKey(
        EarningRule, null=True, blank=True, on_delete=models.PROTECT, related_name="lots", db_index=False
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="lot_positive"),
            models.CheckConstraint(
                condition=models.Q(remaining__gte=0, remaining__lte=models.F("amount")), name="lot_remaining_within"
            ),
            models.CheckConstraint(
                condition=models.Q(reserved__gte=0, reserved__lte=models.F("remaining")), name="lot_reserved_within"
            ),
            models.CheckConstraint(
                condition=models.Q(reversed__gte=0, reversed__lte=models.F("amount")), name="lot_reversed_within"
            ),
        ]
        indexes = [
            models.Index(
                fields=["account", "expires_at"], name="lot_left_of_account", condition=models.Q(remaining__gt=0)
            ),
            models.Index(
                fields=["active_from"],
                name="lot_to_activate",
                condition=models.Q(is_pending=True, remaining__gt=0),
            ),
            models.Index(
                fields=["expires_at"],
                name="lot_to_expire",
                condition=models.Q(remaining__gt=0, expires_at__isnull=False),
            ),
            models.Index(fields=["order_id"], name="lot_of_order", condition=models.Q(order_id__isnull=False)),
            models.Index(fields=["account", "-created_at"], name="lot_newest_of_account"),
        ]

    def __str__(self) -> str:
        return f"{self.remaining} of {self.amount}"


class LotUse(models.Model):
    """What a journal took from a lot (negative) or put back; `line_id` the order line it paid for."""

    id = models.BigAutoField(primary_key=True)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="uses")
    journal = models.ForeignKey(Journal, on_delete=models.PROTECT, related_name="lot_uses")
    amount = models.BigIntegerField()
    line_id = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(amount=0), name="lot_use_not_zero")]

    def __str__(self) -> str:
        return f"{self.amount:+d} of {self.lot_id}"


class Hold(models.Model):
    """Points an open cart keeps for its checkout: no other cart is promised them until `until`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="holds")
    cart_id = models.UUIDField()
    amount = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=HoldState.choices, default=HoldState.OPEN)
    until = models.DateTimeField()
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "cart_id"], condition=models.Q(state=HoldState.OPEN), name="ledger_hold_once_a_cart"
            ),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="ledger_hold_positive"),
        ]
        indexes = [
            models.Index(fields=["until"], name="ledger_hold_due", condition=models.Q(state=HoldState.OPEN)),
            models.Index(fields=["cart_id"], name="ledger_hold_of_cart", condition=models.Q(state=HoldState.OPEN)),
        ]

    def __str__(self) -> str:
        return f"{self.amount} for {self.cart_id}"


class HoldLot(models.Model):
    id = models.BigAutoField(primary_key=True)
    hold = models.ForeignKey(Hold, on_delete=models.CASCADE, related_name="lots")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="holds")
    amount = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hold", "lot"], name="hold_lot_once"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="hold_lot_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} of {self.lot_id}"


class LotMove(models.Model):
    """Which lots a merge of customers took along, so that undoing it takes back exactly those."""

    id = models.BigAutoField(primary_key=True)
    merge_id = models.UUIDField(db_index=True)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="+")
    from_account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merge_id", "lot"], name="lot_move_once")]

    def __str__(self) -> str:
        return f"{self.lot_id} in {self.merge_id}"
