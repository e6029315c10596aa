"""What audiences refuse, by code."""

from typing import ClassVar

from omnichannel.kernel.errors import Conflict, NotFound, RuleViolation


class AudienceNotFound(NotFound):
    """There is no audience of this id or key."""


class AudienceRuleInvalid(RuleViolation):
    """`pointer` names the setting."""

    code: ClassVar[str] = "audience_rule_invalid"
    title: ClassVar[str] = "This rule cannot be kept."


class AudienceKeyTaken(Conflict):
    code: ClassVar[str] = "audience_key_taken"
    title: ClassVar[str] = "Another audience has this key."


class PlatformUnknown(RuleViolation):
    code: ClassVar[str] = "platform_unknown"
    title: ClassVar[str] = "There is no advertising platform of this name."


class NotRetryable(Conflict):
    code: ClassVar[str] = "conversion_not_retryable"
    title: ClassVar[str] = "Only what was refused or given up can be sent again."
