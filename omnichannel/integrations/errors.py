"""What keys and webhooks refuse."""

from omnichannel.kernel.errors import NotFound, RuleViolation


class AddressRefused(RuleViolation):
    code = "webhook_address_refused"
    title = "Webhooks go to public https addresses only."


class FactUnknown(RuleViolation):
    code = "fact_unknown"
    title = "No fact has this name."


class ScopeUnknown(RuleViolation):
    code = "scope_unknown"
    title = "There is no such scope."


class ReplayUnclear(RuleViolation):
    code = "replay_unclear"
    title = "Give one of message_id, after and since."


class KeyNotFound(NotFound):
    """Answered like everything that is not there."""


class EndpointNotFound(NotFound):
    """Answered like everything that is not there."""


class MessageNotFound(NotFound):
    """Answered like everything that is not there."""
