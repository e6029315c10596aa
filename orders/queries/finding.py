"""Finding orders by what people have at hand: a number, an email, a SKU. Only indexed, exact columns."""

from django.db.models import Q

from customers.queries import find_customers
from orders.models import Order, OrderLine


def find_orders(text: str, *, names: bool = False) -> Q:
    """A condition on orders for what somebody typed. `names`: a customer's name as well, through the customers' search."""
    typed = text.strip()
    if "@" in typed:
        return Q(email=typed.lower()) | Q(customer__email=typed.lower())
    found = (
        Q(number=typed.upper())
        | Q(external_id=typed)
        | Q(pk__in=OrderLine.objects.filter(sku=typed).values("order_id"))
    )
    if names:
        found |= Q(customer_id__in=[customer.pk for customer in find_customers(typed, limit=50)])
    return found


def find_order_of(*, number: str, email: str) -> Order | None:
    """The order of this number, when it was placed under this address. `number` in capitals, `email` in small letters."""
    return Order.objects.filter(Q(email=email) | Q(customer__email=email), number=number).first()
