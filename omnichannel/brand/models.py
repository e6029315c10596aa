"""The brand kit: one row, read by every screen, message and client."""

from django.core.validators import RegexValidator
from django.db import models


class BrandKit(models.Model):
    """How the brand looks, speaks and signs. There is exactly one (`brand_kit_single`)."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(max_length=80)
    tagline = models.CharField(max_length=200, blank=True)
    legal_name = models.CharField(max_length=200, blank=True)
    postal_address = models.TextField(blank=True, help_text="Printed at the foot of every message.")
    logo_svg = models.TextField(blank=True, help_text="The mark, as SVG without scripts.")
    colour = models.CharField(
        max_length=7,
        default="#0b6480",
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", "A colour reads like #0b6480.")],
        help_text="Gives hue and strength; the screens set lightness themselves so that text stays readable.",
    )
    voice = models.TextField(blank=True, help_text="How the brand speaks, for those who write messages.")
    default_currency = models.CharField(max_length=3, default="USD")
    currencies = models.JSONField(default=list, blank=True, help_text="Other currencies the shop sells in.")
    locale = models.CharField(max_length=10, default="en_US")
    time_zone = models.CharField(max_length=50, default="UTC")
    sender_name = models.CharField(max_length=80, blank=True)
    sender_email = models.EmailField(default="hello@example.com")
    reply_to = models.EmailField(blank=True)
    support_url = models.URLField(blank=True)
    storefront_url = models.URLField(
        default="http://127.0.0.1:8000/demo/web/", help_text="Where links in messages lead."
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="brand_kit_single"),
            # It is printed into style sheets.
            models.CheckConstraint(condition=models.Q(colour__regex=r"^#[0-9a-fA-F]{6}$"), name="brand_kit_colour"),
        ]

    def __str__(self) -> str:
        return self.name
