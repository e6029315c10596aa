"""Reading customers and what they allowed."""

from customers.queries.people import (
    find_customer,
    find_customer_of_user,
    find_customers,
    get_address,
    get_customer,
    list_addresses,
    list_customers,
    list_open_labels,
    tsquery,
)

__all__ = [
    "find_customer",
    "find_customer_of_user",
    "find_customers",
    "get_address",
    "get_customer",
    "list_addresses",
    "list_customers",
    "list_open_labels",
    "tsquery",
]
