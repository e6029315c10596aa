"""Staff screens: templates and their editor, campaigns, what was sent and why."""

from campaigns.messages.admin import campaigns, sent, templates

__all__ = ["campaigns", "sent", "templates"]
