"""Reading customers. A record that was merged away leads to the one it became part of."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from customers.errors import AddressNotFound, CustomerNotFound
from customers.models import Address, Customer, Label
from customers.rules.contact import search_words

# The `search` column is made by migration `search`; it is not a model field, so that no other query carries it.
# The inner limit bounds what a query of two letters sorts.
_SEARCH = """
SELECT c.id
  FROM (SELECT id, email, last_name, first_name FROM customers_customer
         WHERE search @@ %s::tsquery AND merged_into_id IS NULL LIMIT 2000) c
 ORDER BY (c.email = %s) DESC, lower(c.last_name), lower(c.first_name), c.id
 LIMIT %s
"""


def find_customer(customer_id: UUID) -> Customer | None:
    """The customer, following merges; one statement in the usual case."""
    customer = Customer.objects.filter(pk=customer_id).first()
    while customer is not None and customer.merged_into_id is not None:
        customer = Customer.objects.filter(pk=customer.merged_into_id).first()
    return customer


def get_customer(customer_id: UUID) -> Customer:
    """Raises CustomerNotFound."""
    customer = find_customer(customer_id)
    if customer is None:
        raise CustomerNotFound()
    return customer


def find_customer_of_user(user_id: int) -> Customer | None:
    return Customer.objects.filter(user_id=user_id).first()


def find_customers(q: str, *, limit: int = 20) -> Sequence[Customer]:
    """Customers by the beginnings of names, part of a phone number, email or number: one statement, indexed."""
    words = search_words(q)
    if not words or len("".join(words)) < 2:
        return []
    wanted = tsquery(words)
    email = words[0] if "@" in words[0] else ""
    rows = Customer.objects.filter(pk__in=RawSQL(_SEARCH, [wanted, email, limit])).order_by()
    found = list(rows)
    found.sort(key=lambda c: (c.email != email, c.last_name.lower(), c.first_name.lower(), c.pk))
    return found


def tsquery(words: Sequence[str]) -> str:
    """All words, each as a beginning, in the text form of a tsquery."""
    return " & ".join("'" + word.replace("\\", "\\\\").replace("'", "''") + "':*" for word in words)


def list_customers() -> QuerySet[Customer]:
    """Everyone who was not merged away."""
    return Customer.objects.filter(merged_into=None)


def list_addresses(customer_id: UUID) -> QuerySet[Address]:
    """The default one first."""
    return Address.objects.filter(customer_id=customer_id).order_by("-is_default", "-id")


def get_address(customer_id: UUID, address_id: UUID) -> Address:
    """Raises AddressNotFound, for another customer's address as for a missing one."""
    address = Address.objects.filter(pk=address_id, customer_id=customer_id).first()
    if address is None:
        raise AddressNotFound()
    return address


def list_open_labels(customer_id: UUID) -> QuerySet[Label]:
    """Marks that hold now."""
    return Label.objects.filter(customer_id=customer_id, valid_until=None).order_by("kind", "key")
