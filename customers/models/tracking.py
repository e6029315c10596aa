"""What sends us behaviour, and how a visitor came to us the first and the last time."""

from django.db import models
from django.db.models.functions import Now

from customers.models.people import Identity
from customers.states import SOURCE_CHANNELS
from omnichannel.kernel.channels import Channel
from omnichannel.kernel.ids import uuid7


class Source(models.Model):
    """A page, an app or a server that sends tracked events. Its write key may send and read nothing."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=100, unique=True)
    channel = models.CharField(max_length=20, choices=SOURCE_CHANNELS, default=Channel.WEB)
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    key_hint = models.CharField(max_length=8, editable=False, help_text="The last characters of the key.")
    is_trusted = models.BooleanField(
        default=False,
        verbose_name="speaks for our own server",
        help_text="Its word for who somebody is may make a customer. Never for a key that stands in a page or an app.",
    )
    is_shared = models.BooleanField(
        default=False,
        verbose_name="shared device",
        help_text="A kiosk or a store's tablet: many people use it, so it joins nobody.",
    )
    is_active = models.BooleanField(default=True)
    created_by = models.CharField(max_length=80, blank=True, editable=False)
    created_at = models.DateTimeField(db_default=Now())
    used_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="To the minute.")

    def __str__(self) -> str:
        return self.name


class Touch(models.Model):
    """The campaign that led an identity to us first, and the one that did last."""

    identity = models.OneToOneField(Identity, on_delete=models.CASCADE, primary_key=True, related_name="touch")
    first = models.JSONField(default=dict)
    first_at = models.DateTimeField()
    last = models.JSONField(default=dict)
    last_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.identity_id)
