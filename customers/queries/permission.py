"""May we send this to them, and why: the one answer that every sender asks for."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from customers.models import Consent, Suppression
from customers.queries.suppressions import FORMS, forms_of, peppers
from customers.rules.permission import Permission, Standing, decide_permission

__all__ = ["Permission", "list_consents", "list_permissions", "list_suppressed", "may_send", "standing_consents"]

# One look into each index a customer. Records that were merged away answer with what holds for the one they became.
STANDINGS = f"""
SELECT wanted.customer_id, customer.id IS NOT NULL, reached.address, coalesce(suppression.reason, ''),
       coalesce(consent.state, '')
  FROM unnest(%(customers)s::uuid[]) AS wanted (customer_id)
  LEFT JOIN customers_customer AS named ON named.id = wanted.customer_id
  LEFT JOIN customers_customer AS customer ON customer.id = coalesce(named.merged_into_id, named.id)
  CROSS JOIN LATERAL (
        SELECT CASE WHEN %(address)s::text <> '' THEN %(address)s::text
                    WHEN %(channel)s::text = 'email' THEN coalesce(customer.email, '')
                    WHEN %(channel)s::text = 'sms' THEN coalesce(customer.phone, '')
                    ELSE '' END AS address
       ) AS reached
  LEFT JOIN LATERAL (
        SELECT reason FROM customers_suppression
         WHERE channel = %(channel)s::text AND reached.address <> ''
           AND address = ANY({FORMS.format(address="reached.address")})
         ORDER BY created_at LIMIT 1
       ) AS suppression ON TRUE
  LEFT JOIN LATERAL (
        SELECT state FROM customers_consent
         WHERE customer_id = customer.id AND channel = %(channel)s::text AND purpose = %(purpose)s::text
           AND at <= %(at)s
         ORDER BY at DESC, id DESC LIMIT 1
       ) AS consent ON TRUE
"""


def may_send(*, customer_id: UUID | None, channel: str, purpose: str, address: str = "", at: datetime) -> Permission:
    """Whether this may go to them as things stood at `at`, with the reason. One statement.

    purpose  one of ConsentPurpose, or `transactional`, which minds the suppression list alone.
    address  where it would go; the profile's when empty. Without a customer only the address counts.
    """
    address = address.strip().lower()
    if customer_id is None:
        standing = Standing(is_known=True, address=address, suppression=_suppression(channel, address), consent="")
        return decide_permission(standing, channel=channel, purpose=purpose)
    found = _standings([customer_id], channel=channel, purpose=purpose, address=address, at=at)
    return decide_permission(found[customer_id], channel=channel, purpose=purpose)


def list_permissions(
    customer_ids: Sequence[UUID], *, channel: str, purpose: str, at: datetime
) -> dict[UUID, Permission]:
    """`may_send` for many at their profile's address, in one statement."""
    found = _standings(customer_ids, channel=channel, purpose=purpose, address="", at=at)
    return {
        customer_id: decide_permission(standing, channel=channel, purpose=purpose)
        for customer_id, standing in found.items()
    }


def standing_consents(customer_id: UUID, *, at: datetime) -> dict[tuple[str, str], Consent]:
    """The word that holds for each channel and purpose the customer ever spoke of. One statement."""
    rows = (
        Consent.objects.filter(customer_id=customer_id, at__lte=at)
        .order_by("channel", "purpose", "-at", "-id")
        .distinct("channel", "purpose")
    )
    return {(row.channel, row.purpose): row for row in rows}


def list_consents(customer_id: UUID) -> Any:
    """Every word, newest first: the ledger."""
    return Consent.objects.filter(Q(customer_id=customer_id)).order_by("-at", "-id")


def _standings(
    customer_ids: Sequence[UUID], *, channel: str, purpose: str, address: str, at: datetime
) -> dict[UUID, Standing]:
    with connection.cursor() as cursor:
        cursor.execute(
            STANDINGS,
            {
                "customers": list(customer_ids),
                "channel": channel,
                "purpose": purpose,
                "address": address,
                "at": at,
                "peppers": peppers(),
            },
        )
        return {row[0]: Standing(*row[1:]) for row in cursor.fetchall()}


def _suppression(channel: str, address: str) -> str:
    return list_suppressed(channel=channel, addresses=[address]).get(address, "")


def list_suppressed(*, channel: str, addresses: Sequence[str]) -> dict[str, str]:
    """Those of the addresses that nothing may go to, with the reason. One statement."""
    forms = forms_of(addresses)
    rows = Suppression.objects.filter(channel=channel, address__in=list(forms))
    return {forms[address]: reason for address, reason in rows.values_list("address", "reason")}
