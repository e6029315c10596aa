"""What a message may say about its reader: asked for in bulk, and only what the template speaks of."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from campaigns.messages.queries.brand import brand_data, brand_kit
from campaigns.messages.queries.goods import list_carts, list_latest_products, list_related_cards
from campaigns.messages.queries.nearby import list_own_stores, list_popups
from campaigns.messages.queries.words import Words
from customers.models import Customer, NewsletterRequest
from customers.queries.links import newsletter_url, preferences_url
from loyalty.models import Member
from loyalty.queries.balances import list_balances
from loyalty.queries.referrals import find_terms, link_of

Readers = Mapping[UUID, Words]
Loader = Callable[[Sequence[Customer], Readers, datetime], Mapping[UUID, Any]]
_NAMES = re.compile(r"\b([a-z_]+)\b")


def data_for(customer_id: UUID, at: datetime, *, wanted: Collection[str] | None = None) -> dict[str, Any]:
    """Everything a template may say about one person, as of now."""
    customers = list(Customer.objects.filter(pk=customer_id))
    return data_for_many(customers, wanted or frozenset(LOADERS), at=at).get(customer_id, {"brand": brand_data()})


def data_for_many(
    customers: Sequence[Customer], wanted: Collection[str], *, at: datetime
) -> dict[UUID, dict[str, Any]]:
    """A fixed number of statements for each thing wanted, however many people."""
    kit = brand_kit()
    brand = brand_data(kit)
    readers = {customer.pk: Words(customer, kit) for customer in customers}
    found: dict[UUID, dict[str, Any]] = {customer.pk: {"brand": brand} for customer in customers}
    for name, load in LOADERS.items():
        if name in wanted:
            for customer_id, value in load(customers, readers, at).items():
                found[customer_id][name] = value
    return found


def names_in(*sources: str) -> frozenset[str]:
    """Which of the things a template could be filled with its words may speak of."""
    return frozenset(name for source in sources for name in _NAMES.findall(source)) & frozenset(LOADERS)


def _customers(customers: Sequence[Customer], readers: Readers, at: datetime) -> dict[UUID, Any]:
    return {
        customer.pk: {
            "first_name": customer.first_name,
            "last_name": customer.last_name,
            "name": customer.name,
            "number": customer.number,
            "email": customer.email,
        }
        for customer in customers
    }


def _points(customers: Sequence[Customer], readers: Readers, at: datetime) -> dict[UUID, Any]:
    shown = {}
    for customer_id, balance in list_balances(_ids(customers), at).items():
        reader = readers[customer_id]
        lapsing = balance.next_expiry
        shown[customer_id] = {
            "available": balance.points_available,
            "shown": reader.number(balance.points_available),
            "pending": reader.number(balance.points_pending) if balance.points_pending else "",
            "worth": reader.money(balance.worth_minor, balance.currency) if balance.worth_minor else "",
            "lapsing": reader.number(lapsing[0]) if lapsing else "",
            "lapse_on": reader.day(lapsing[1]) if lapsing else "",
        }
    return shown


def _credit(customers: Sequence[Customer], readers: Readers, at: datetime) -> dict[UUID, Any]:
    return {
        customer_id: {
            "amount": readers[customer_id].money(balance.credit_minor, balance.currency),
            "has_any": balance.credit_minor > 0,
        }
        for customer_id, balance in list_balances(_ids(customers), at).items()
    }


def _referrals(customers: Sequence[Customer], readers: Readers, at: datetime) -> dict[UUID, Any]:
    """Members alone have a code, and only while there are terms."""
    terms = find_terms(at)
    if terms is None or not terms.is_open:
        return {}
    rows = Member.objects.filter(customer_id__in=_ids(customers)).values_list("customer_id", "referral_code")
    return {
        customer_id: {
            "code": code,
            "url": link_of(code, utm_source="referral", utm_medium="friend"),
            "gives": readers[customer_id].money(terms.friend_minor, terms.currency),
            "gets": readers[customer_id].money(terms.member_minor, terms.currency),
        }
        for customer_id, code in rows
        if code
    }


def _related(customers: Sequence[Customer], readers: Readers, at: datetime) -> dict[UUID, Any]:
    return list_related_cards(list_latest_products(_ids(customers)), readers, at=at)


def _ids(customers: Sequence[Customer]) -> list[UUID]:
    return [customer.pk for customer in customers]


LOADERS: dict[str, Loader] = {
    "customer": _customers,
    "points": _points,
    "credit": _credit,
    "referral": _referrals,
    "cart": lambda customers, readers, at: list_carts(_ids(customers), readers),
    "related": _related,
    "store": lambda customers, readers, at: list_own_stores(_ids(customers), readers),
    "popup": lambda customers, readers, at: list_popups(_ids(customers), readers, at=at),
    "preferences_url": lambda customers, readers, at: {pk: preferences_url(pk) for pk in _ids(customers)},
}


def referral_of(customer_id: UUID | None, *, at: datetime) -> dict[str, str]:
    """Their own code for friends, for a mail that shows it where there is one."""
    none = {"code": "", "url": "", "gives": "", "gets": ""}
    return none if customer_id is None else data_for(customer_id, at, wanted=["referral"]).get("referral", none)


def newsletter_data(request: NewsletterRequest) -> dict[str, str]:
    kit = brand_kit()
    return {
        "email": request.email,
        "url": newsletter_url(request.pk),
        "expires": Words(request.customer or Customer(), kit).second(request.expires_at),
    }
