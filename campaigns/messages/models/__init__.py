"""What we say to people, to whom, why, and what came of it."""

from campaigns.messages.models.campaigns import Campaign, CampaignRecipient
from campaigns.messages.models.gate import Decision, SendingPolicy
from campaigns.messages.models.sending import Message, MessageOrder, Print, Touch
from campaigns.messages.models.templates import ContentBlock, Template

__all__ = [
    "Campaign", "CampaignRecipient", "ContentBlock", "Decision", "Message", "MessageOrder", "Print", "SendingPolicy",
    "Template", "Touch",
]  # fmt: skip
