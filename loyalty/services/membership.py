"""Joining: on the web, in the app, at a counter, or by the QR on a postcard."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core import signing
from django.db import IntegrityError, transaction

from customers.errors import CustomerNotFound
from customers.models import Customer
from customers.queries import get_customer
from customers.rules.contact import normalize_email, normalize_name
from customers.services.creating import find_or_create_guest
from customers.services.joining import join_identity
from loyalty.errors.members import EnrolTokenExpired, EnrolTokenInvalid
from loyalty.facts.members import MemberEnrolled
from loyalty.models import EnrolTokenUse, Member
from loyalty.rules.codes import make_referral_code
from loyalty.services.rewards import reward
from loyalty.states.members import MemberSource
from omnichannel.events.services import record
from omnichannel.kernel.channels import Channel
from omnichannel.kernel.context import Context
from omnichannel.kernel.locks import lock_rows

_SALT = "loyalty.enrol"
TOKEN_LIFETIME = timedelta(days=400)
_SOURCES = {
    Channel.WEB: MemberSource.WEB,
    Channel.MOBILE: MemberSource.MOBILE,
    Channel.TABLET: MemberSource.STORE,
    Channel.POS: MemberSource.STORE,
}


@dataclass(frozen=True, slots=True)
class EnrolToken:
    """What an invitation says. `reference` is what it was made for: its bonus is given once."""

    customer_id: UUID | None
    source: str
    reference: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Enrolled:
    """`bonus_points` is what joining gave just now."""

    member: Member
    is_new: bool
    bonus_points: int


def make_enrol_token(*, customer_id: UUID | None, source: str, reference: str, at: datetime) -> str:
    """An invitation to print as a QR: signed, good for 400 days, its bonus given once.

    customer_id  whom it was made for; None for anybody (a stack of cards has one reference each).
    source       a `MemberSource`.
    reference    names this one invitation, for example `postcard:<order id>`.
    """
    said = [str(customer_id) if customer_id else "", source, reference, int(at.timestamp())]
    return signing.dumps(said, salt=_SALT, compress=True)


def read_enrol_token(token: str, *, at: datetime) -> EnrolToken:
    """Raises EnrolTokenInvalid for what we did not sign, EnrolTokenExpired."""
    try:
        customer_id, source, reference, made = signing.loads(token, salt=_SALT)
        made_at = datetime.fromtimestamp(made, tz=at.tzinfo)
        read = EnrolToken(UUID(customer_id) if customer_id else None, MemberSource(source), reference, made_at)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise EnrolTokenInvalid(pointer="/token") from error
    if read.made_at + TOKEN_LIFETIME < at:
        raise EnrolTokenExpired(pointer="/token")
    return read


def enrol(*, customer_id: UUID, token: str = "", by: Context, at: datetime) -> Enrolled:
    """Make a customer a member. One who is one already stays it; an invitation gives its bonus once.

    Locks   the customer.
    Emits   MemberEnrolled for a new member, and what a bonus emits.
    Raises  EnrolTokenInvalid, EnrolTokenExpired, CustomerNotFound.
    """
    invitation = read_enrol_token(token, at=at) if token else None
    with transaction.atomic():
        customer = _lock(customer_id)
        source = invitation.source if invitation else _SOURCES.get(Channel(by.channel), MemberSource.OTHER)
        member = Member.objects.filter(customer=customer).first()
        is_new = member is None
        if member is None:
            member = _create(customer, source=source, by=by, at=at)
        bonus = _give_bonus(member, invitation, is_new=is_new, by=by, at=at)
        if is_new:
            fact = MemberEnrolled(
                customer_id=customer.pk,
                source=source,
                reference=invitation.reference if invitation else "",
                bonus_points=bonus,
            )
            record(fact, by=by, at=at)
    return Enrolled(member, is_new, bonus)


def join(*, token: str, email: str, first_name: str = "", by: Context, at: datetime) -> Enrolled:
    """Enrol whoever scanned a postcard and is not logged in.

    The postcard's own customer, when the address is theirs or they have none yet; else the record of that address
    nobody proved yet. It never opens anything: what is earned waits until the address is proven. Callers must
    answer the same whatever is known of the address. The visit of the browser it happens in becomes theirs, unless
    somebody else has proven the address.

    Locks   the address, the customer, the visitor.
    Emits   as `enrol`; CustomerCreated when nobody was known; CustomerIdentified.
    Raises  EnrolTokenInvalid, EnrolTokenExpired, EmailInvalid.
    """
    invitation = read_enrol_token(token, at=at)
    with transaction.atomic():
        customer = _addressee(invitation, normalize_email(email) or "", first_name=first_name, at=at)
        if customer is None:
            customer = find_or_create_guest(email=email, name=first_name, by=by, at=at)
        enrolled = enrol(customer_id=customer.pk, token=token, by=by, at=at)
        if by.anonymous_id:
            join_identity(
                customer_id=customer.pk, value=by.anonymous_id, how="enrol", claimed_email=email, by=by, at=at
            )
        return enrolled


def _lock(customer_id: UUID) -> Customer:
    customer = get_customer(customer_id)
    locked = lock_rows(Customer.objects.filter(pk=customer.pk, merged_into=None)).first()
    if locked is None:
        raise CustomerNotFound()
    return locked


def _addressee(invitation: EnrolToken, email: str, *, first_name: str, at: datetime) -> Customer | None:
    """The one the invitation was made for, unless the address shows that it is somebody else who holds it."""
    if invitation.customer_id is None:
        return None
    try:
        customer = _lock(invitation.customer_id)
    except CustomerNotFound:
        return None
    if customer.email and customer.email != email:
        return None
    changed = []
    if not customer.email and email and customer.user_id is None:
        customer.email, changed = email, ["email"]
    if not customer.first_name and first_name:
        customer.first_name = normalize_name(first_name)
        changed.append("first_name")
    if changed:
        customer.version += 1
        customer.updated_at = at
        customer.save(update_fields=[*changed, "version", "updated_at"])
    return customer


def _create(customer: Customer, *, source: str, by: Context, at: datetime) -> Member:
    for attempt in range(3):
        try:
            with transaction.atomic():
                return Member.objects.create(
                    customer=customer,
                    referral_code=make_referral_code(),
                    source=source,
                    joined_at=at,
                    store_id=by.store_id,
                    associate_id=by.associate_id,
                )
        except IntegrityError:
            if attempt == 2:
                raise
    raise AssertionError("three attempts end above")


def _give_bonus(member: Member, invitation: EnrolToken | None, *, is_new: bool, by: Context, at: datetime) -> int:
    points = 0
    if is_new:
        given = reward(customer_id=member.customer_id, trigger="sign_up", reference=f"member:{member.pk}", by=by, at=at)
        points += given.points
    if invitation is not None:
        _, fresh = EnrolTokenUse.objects.get_or_create(
            reference=invitation.reference, defaults={"member": member, "source": invitation.source, "at": at}
        )
        if fresh:
            trigger = f"enrol_{invitation.source}"
            points += reward(
                customer_id=member.customer_id, trigger=trigger, reference=invitation.reference, by=by, at=at
            ).points
    return points
