"""Errors of measurement."""

from omnichannel.kernel.errors import NotFound, RuleViolation


class PathNotFound(NotFound):
    code = "path_not_found"
    title = "There is no such path."


class PeriodInvalid(RuleViolation):
    code = "period_invalid"
    title = "A period ends after it begins and is at most two years long."
