"""Finding orders by what people have at hand: a number, an email, a SKU. Only indexed, exact columns."""

from django.db.models import Exists, OuterRef, Q

from orders.models import OrderLine


def find_orders(text: str) -> Q:
    """A condition on orders for what somebody typed."""
    typed = text.strip()
    if "@" in typed:
        return Q(email=typed.lower()) | Q(customer__email=typed.lower())
    return (
        Q(number=typed.upper())
        | Q(external_id=typed)
        | Q(Exists(OrderLine.objects.filter(order=OuterRef("pk"), sku=typed)))
    )
