"""The newsletter by double opt-in: an address is typed, its owner is asked, and only their yes counts."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from customers.errors import EmailInvalid, LinkExpired
from customers.facts import NewsletterConfirmed, NewsletterRequested
from customers.models import Consent, Customer, NewsletterRequest
from customers.queries import find_customer
from customers.queries.newsletter import get_request
from customers.rules.joining import is_usable
from customers.services.consent import give_consent
from customers.services.creating import email_of, find_or_create_guest
from customers.services.joining import join_identity
from customers.states import ConsentChannel, ConsentPurpose, CustomerSource
from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from omnichannel.kernel.locks import lock_rows

LINK_LIVES = timedelta(days=14)
#: So many mails an hour an address gets from strangers who type it.
ASKED_AN_HOUR = 3


def request_newsletter(
    *, email: str, wording: str, customer_id: UUID | None = None, by: Context, at: datetime
) -> NewsletterRequest | None:
    """Ask the owner of an address whether they want the newsletter. None when they were asked often enough.

    customer_id  who is logged in, where somebody is; their own proven address needs no asking.
    Emits        NewsletterRequested, or what `confirm_newsletter` emits.
    Raises       EmailInvalid.
    """
    normal = email_of(email)
    if not normal:
        raise EmailInvalid(pointer="/email")
    with transaction.atomic():
        asked = NewsletterRequest.objects.filter(email=normal, requested_at__gt=at - timedelta(hours=1))
        if asked.count() >= ASKED_AN_HOUR:
            return None
        owner = Customer.objects.filter(pk=customer_id).first() if customer_id else None
        is_own = owner is not None and owner.email == normal
        row = NewsletterRequest.objects.create(
            email=normal, customer=owner if is_own else None, wording=wording, channel=by.channel,
            anonymous_id=by.anonymous_id, campaign=dict(by.campaign), requested_at=at, expires_at=at + LINK_LIVES,
        )  # fmt: skip
        if is_own and owner is not None and owner.email_verified_at is not None:
            return confirm_newsletter(request_id=row.pk, by=by, at=at)
        record(NewsletterRequested(request_id=row.pk, customer_id=row.customer_id), by=by, at=at)
    return row


def confirm_newsletter(*, request_id: UUID, by: Context, at: datetime) -> NewsletterRequest:
    """The owner of the address says yes. Said twice it is the same yes.

    The yes goes to whoever proved the address, else to the record that carries it, made when there is none.
    Locks   the request, the customer.
    Emits   ConsentGiven, NewsletterConfirmed.
    Raises  LinkInvalid, LinkExpired.
    """
    with transaction.atomic():
        get_request(request_id)
        row = lock_rows(NewsletterRequest.objects.filter(pk=request_id)).get()
        if row.confirmed_at is not None:
            return row
        if row.expires_at <= at:
            raise LinkExpired()
        customer = _owner(row, by=by, at=at)
        is_first = not Consent.objects.filter(
            customer=customer, channel=ConsentChannel.EMAIL, purpose=ConsentPurpose.MARKETING, source="newsletter"
        ).exists()
        row.customer, row.confirmed_at = customer, at
        row.save(update_fields=["customer", "confirmed_at"])
        give_consent(
            customer_id=customer.pk,
            channel=ConsentChannel.EMAIL,
            purpose=ConsentPurpose.MARKETING,
            wording=row.wording,
            source="newsletter",
            proof={
                "request_id": str(row.pk),
                "email": row.email,
                "requested_at": row.requested_at.isoformat(),
                "confirmed_at": at.isoformat(),
                "request": by.request_id,
            },
            by=by,
            at=at,
        )
        # The browser it was asked for from is theirs, now that they say so.
        if is_usable(row.anonymous_id):
            join_identity(
                customer_id=customer.pk,
                value=row.anonymous_id,
                how="newsletter",
                claimed_email=row.email,
                by=by,
                at=at,
            )
        record(NewsletterConfirmed(request_id=row.pk, customer_id=customer.pk, is_first=is_first), by=by, at=at)
    return row


def _owner(row: NewsletterRequest, *, by: Context, at: datetime) -> Customer:
    if row.customer_id is not None and (known := find_customer(row.customer_id)) is not None:
        return known
    carriers = Customer.objects.filter(email=row.email, merged_into=None)
    proven = carriers.filter(email_verified_at__isnull=False).first()
    if proven is not None:
        return proven
    without_log_in = carriers.filter(user=None).order_by("pk").first()
    return without_log_in or find_or_create_guest(email=row.email, source=CustomerSource.NEWSLETTER, by=by, at=at)
