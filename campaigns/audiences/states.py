from django.db import models


class RuleKind(models.TextChoices):
    INTEREST = "viewed_or_carted_not_bought", "Viewed or carted, and not bought"
    RELATED = "related_to_bought", "Related to what they bought"
    SEGMENT = "segment", "Everybody in a segment"
    JOURNEY = "journey", "Put in by journeys"


class ItemSource(models.TextChoices):
    RULE = "rule", "The rule"
    JOURNEY = "journey", "A journey"


class ConversionState(models.TextChoices):
    INTENDED = "intended", "About to be sent"
    SENT = "sent", "Taken by the platform"
    REFUSED = "refused", "Refused by the platform"
    FAILED = "failed", "Given up"
    WITHDRAWN = "withdrawn", "Not sent: no consent any more"


CONVERSION_TRANSITIONS: dict[ConversionState, frozenset[ConversionState]] = {
    ConversionState.INTENDED: frozenset(
        {ConversionState.SENT, ConversionState.REFUSED, ConversionState.FAILED, ConversionState.WITHDRAWN}
    ),
    ConversionState.SENT: frozenset(),
    # Staff may try again once the reason is gone.
    ConversionState.REFUSED: frozenset({ConversionState.INTENDED}),
    ConversionState.FAILED: frozenset({ConversionState.INTENDED}),
    ConversionState.WITHDRAWN: frozenset(),
}


class CallKind(models.TextChoices):
    EVENTS = "events", "Conversion events"
    ADD = "add", "People added"
    REMOVE = "remove", "People removed"
    CREATE = "create", "Audience made"


#: Why somebody is off a platform's list who has left the audience: nothing was held back from them.
NO_ITEM_LEFT = "has no item in the audience any more"
