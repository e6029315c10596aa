"""What a touch was, and the ways to share an order out over its touches."""

from django.db import models


class TouchKind(models.TextChoices):
    """Where the customer met us, as a marketer would group it."""

    AD = "ad", "Paid ad"
    SEARCH = "search", "Search"
    SOCIAL = "social", "Social post"
    EMAIL = "email", "Email"
    SMS = "sms", "Text message"
    PUSH = "push", "Push message"
    MAIL = "mail", "Print and post"
    REFERRAL = "referral", "A friend"
    REFERRER = "referrer", "Another site"
    STORE = "store", "Store"
    DIRECT = "direct", "Website, direct"
    APP = "app", "App, direct"
    PHONE = "phone", "Phone and voice"
    MARKETPLACE = "marketplace", "Marketplace"


class AttributionModel(models.TextChoices):
    FIRST = "first", "First touch"
    LAST = "last", "Last touch"
    LINEAR = "linear", "Linear"
    TIME_DECAY = "time_decay", "Time decay"
    POSITION = "position", "Position"
