"""Who works where, and on which device."""

from uuid import UUID

from django.db.models import QuerySet

from omnichannel.kernel.errors import NotFound
from stores.models import Associate, Device


def list_associates(*, store_id: UUID) -> QuerySet[Associate]:
    """Active associates of a store, by name."""
    return Associate.objects.filter(stores=store_id, is_active=True)


def get_device(device_id: UUID) -> Device:
    """With its store. Raises NotFound."""
    device = Device.objects.select_related("store").filter(id=device_id).first()
    if device is None:
        raise NotFound()
    return device
