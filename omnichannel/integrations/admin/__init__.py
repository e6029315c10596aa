"""Staff screens of integrations."""

from omnichannel.integrations.admin import keys, webhooks

__all__ = ["keys", "webhooks"]
