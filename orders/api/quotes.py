"""A priced cart as an answer to "what would it cost?"."""

from typing import Any

from carts.rules.pricing import PricedCart
from omnichannel.rest.principal import Principal
from orders.ports import gateways


def show_quote(cart: PricedCart, principal: Principal) -> dict[str, Any]:
    currency = cart.snapshot.currency

    def money(amount: int) -> dict[str, Any]:
        return {"amount_minor": amount, "currency": currency}

    problems = [{"code": p.code, "title": p.title, "line_id": None} for p in cart.problems]
    problems += [{"code": p.code, "title": p.title, "line_id": str(line.id)} for line, p in cart.line_problems]
    return {
        "totals": {
            name: money(getattr(cart.totals, name))
            for name in ("items", "discount", "shipping", "tax", "tax_included", "total")
        },
        "problems": problems,
        "needed": list(cart.needed),
        "shipping_options": [
            {
                "code": option.code,
                "name": option.name,
                "amount": money(option.amount_minor),
                "min_days": option.min_days,
                "max_days": option.max_days,
            }
            for option in cart.shipping_options
        ],
        "priced_until": cart.priced_until.isoformat() if cart.priced_until else None,
        "providers": offered_providers(at_till=principal.device_id is not None),
    }


def offered_providers(*, at_till: bool) -> list[str]:
    """Ways of paying that are open: a store's own tenders only at its till."""
    return [
        name
        for name in gateways.names()
        if gateways.get(name).is_offered and (at_till or not gateways.get(name).needs_associate)
    ]
