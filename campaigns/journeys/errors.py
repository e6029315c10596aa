"""This app's coded errors."""

from omnichannel.kernel.errors import Conflict, NotFound, RuleViolation


class JourneyNotFound(NotFound):
    """There is no such journey, version, step or person in it."""


class KeyTaken(Conflict):
    code = "journey_key_taken"
    title = "Another journey has this key."


class JourneyInvalid(RuleViolation):
    """`data.problems` names each fault with the step it is at: {step, field, code, title}."""

    code = "journey_invalid"
    title = "The journey cannot be published as it is."


class GraphMalformed(RuleViolation):
    code = "journey_graph_malformed"
    title = "This is not a graph of steps."


class JourneyNotOpen(Conflict):
    code = "journey_status"
    title = "The journey is not in a state for this."


class NoDraft(Conflict):
    code = "journey_no_draft"
    title = "There is no draft to publish."


class VersionPublished(Conflict):
    code = "journey_version_published"
    title = "A published version never changes. Edit the draft."


class NotStopped(Conflict):
    code = "journey_not_stopped"
    title = "Only somebody whom an error stopped can be sent on."


class CannotMove(Conflict):
    code = "journey_cannot_move"
    title = "People stand at a step that the new version does not have."
