from django.db import models


class SegmentKind(models.TextChoices):
    RULE = "rule", "By rule"
    LIST = "list", "Uploaded list"


class SegmentState(models.TextChoices):
    DRAFT = "draft", "Draft"
    LIVE = "live", "Live"
    ARCHIVED = "archived", "Archived"


#: A draft may still be thrown about; what was live keeps its history and is archived instead.
SEGMENT_TRANSITIONS: dict[SegmentState, frozenset[SegmentState]] = {
    SegmentState.DRAFT: frozenset({SegmentState.LIVE, SegmentState.ARCHIVED}),
    SegmentState.LIVE: frozenset({SegmentState.ARCHIVED}),
    SegmentState.ARCHIVED: frozenset({SegmentState.LIVE}),
}
