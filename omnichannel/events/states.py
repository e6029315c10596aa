"""States of an event and of its deliveries."""

from django.db import models


class EventKind(models.TextChoices):
    DOMAIN = "domain", "Recorded by us"
    TRACKED = "tracked", "Tracked"
    ECHO = "echo", "Tracked copy of a domain fact"


class DeliveryState(models.TextChoices):
    DUE = "due", "Due"
    PARKED = "parked", "Parked"
