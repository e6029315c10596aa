"""This app's coded errors."""

from omnichannel.kernel.errors import Busy, Conflict, NotFound, RuleViolation


class TemplateNotFound(NotFound):
    """There is no message of this key."""


class MessageNotFound(NotFound):
    """There is no such message, or it is somebody else's."""


class CampaignNotFound(NotFound):
    """There is no such campaign."""


class TemplateInvalid(RuleViolation):
    """`data.problems` says, part by part, what is wrong, in words for the writer."""

    code = "template_invalid"
    title = "The template cannot be used as it is."


class CampaignIncomplete(RuleViolation):
    """`data.missing` names what a campaign lacks before it can be sent."""

    code = "campaign_incomplete"
    title = "The campaign lacks something before it can be sent."


class CampaignStateWrong(Conflict):
    """What was asked does not fit how far the campaign is."""

    code = "campaign_state"
    title = "This cannot be done to a campaign in its present state."


class MailServerAway(Busy):
    """A test could not be mailed."""

    code = "mail_server_away"
    title = "The mail server does not answer. Nothing was sent; try again in a while."
