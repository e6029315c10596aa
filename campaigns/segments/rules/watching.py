"""Which facts can change a rule's answer about the customer they are about."""

from campaigns.segments.rules.tree import (
    CartHolds,
    Condition,
    ConsentIs,
    EventDone,
    InSegment,
    KnownBy,
    LabelHeld,
    NearStore,
    Node,
    Ordered,
    PointsHeld,
    Referral,
    RfmScore,
    Wishes,
    conditions_of,
)

#: After these a customer has another history: every rule is asked again.
HISTORY = (
    "customer.created", "customer.identified", "customer.merged", "customer.merge_undone", "customer.email_verified",
    "customer.identity_released", "order.attached",
)  # fmt: skip
#: A list follows its people through merges.
LIST_FACTS = ("customer.merged", "customer.merge_undone")
_ORDERS = (
    "order.placed", "order.confirmed", "order.cancelled", "order.edited", "order.completed", "return.recorded",
)  # fmt: skip
_CARTS = (
    "cart.line_added", "cart.line_changed", "cart.line_removed", "cart.cleared", "cart.merged", "cart.merge_undone",
    "cart.closed", "cart.restored", "cart.recovered", "cart.details_changed", "cart.code_added", "cart.code_removed",
    "cart.opened", "cart.handed_off", "order.placed",
)  # fmt: skip
_WISHES = ("wish_list.item_added", "wish_list.item_removed")
_BALANCES = ("points.*", "credit.*", "referral.*", "order.*", "return.recorded")
_REFERRALS = ("referral.*", "order.*")
_CONSENTS = ("consent.given", "consent.withdrawn", "newsletter.confirmed")


def watched(tree: Node) -> frozenset[str]:
    """Names of facts, some ending in `*`."""
    return frozenset(HISTORY) | {name for _, condition in conditions_of(tree) for name in _of(condition)}


def _of(condition: Condition) -> tuple[str, ...]:
    match condition:
        case EventDone(name=name):
            return (name,)
        case Ordered() | RfmScore():
            return _ORDERS
        case NearStore():
            return (*_ORDERS, "customer.updated")
        case CartHolds():
            return _CARTS
        case Wishes():
            return _WISHES
        case PointsHeld():
            return _BALANCES
        case Referral():
            return _REFERRALS
        case ConsentIs():
            return _CONSENTS
        case InSegment():
            return ("segment.entered", "segment.left")
        case LabelHeld(label="segment"):
            return ("segment.entered", "segment.left")
        case LabelHeld():
            return ("label.changed",)
        case KnownBy():
            return ("customer.updated",)
        case _:
            return ("customer.updated",)


def names_matching(names: set[str]) -> list[str]:
    """What to look for among `watches` for facts of these names: themselves and the patterns they fall under."""
    return sorted(names | {f"{name.split('.', 1)[0]}.*" for name in names if "." in name})
