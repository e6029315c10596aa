"""What orders would earn under rules that are not live yet, beside what they earn under those in force. Writes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from catalog.queries.sellables import list_sellables, match_code
from loyalty.models import EarningRule, Programme
from loyalty.queries.earning import list_orders_to_earn
from loyalty.queries.programmes import find_programme, list_rules
from loyalty.rules.earning import EarnLine, EarnOrder, Rule
from loyalty.rules.simulation import Compared, compare_orders
from loyalty.states.ledger import RuleKind
from omnichannel.kernel.ids import uuid7
from orders.models import Order

MOST_ORDERS = 5_000
_BATCH = 500
_KINDS = (RuleKind.SPEND, RuleKind.MULTIPLIER, RuleKind.BONUS)


@dataclass(frozen=True, slots=True)
class Simulation:
    """`compared` with points by rule; `of` orders there were, of which `looked_at` were worked out."""

    compared: Compared
    names: Mapping[str, str]
    looked_at: int
    of: int
    unknown: Sequence[str] = field(default_factory=list)


def simulate_month(
    *, start: datetime, end: datetime, drafts: Sequence[EarningRule], without: Sequence[str], at: datetime
) -> Simulation:
    """Confirmed orders of known customers in [start, end): the newest 5,000 where there are more.

    drafts   take the place of the version in force under the same key, or join the rules.
    without  keys of rules in force that would be gone.
    """
    programme = find_programme(at)
    rows = Order.objects.filter(confirmed_at__gte=start, confirmed_at__lt=end, customer__isnull=False)
    of = rows.count()
    ids = list(rows.order_by("-confirmed_at").values_list("id", flat=True)[:MOST_ORDERS])
    found: list[tuple[str, EarnOrder]] = []
    for begin in range(0, len(ids), _BATCH):
        for order in list_orders_to_earn(ids[begin : begin + _BATCH]):
            if programme is not None and order.currency == programme.currency:
                found.append((order.number, order.to_earn(programme)))
    now_rules, then_rules, names = _both(drafts, without, at)
    return Simulation(compare_orders(found, now_rules, then_rules), names, len(found), of)


def simulate_cart(
    *,
    goods: Sequence[tuple[str, int]],
    channel: str,
    is_first: bool,
    drafts: Sequence[EarningRule],
    without: Sequence[str],
    at: datetime,
) -> Simulation:
    """A cart of SKUs and pieces at today's prices."""
    programme: Programme | None = find_programme(at)
    currency = programme.currency if programme else "USD"
    sellables = list_sellables([], currency, at, codes=[sku for sku, _ in goods])
    lines, unknown = [], []
    for sku, quantity in goods:
        sellable = match_code(sku, sellables.values())
        if sellable is None or sellable.price_minor is None:
            unknown.append(sku)
            continue
        lines.append(
            EarnLine(
                uuid7(),
                sellable.price_minor * quantity,
                sellable.variant_id,
                sellable.product_id,
                sellable.category_path,
            )
        )
    order = EarnOrder(lines=lines, channel=channel, at=at, is_first=is_first)
    now_rules, then_rules, names = _both(drafts, without, at)
    return Simulation(compare_orders([("This cart", order)], now_rules, then_rules), names, 1, 1, unknown)


def _both(
    drafts: Sequence[EarningRule], without: Sequence[str], at: datetime
) -> tuple[list[Rule], list[Rule], dict[str, str]]:
    live = list_rules(at, kinds=_KINDS)
    replaced = {draft.key for draft in drafts} | set(without)
    then = [rule for rule in live if rule.key not in replaced] + [
        draft for draft in drafts if draft.kind in _KINDS and draft.key not in without
    ]
    names = {rule.key: rule.name for rule in [*live, *drafts]}
    return [_pure(rule) for rule in live], [_pure(rule) for rule in then], names


def _pure(rule: EarningRule) -> Rule:
    return Rule(
        id=rule.id, key=rule.key, kind=rule.kind, points=rule.points, per_minor=rule.per_minor, factor=rule.factor,
        conditions=rule.conditions, stack_group=rule.stack_group, priority=rule.priority,
    )  # fmt: skip
