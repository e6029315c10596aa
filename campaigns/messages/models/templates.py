"""What is said: templates with a part for each channel, and blocks of words that several of them share."""

from django.db import models
from django.db.models.functions import Now

from campaigns.messages.states import Purpose
from omnichannel.kernel.ids import uuid7


class Template(models.Model):
    """A message by its key (`order_confirmed`), all parts Liquid. A change makes a new version.

    A part left empty means the message cannot go that way.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.SlugField(max_length=60)
    version = models.PositiveIntegerField(default=1)
    locale = models.CharField(max_length=10, default="en")
    name = models.CharField(max_length=120)
    purpose = models.CharField(max_length=15, choices=Purpose.choices, default=Purpose.TRANSACTIONAL)
    subject = models.CharField(max_length=300)
    preheader = models.CharField(max_length=300, blank=True)
    mjml = models.TextField(help_text="The body between header and footer, which come from the brand kit.")
    text = models.TextField()
    sms = models.TextField(blank=True, default="", db_default="")
    inbox_title = models.CharField(max_length=200, blank=True, default="", db_default="")
    inbox_body = models.TextField(blank=True, default="", db_default="")
    action_label = models.CharField(max_length=80, blank=True, default="", db_default="")
    action_url = models.CharField(max_length=500, blank=True, default="", db_default="")
    tablet = models.TextField(blank=True, default="", db_default="", help_text="What the associate may tell.")
    print_title = models.CharField(max_length=200, blank=True, default="", db_default="")
    print_body = models.TextField(blank=True, default="", db_default="")
    html = models.TextField(
        editable=False, blank=True, help_text="MJML rendered when saved; Liquid is filled per message."
    )
    is_live = models.BooleanField(default=True)
    created_by = models.CharField(max_length=80, blank=True, editable=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "locale", "version"], name="template_version_once"),
            models.UniqueConstraint(
                fields=["key", "locale"], condition=models.Q(is_live=True), name="template_one_live"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} v{self.version}"


class ContentBlock(models.Model):
    """One wording for every channel: a template part shows it as `{{ blocks.<key>.headline }}` and `.words`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.SlugField(max_length=60)
    version = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=120)
    headline = models.CharField(max_length=200)
    words = models.TextField()
    is_live = models.BooleanField(default=True)
    created_by = models.CharField(max_length=80, blank=True, editable=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="content_block_version_once"),
            models.UniqueConstraint(fields=["key"], condition=models.Q(is_live=True), name="content_block_one_live"),
        ]

    def __str__(self) -> str:
        return f"{self.key} v{self.version}"
