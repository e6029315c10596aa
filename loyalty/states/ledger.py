"""Words of the ledger: where points and credit stand, and why they moved."""

from django.db import models


class Unit(models.TextChoices):
    """Points, or credit in a currency: `credit:USD`."""

    POINTS = "points", "Points"


CREDIT_PREFIX = "credit:"


def credit_unit(currency: str) -> str:
    return f"{CREDIT_PREFIX}{currency}"


def currency_of(unit: str) -> str:
    """The currency of a credit unit; empty for points."""
    return unit.removeprefix(CREDIT_PREFIX) if unit.startswith(CREDIT_PREFIX) else ""


class Book(models.TextChoices):
    """The accounts of the double entry. The first three are a customer's; the rest are the programme's."""

    ACTIVE = "active", "Customer: may be spent"
    PENDING = "pending", "Customer: not yet"
    DEBT = "debt", "Customer: owed to the programme"
    ISSUED = "issued", "Programme: given out, net of what was taken back"
    REDEEMED = "redeemed", "Programme: spent, net of what was given back"
    EXPIRED = "expired", "Programme: lapsed unused (breakage)"
    ADJUSTED = "adjusted", "Programme: put right by staff"


CUSTOMER_BOOKS = (Book.ACTIVE, Book.PENDING, Book.DEBT)


class JournalKind(models.TextChoices):
    EARN = "earn", "Earned"
    GRANT = "grant", "Given"
    ACTIVATE = "activate", "Became active"
    SPEND = "spend", "Spent"
    RETURN = "return", "Given back"
    REVERSE = "reverse", "Taken back"
    EXPIRE = "expire", "Expired"
    ADJUST = "adjust", "Adjusted"
    MOVE = "move", "Moved between records"
    CLOSE = "close", "Lapsed with the record"


class HoldState(models.TextChoices):
    OPEN = "open", "Open"
    RELEASED = "released", "Released"
    SPENT = "spent", "Spent"
    EXPIRED = "expired", "Expired"


class ExpiryPolicy(models.TextChoices):
    ROLLING = "rolling", "Each earning expires after some months"
    NEVER = "never", "Points do not expire"


class RuleKind(models.TextChoices):
    SPEND = "spend", "Points for money spent"
    MULTIPLIER = "multiplier", "More points for the same"
    BONUS = "bonus", "Points for an order"
    EVENT = "event", "Points for something done"
