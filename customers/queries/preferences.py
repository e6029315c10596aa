"""What a customer may choose, and what they chose: the same on every channel."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from customers.models import Customer, Suppression
from customers.queries.permission import standing_consents
from customers.queries.suppressions import forms_of
from customers.rules.permission import Standing, decide_permission
from customers.states import ConsentChannel, ConsentPurpose

#: What the preference page asks, in its order; each with the words a person reads (version `preferences-1`).
WORDING = "preferences-1"
CHOICES: tuple[tuple[str, str, str], ...] = (
    (ConsentChannel.EMAIL, ConsentPurpose.MARKETING, "News and offers by email"),
    (ConsentChannel.SMS, ConsentPurpose.MARKETING, "News and offers by text message"),
    (ConsentChannel.PUSH, ConsentPurpose.MARKETING, "News and offers as push messages"),
    (ConsentChannel.INBOX, ConsentPurpose.MARKETING, "News and offers in the app"),
    (ConsentChannel.MAIL, ConsentPurpose.MARKETING, "Postcards and catalogues by post"),
    (ConsentChannel.TABLET, ConsentPurpose.MARKETING, "Suggestions made for me in the store"),
    (ConsentChannel.ADS, ConsentPurpose.ADVERTISING, "Advertising on other sites that knows what I looked at"),
    (ConsentChannel.SOCIAL, ConsentPurpose.PHOTOS, "Showing photos I tag you in"),
)


def permissions_of(
    consents: Sequence[Mapping[str, Any]], suppressions: Sequence[Mapping[str, Any]], *, email: str, phone: str
) -> list[dict[str, Any]]:
    """The choices as they stand for who helps the customer: with where and when the word was said."""
    said = {(row["channel"], row["purpose"]): row for row in consents}
    suppressed = {row["channel"]: row["reason"] for row in suppressions}
    addresses = {"email": email, "sms": phone}
    shown = []
    for channel, purpose, label in CHOICES:
        word = said.get((str(channel), str(purpose)))
        standing = Standing(
            is_known=True,
            address=addresses.get(str(channel), ""),
            suppression=suppressed.get(str(channel), ""),
            consent=word["state"] if word else "",
        )
        permission = decide_permission(standing, channel=str(channel), purpose=str(purpose))
        shown.append(
            {
                "channel": str(channel),
                "purpose": str(purpose),
                "label": label,
                "allowed": permission.allowed,
                "code": permission.code,
                "reason": permission.reason,
                "source": word["source"] if word else None,
                "since": word["at"] if word else None,
            }
        )
    return shown


def show_preferences(customer: Customer, *, at: datetime) -> dict[str, Any]:
    """The choices as they stand, each with the reason it is so. Two statements."""
    said = standing_consents(customer.pk, at=at)
    suppressed = dict(
        Suppression.objects.filter(
            address__in=list(forms_of([a for a in (customer.email, customer.phone) if a]))
        ).values_list("channel", "reason")
    )
    addresses = {ConsentChannel.EMAIL.value: customer.email, ConsentChannel.SMS.value: customer.phone}
    choices = []
    for channel, purpose, label in CHOICES:
        word = said.get((str(channel), str(purpose)))
        standing = Standing(
            is_known=True,
            address=addresses.get(str(channel), ""),
            suppression=suppressed.get(str(channel), ""),
            consent=word.state if word else "",
        )
        permission = decide_permission(standing, channel=str(channel), purpose=str(purpose))
        granted = word.state == "granted" if word else permission.allowed
        choices.append(
            {
                "channel": str(channel),
                "purpose": str(purpose),
                "label": label,
                "granted": granted,
                "since": word.at if word else None,
                "reason": permission.reason,
            }
        )
    return {"address": masked(customer.email), "locale": customer.locale, "choices": choices}


def masked(email: str) -> str:
    """`s•••e@example.com`: enough for its owner to know it, for nobody else to learn it."""
    local, at, domain = email.partition("@")
    if not at:
        return ""
    return f"{local[0]}•••{local[-1] if len(local) > 2 else ''}@{domain}"


def choice_ids() -> frozenset[tuple[str, str]]:
    return frozenset((str(channel), str(purpose)) for channel, purpose, _ in CHOICES)
