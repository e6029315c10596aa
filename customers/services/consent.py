"""Yes and no of a customer, kept with their proof; and the addresses that nothing goes to."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from customers.errors import CustomerNotFound
from customers.facts import AddressReleased, AddressSuppressed, ConsentGiven, ConsentWithdrawn
from customers.models import Consent, Customer, Suppression
from customers.rules.contact import normalize_email, normalize_phone
from customers.states import ConsentChannel, ConsentState
from omnichannel.events.services import record
from omnichannel.kernel.context import SYSTEM, Context
from omnichannel.kernel.locks import lock_rows


def give_consent(
    *,
    customer_id: UUID,
    channel: str,
    purpose: str,
    wording: str,
    source: str,
    proof: Mapping[str, Any],
    by: Context,
    at: datetime,
) -> Consent:
    """Keep that the customer said yes. A yes to the same words that stands already is kept once.

    wording  the version of the words they agreed to.
    source   where: newsletter, preferences, checkout, import …
    proof    what shows it: the request, the page, the form.
    Locks    the customer.
    Emits    ConsentGiven when it was not given before.
    Raises   CustomerNotFound.
    """
    return _say(
        Consent(
            customer_id=customer_id, channel=channel, purpose=purpose, state=ConsentState.GRANTED,
            wording=wording[:80], source=source[:80], proof=dict(proof), actor=by.actor, at=at,
        ),
        by,
    )  # fmt: skip


def withdraw_consent(
    *,
    customer_id: UUID,
    channel: str,
    purpose: str,
    source: str,
    proof: Mapping[str, Any] | None = None,
    by: Context,
    at: datetime,
) -> Consent:
    """Keep that the customer said no. It holds from this moment, whatever is on its way.

    Locks   the customer.
    Emits   ConsentWithdrawn when it was not withdrawn before.
    Raises  CustomerNotFound.
    """
    return _say(
        Consent(
            customer_id=customer_id, channel=channel, purpose=purpose, state=ConsentState.WITHDRAWN,
            wording="", source=source[:80], proof=dict(proof or {}), actor=by.actor, at=at,
        ),
        by,
    )  # fmt: skip


def suppress_address(
    *,
    channel: str = ConsentChannel.EMAIL,
    address: str,
    reason: str,
    detail: str = "",
    by: Context = SYSTEM,
    at: datetime,
) -> Suppression:
    """Let nothing go to an address any more; one that is on the list already stays as it is.

    Emits  AddressSuppressed, on the timeline of the customer whose address it is.
    """
    with transaction.atomic():
        row, made = Suppression.objects.get_or_create(
            channel=channel,
            address=normal_address(channel, address),
            defaults={"reason": reason[:40], "detail": detail[:300], "created_at": at},
        )
        if made:
            record(
                AddressSuppressed(
                    suppression_id=row.pk,
                    customer_id=_owner(channel, row.address),
                    channel=channel,
                    reason=row.reason,
                ),
                by=by,
                at=at,
            )
    return row


def release_address(*, suppression_id: UUID, by: Context, at: datetime) -> bool:
    """Take an address off the list; False when it was not on it.

    Emits  AddressReleased.
    """
    with transaction.atomic():
        row = Suppression.objects.select_for_update().filter(pk=suppression_id).first()
        if row is None:
            return False
        owner = _owner(row.channel, row.address)
        row.delete()
        record(AddressReleased(suppression_id=suppression_id, customer_id=owner, channel=row.channel), by=by, at=at)
    return True


def normal_address(channel: str, typed: str) -> str:
    """The one spelling an address is kept and looked up by; one that is none of ours stays as it is, in lower case."""
    if channel == ConsentChannel.EMAIL:
        return normalize_email(typed) or typed.strip().lower()[:254]
    if channel == ConsentChannel.SMS:
        return normalize_phone(typed) or typed.strip().lower()[:254]
    return typed.strip().lower()[:254]


def _say(word: Consent, by: Context) -> Consent:
    with transaction.atomic():
        customer = lock_rows(Customer.objects.filter(pk=word.customer_id)).first()
        while customer is not None and customer.merged_into_id is not None:
            customer = lock_rows(Customer.objects.filter(pk=customer.merged_into_id)).first()
        if customer is None:
            raise CustomerNotFound()
        word.customer_id = customer.pk
        standing = (
            Consent.objects.filter(customer_id=customer.pk, channel=word.channel, purpose=word.purpose)
            .order_by("-at", "-id")
            .first()
        )
        same = standing is not None and standing.state == word.state
        if standing is not None and same and standing.wording == word.wording:
            return standing
        word.save(force_insert=True)
        # A word of the past (an import) that a newer one overrules changes nothing for anybody.
        if same or (standing is not None and standing.at > word.at):
            return word
        if word.state == ConsentState.GRANTED:
            fact: ConsentGiven | ConsentWithdrawn = ConsentGiven(
                customer_id=customer.pk,
                channel=word.channel,
                purpose=word.purpose,
                source=word.source,
                wording=word.wording,
            )
        else:
            fact = ConsentWithdrawn(
                customer_id=customer.pk, channel=word.channel, purpose=word.purpose, source=word.source
            )
        record(fact, by=by, at=word.at)
    return word


def _owner(channel: str, address: str) -> UUID | None:
    if not address or channel not in (ConsentChannel.EMAIL, ConsentChannel.SMS):
        return None
    rows = Customer.objects.filter(merged_into=None)
    rows = rows.filter(email=address) if channel == ConsentChannel.EMAIL else rows.filter(phone=address)
    # Whoever proved the address, else the first who gave it.
    return rows.order_by("email_verified_at", "pk").values_list("pk", flat=True).first()
