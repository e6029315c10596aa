"""Words for how things stand, and the one way each may change."""

from django.db import models


class JourneyStatus(models.TextChoices):
    DRAFT = "draft", "Not published yet"
    LIVE = "live", "Live"
    PAUSED = "paused", "Paused"
    ENDED = "ended", "Ended"


JOURNEY_TRANSITIONS: dict[JourneyStatus, frozenset[JourneyStatus]] = {
    JourneyStatus.DRAFT: frozenset({JourneyStatus.LIVE}),
    # Paused: nobody comes in and nobody moves on; what falls due waits.
    JourneyStatus.LIVE: frozenset({JourneyStatus.PAUSED, JourneyStatus.ENDED}),
    JourneyStatus.PAUSED: frozenset({JourneyStatus.LIVE, JourneyStatus.ENDED}),
    # Ended: nobody comes in; those inside have left.
    JourneyStatus.ENDED: frozenset({JourneyStatus.LIVE}),
}


class VersionState(models.TextChoices):
    DRAFT = "draft", "Draft"
    LIVE = "live", "Live"
    RETIRED = "retired", "Followed by a later one"


class EnrolmentState(models.TextChoices):
    ACTIVE = "active", "On the way"
    DONE = "done", "Came to an end"
    GOAL = "goal", "Reached the goal"
    EXITED = "exited", "Left early"
    FAILED = "failed", "Stopped by an error"


ENROLMENT_TRANSITIONS: dict[EnrolmentState, frozenset[EnrolmentState]] = {
    EnrolmentState.ACTIVE: frozenset(
        {EnrolmentState.DONE, EnrolmentState.GOAL, EnrolmentState.EXITED, EnrolmentState.FAILED}
    ),
    EnrolmentState.DONE: frozenset(),
    EnrolmentState.GOAL: frozenset(),
    EnrolmentState.EXITED: frozenset(),
    # Staff may let somebody go on once the cause is gone.
    EnrolmentState.FAILED: frozenset({EnrolmentState.ACTIVE, EnrolmentState.EXITED}),
}


class Reentry(models.TextChoices):
    """Whether somebody who was in a journey comes in again."""

    NEVER = "never", "Once in a lifetime"
    AFTER_DAYS = "after_days", "Again after some days"
    ALWAYS = "always", "Every time"


class ListenFor(models.TextChoices):
    """What a version does with an event of this name."""

    TRIGGER = "trigger", "Comes in by it"
    CLOCK = "clock", "Comes in when it is time"
    WAIT = "wait", "Waits for it"
    GOAL = "goal", "Is done by it"
