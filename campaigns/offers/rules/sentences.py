"""An offer as one sentence, the way a marketer would say it."""

from collections.abc import Mapping
from datetime import tzinfo
from decimal import Decimal

from campaigns.offers.rules.definition import (
    Amount,
    Amounts,
    BuyGet,
    Condition,
    Definition,
    FixedPrice,
    FreeShipping,
    Gift,
    Percent,
    Scope,
    Step,
    Tiers,
)
from campaigns.offers.rules.gates import said
from campaigns.offers.rules.words import CHANNEL_WORDS, both, either
from omnichannel.kernel.money import format_money


def sentence_of(definition: Definition, *, names: Mapping[str, str], zone: tzinfo) -> str:
    """`Takes 10% off jackets, when at least $50.00 is spent on them, for a first order, with a code, until …`.

    names  what ids and category paths are called; what is not named shows as it is.
    """
    parts = [_benefit(definition, names)]
    parts += _condition(definition.condition, names)
    parts.append("with a code" if definition.by_code else "without a code")
    if definition.starts_at:
        parts.append(f"from {said(definition.starts_at, zone)}")
    if definition.ends_at:
        parts.append(f"until {said(definition.ends_at, zone)}")
    return ", ".join(parts) + "."


def _benefit(definition: Definition, names: Mapping[str, str]) -> str:
    goods = goods_of(definition.scope, names)
    match definition.benefit:
        case Percent(percent=percent, max_units=None):
            return f"Takes {_percent(percent)} off {goods}"
        case Percent(percent=percent, max_units=units):
            pieces = "the dearest piece" if units == 1 else f"the {units} dearest pieces"
            return f"Takes {_percent(percent)} off {pieces} of {goods}"
        case Amount(amount=amount):
            return f"Takes {_amounts(amount)} off {goods}"
        case FixedPrice(price=price):
            return f"Sells {goods} at {_amounts(price)} each"
        case BuyGet() as benefit:
            return _buy_get(benefit, goods, names)
        case Tiers(steps=steps):
            return f"Takes {both([_step(step) for step in steps])} off {goods}"
        case FreeShipping(most=most):
            return f"Takes {_amounts(most)} off shipping of {goods}" if most else f"Ships {goods} for free"
        case Gift(variants=variants, quantity=quantity):
            gift = either(sorted(names.get(str(each), "a gift") for each in variants))
            pieces = "" if quantity == 1 else f"{quantity} pieces of "
            return f"Gives {pieces}{gift} for free with {goods}"
    raise TypeError(definition.benefit)


def _buy_get(benefit: BuyGet, goods: str, names: Mapping[str, str]) -> str:
    cheaper = "for free" if benefit.percent == Decimal(100) else f"{_percent(benefit.percent)} cheaper"
    limit = f", at most {benefit.max_times} times an order" if benefit.max_times else ""
    if benefit.get_scope is None:
        return (
            f"Of every {benefit.buy + benefit.get} pieces of {goods} gives the cheapest {benefit.get} {cheaper}{limit}"
        )
    extra = goods_of(benefit.get_scope, names)
    return f"With every {benefit.buy} pieces of {goods} gives {benefit.get} of {extra} {cheaper}{limit}"


def goods_of(scope: Scope, names: Mapping[str, str]) -> str:
    """`jackets and swimwear, sale goods left out`."""
    named = [
        *(names.get(path, path) for path in scope.categories),
        *sorted(names.get(str(each), "a product") for each in (*scope.products, *scope.variants)),
    ]
    if len(named) > 4:
        named = [*named[:3], f"{len(named) - 3} more"]
    goods = both(named) if named else "everything"
    left_out = [
        *(names.get(path, path) for path in scope.not_categories),
        *sorted(names.get(str(each), "a product") for each in scope.not_products),
    ]
    if scope.full_price_only:
        left_out.append("goods on sale")
    return f"{goods} except {both(left_out)}" if left_out else goods


def _condition(condition: Condition, names: Mapping[str, str]) -> list[str]:
    parts = []
    if condition.min_spend:
        parts.append(f"when at least {_amounts(condition.min_spend)} is spent on it")
    if condition.min_quantity:
        parts.append(f"from {condition.min_quantity} pieces")
    if condition.first_order:
        parts.append("for a first order")
    if condition.segments:
        groups = [f"“{names.get(f'segment:{key}', key)}”" for key in condition.segments]
        parts.append(f"for customers in {either(groups)}")
    if condition.tiers:
        parts.append(f"for members of {either(condition.tiers)}")
    if condition.channels:
        parts.append(f"for carts begun {either([CHANNEL_WORDS[channel] for channel in condition.channels])}")
    if condition.stores:
        parts.append(f"in {either(sorted(names.get(str(store), 'a store') for store in condition.stores))}")
    return parts


def _step(step: Step) -> str:
    off = _percent(step.percent) if step.percent is not None else _amounts(step.amount)
    return f"{off} from {_amounts(step.start)}"


def _amounts(amounts: Amounts) -> str:
    return either([format_money(amount, currency) for currency, amount in sorted(amounts.items())])


def _percent(percent: Decimal) -> str:
    return f"{percent.normalize():f}%"
