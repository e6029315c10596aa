"""Associates at a device: signing in with a PIN, being kept out after wrong ones, handing over quickly."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from omnichannel.kernel.errors import NotFound, RuleViolation
from omnichannel.kernel.ids import new_token, token_hash
from stores.errors import AssociateLocked, PinRefused
from stores.facts import AssociateLockedOut, AssociatePinRefused, AssociatePinSet, AssociateSignedIn, AssociateSignedOut
from stores.models import Associate, AssociateSession, Device
from stores.rules.lockout import is_weak_pin, lock_seconds
from stores.states import DeviceState

SESSION_LASTS = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """An open session and its token: answered once, kept only as a hash."""

    associate: Associate
    session: AssociateSession
    token: str


def sign_in(
    *, device_id: UUID, associate_id: UUID, pin: str, by: Context, at: datetime
) -> SignedIn | PinRefused | AssociateLocked:
    """Check a PIN and open a session on this device; whoever was signed in there is signed out.

    A refusal is answered, not raised: the attempt and the count of failures must be kept.
    While locked out nothing is checked and nothing counted.
    Locks   the device, then the associate: attempts on one associate are checked one after the other.
    Emits   AssociateSignedIn; or AssociatePinRefused, and AssociateLockedOut when it was one too many.
    Raises  NotFound: no such device, or nobody of this id works in its store.
    """
    with transaction.atomic():
        device = Device.objects.select_for_update(no_key=True).filter(id=device_id, state=DeviceState.ACTIVE).first()
        if device is None:
            raise NotFound()
        associate = (
            Associate.objects.select_for_update(no_key=True, of=("self",))
            .filter(id=associate_id, is_active=True, stores=device.store_id)
            .first()
        )
        if associate is None:
            raise NotFound()
        where = {"associate_id": associate.id, "device_id": device.id, "store_id": device.store_id}
        if associate.locked_until and associate.locked_until > at:
            failures = associate.failed_attempts
            record(AssociatePinRefused(**where, failed_attempts=failures, reason="locked"), by=by, at=at)
            return AssociateLocked(locked_until=associate.locked_until.isoformat())
        if not check_password(pin, associate.pin_hash):
            return _refuse(associate, where, by=by, at=at)
        if associate.failed_attempts:
            associate.failed_attempts, associate.locked_until = 0, None
            associate.save(update_fields=["failed_attempts", "locked_until"])
        AssociateSession.objects.filter(device=device, ended_at=None).update(ended_at=at)
        token = new_token()
        session = AssociateSession.objects.create(
            device=device,
            associate=associate,
            token_hash=token_hash(token),
            expires_at=at + SESSION_LASTS,
            created_at=at,
        )
        record(AssociateSignedIn(**where), by=by, at=at)
    return SignedIn(associate=associate, session=session, token=token)


def sign_out(*, device_id: UUID, by: Context, at: datetime) -> None:
    """End the session on a device; nothing happens when there is none.

    Emits   AssociateSignedOut.
    """
    with transaction.atomic():
        session = (
            AssociateSession.objects.select_for_update(no_key=True, of=("self",))
            .select_related("device")
            .filter(device_id=device_id, ended_at=None)
            .first()
        )
        if session is None:
            return
        session.ended_at = at
        session.save(update_fields=["ended_at"])
        record(
            AssociateSignedOut(
                associate_id=session.associate_id, device_id=device_id, store_id=session.device.store_id
            ),
            by=by,
            at=at,
        )


def set_pin(*, associate_id: UUID, pin: str, by: Context, at: datetime) -> None:
    """Give an associate a new PIN: 4 to 8 digits that are no plain run. Lifts a lock-out, ends open sessions.

    Locks   the associate.
    Emits   AssociatePinSet.
    Raises  NotFound, RuleViolation.
    """
    if not (4 <= len(pin) <= 8 and pin.isascii() and pin.isdigit()):
        raise RuleViolation("pin_invalid", "A PIN has 4 to 8 digits.", pointer="/pin")
    if is_weak_pin(pin):
        raise RuleViolation("pin_weak", "Choose a PIN that is not a plain run or one repeated digit.", pointer="/pin")
    with transaction.atomic():
        associate = Associate.objects.select_for_update(no_key=True).filter(id=associate_id).first()
        if associate is None:
            raise NotFound()
        associate.pin_hash = make_password(pin)
        associate.failed_attempts, associate.locked_until = 0, None
        associate.save(update_fields=["pin_hash", "failed_attempts", "locked_until"])
        AssociateSession.objects.filter(associate=associate, ended_at=None).update(ended_at=at)
        record(AssociatePinSet(associate_id=associate.id), by=by, at=at)


def _refuse(associate: Associate, where: dict[str, UUID], *, by: Context, at: datetime) -> PinRefused | AssociateLocked:
    associate.failed_attempts += 1
    seconds = lock_seconds(associate.failed_attempts)
    if not seconds:
        associate.save(update_fields=["failed_attempts"])
        record(AssociatePinRefused(**where, failed_attempts=associate.failed_attempts, reason="wrong"), by=by, at=at)
        return PinRefused()
    associate.locked_until = at + timedelta(seconds=seconds)
    associate.save(update_fields=["failed_attempts", "locked_until"])
    record(
        AssociatePinRefused(**where, failed_attempts=associate.failed_attempts, reason="wrong"),
        AssociateLockedOut(**where, failed_attempts=associate.failed_attempts, until=associate.locked_until),
        by=by,
        at=at,
    )
    return AssociateLocked(locked_until=associate.locked_until.isoformat())
