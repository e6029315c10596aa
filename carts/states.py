"""States of a cart and of what hangs on it."""

from django.db import models


class CartStatus(models.TextChoices):
    OPEN = "open", "Open"
    PLACED = "placed", "Became an order"
    MERGED = "merged", "Merged into another cart"


CART_TRANSITIONS: dict[CartStatus, frozenset[CartStatus]] = {
    CartStatus.OPEN: frozenset({CartStatus.PLACED, CartStatus.MERGED}),
    CartStatus.PLACED: frozenset(),
    CartStatus.MERGED: frozenset({CartStatus.OPEN}),  # an undone merge
}


class MergeStrategy(models.TextChoices):
    SUM = "sum", "Add quantities"
    MAXIMUM = "maximum", "Keep the larger quantity"
    KEEP_CUSTOMER = "keep_customer", "Keep the customer's line"
    KEEP_GUEST = "keep_guest", "Keep the guest's line"


class ListKind(models.TextChoices):
    WISH = "wish", "Wish list"
    SAVED = "saved", "Saved for later"


class FulfilmentKind(models.TextChoices):
    SHIP = "ship", "Ship"
    PICKUP = "pickup", "Pick up"
    CARRY_OUT = "carry_out", "Carry out"
