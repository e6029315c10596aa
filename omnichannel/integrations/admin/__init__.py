"""Staff screens of integrations."""

from omnichannel.integrations.admin import failures, keys, webhooks

__all__ = ["failures", "keys", "webhooks"]
