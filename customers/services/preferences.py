"""A customer's choices, said once and holding on every channel."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from customers.models import Customer
from customers.queries import get_customer
from customers.queries.permission import standing_consents
from customers.queries.preferences import WORDING
from customers.services.consent import give_consent, withdraw_consent
from customers.services.profiles import update_customer
from omnichannel.kernel.context import Context


def set_preferences(
    *,
    customer_id: UUID,
    choices: Sequence[Mapping[str, Any]],
    locale: str | None = None,
    source: str,
    by: Context,
    at: datetime,
) -> Customer:
    """Keep the choices that differ from what stands; what is not named stays as it is.

    choices  {channel, purpose, granted}.
    source   preferences, or preferences_link for who came by a signed link.
    Emits    ConsentGiven, ConsentWithdrawn, CustomerUpdated (locale).
    """
    with transaction.atomic():
        customer = get_customer(customer_id)
        standing = standing_consents(customer.pk, at=at)
        proof = {"request": by.request_id, "page": source}
        for choice in choices:
            channel, purpose = str(choice["channel"]), str(choice["purpose"])
            word = standing.get((channel, purpose))
            if word is not None and (word.state == "granted") == choice["granted"]:
                continue
            if choice["granted"]:
                give_consent(
                    customer_id=customer.pk, channel=channel, purpose=purpose, wording=WORDING, source=source,
                    proof=proof, by=by, at=at,
                )  # fmt: skip
            elif word is not None or channel in ("inbox", "tablet"):
                withdraw_consent(
                    customer_id=customer.pk, channel=channel, purpose=purpose, source=source, proof=proof, by=by, at=at
                )
        if locale is not None and locale != customer.locale:
            customer = update_customer(customer_id=customer.pk, changes={"locale": locale}, by=by, at=at)
    return customer
