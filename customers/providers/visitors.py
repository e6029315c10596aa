"""Whose a browser is."""

from uuid import UUID

from customers.models import Identity


class Visitors:
    """A `VisitorGuard`."""

    def is_shared(self, identity_id: UUID) -> bool:
        return Identity.objects.filter(pk=identity_id, blocked_at__isnull=False).exists()
