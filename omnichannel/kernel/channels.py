"""Where a customer met us. Channels differ in data, never in code paths."""

from django.db import models


class Channel(models.TextChoices):
    WEB = "web", "Website"
    MOBILE = "mobile", "Mobile app"
    TABLET = "tablet", "Store tablet"
    POS = "pos", "Till"
    SOCIAL = "social", "Social"
    EMAIL = "email", "Email"
    SMS = "sms", "Text message"
    PUSH = "push", "Push"
    VOICE = "voice", "Voice"
    MARKETPLACE = "marketplace", "Marketplace"
    PHONE = "phone", "Phone service"
    MAIL = "mail", "Post"
    SYSTEM = "system", "System"
