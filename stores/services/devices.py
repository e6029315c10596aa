"""Devices: invited by staff with a code that works once, known by their token afterwards, revoked at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from omnichannel.events.services import record
from omnichannel.kernel.channels import Channel
from omnichannel.kernel.context import Context
from omnichannel.kernel.errors import Conflict, NotFound
from omnichannel.kernel.ids import new_token, normalize_code, readable_code, token_hash
from stores.errors import EnrolmentRefused
from stores.facts import DeviceEnrolled, DeviceInvited, DeviceRevoked
from stores.models import AssociateSession, Device, Store
from stores.states import DeviceState

CODE_LENGTH = 8
CODE_LASTS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Invitation:
    """A device and the code to enrol it with: shown once, kept only as a hash."""

    device: Device
    code: str


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A device and its token: answered once, kept only as a hash."""

    device: Device
    token: str


def invite_device(*, store_id: UUID, name: str, channel: str = Channel.TABLET, by: Context, at: datetime) -> Invitation:
    """Make a device that waits to be enrolled.

    Emits   DeviceInvited.
    Raises  NotFound.
    """
    if not Store.objects.filter(id=store_id).exists():
        raise NotFound()
    device = Device(store_id=store_id, name=name, channel=channel)
    return _invite(device, by=by, at=at)


def invite_again(*, device_id: UUID, by: Context, at: datetime) -> Invitation:
    """A new code: for one that ran out, or a tablet that was wiped. The old code and token stop working.

    Locks   the device.
    Emits   DeviceInvited.
    Raises  NotFound.
    """
    with transaction.atomic():
        device = _lock(device_id)
        _end_sessions(device, at=at)
        return _invite(device, by=by, at=at)


def enrol_device(*, code: str, by: Context, at: datetime) -> Enrolment:
    """Turn a code into a token, once: of two who type it at the same time one is refused.

    Emits   DeviceEnrolled.
    Raises  EnrolmentRefused.
    """
    token = new_token()
    hashed = token_hash(normalize_code(code))
    with transaction.atomic():
        waiting = Device.objects.filter(
            enrolment_code_hash=hashed, state=DeviceState.INVITED, enrolment_expires_at__gt=at
        )
        device = waiting.select_related("store").select_for_update(no_key=True, of=("self",)).first()
        if device is None:
            raise EnrolmentRefused()
        device.state = DeviceState.ACTIVE
        device.token_hash = token_hash(token)
        device.enrolment_code_hash = ""
        device.enrolment_expires_at = None
        device.enrolled_at = at
        device.save()
        record(DeviceEnrolled(device_id=device.id, store_id=device.store_id, name=device.name), by=by, at=at)
    return Enrolment(device=device, token=token)


def revoke_device(*, device_id: UUID, by: Context, at: datetime) -> Device:
    """Shut a device out: its next request is refused. Repeating it changes nothing.

    Locks   the device.
    Emits   DeviceRevoked.
    Raises  NotFound.
    """
    with transaction.atomic():
        device = _lock(device_id)
        if device.state == DeviceState.REVOKED:
            return device
        _end_sessions(device, at=at)
        device.state = DeviceState.REVOKED
        device.token_hash = None
        device.enrolment_code_hash = ""
        device.enrolment_expires_at = None
        device.revoked_at = at
        device.save()
        record(DeviceRevoked(device_id=device.id, store_id=device.store_id, name=device.name), by=by, at=at)
    return device


def _invite(device: Device, *, by: Context, at: datetime) -> Invitation:
    code = readable_code(CODE_LENGTH)
    if device.state == DeviceState.REVOKED:
        raise Conflict("device_revoked", "This device was revoked. Make a new one.")
    device.state = DeviceState.INVITED
    device.token_hash = None
    device.enrolment_code_hash = token_hash(code)
    device.enrolment_expires_at = at + CODE_LASTS
    with transaction.atomic():
        device.save()
        record(DeviceInvited(device_id=device.id, store_id=device.store_id, name=device.name), by=by, at=at)
    return Invitation(device=device, code=code)


def _lock(device_id: UUID) -> Device:
    device = Device.objects.select_for_update(no_key=True).filter(id=device_id).first()
    if device is None:
        raise NotFound()
    return device


def _end_sessions(device: Device, *, at: datetime) -> None:
    AssociateSession.objects.filter(device=device, ended_at=None).update(ended_at=at)
