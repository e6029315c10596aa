"""This app's coded errors."""

from omnichannel.kernel.errors import NotFound, RuleViolation


class TemplateNotFound(NotFound):
    """There is no message of this key."""


class TemplateInvalid(RuleViolation):
    """`data.problems` says, part by part, what is wrong, in words for the writer."""

    code = "template_invalid"
    title = "The template cannot be used as it is."
