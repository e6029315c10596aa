"""What the figures say, as a sentence: the title of a chart is its finding."""

from collections.abc import Iterable, Mapping

# Differences below this share are noise to a reader.
NOTABLE = 0.05
# Before so much of a usual day is sold, one order makes hundreds of percent.
EARLY = 0.05
NAMES = {
    "web": "Website",
    "mobile": "App",
    "store": "Stores",
    "social": "Social",
    "marketplace": "Marketplaces",
    "other": "Other",
}
GROUP_OF = {
    "web": "web",
    "mobile": "mobile",
    "tablet": "store",
    "pos": "store",
    "social": "social",
    "marketplace": "marketplace",
}


def group_of(channel: str) -> str:
    """The row of the channel chart a channel belongs to."""
    return GROUP_OF.get(channel, "other")


def channels_of(group: str, channels: Iterable[str]) -> list[str]:
    """Those of the channels that `group_of` puts into this row."""
    return [channel for channel in channels if group_of(channel) == group]


def change(now: int, usual: int) -> float | None:
    """Relative difference, None where there is nothing usual to compare with."""
    return (now - usual) / usual if usual else None


def sales_finding(
    *, today: int, usual: int, usual_day: int, by_group: Mapping[str, tuple[int, int]], weekday: str
) -> str:
    """“Sales are 9% above a usual Tuesday. Stores lead, social lags.”

    usual      what is usual by this hour; usual_day by closing.
    by_group   today and usual so far, by channel group.
    """
    if today and usual < EARLY * usual_day:
        return f"Too early to compare with a usual {weekday}"
    overall = change(today, usual)
    if overall is None:
        return "Sales today, the first of their kind" if today else "No sales yet today"
    if abs(overall) < NOTABLE:
        head = f"Sales are as on a usual {weekday}."
    else:
        head = f"Sales are {abs(overall):.0%} {'above' if overall > 0 else 'below'} a usual {weekday}."
    moves = {name: delta for name, (now, was) in by_group.items() if (delta := change(now, was)) is not None}
    ahead = max(moves, key=lambda name: moves[name], default=None)
    behind = min(moves, key=lambda name: moves[name], default=None)
    parts = []
    if ahead and moves[ahead] >= NOTABLE:
        parts.append(f"{NAMES[ahead]} {_verb(ahead, 'lead')}")
    if behind and behind != ahead and moves[behind] <= -NOTABLE:
        name = NAMES[behind].lower() if parts else NAMES[behind]
        parts.append(f"{name} {_verb(behind, 'lag')}")
    return f"{head} {', '.join(parts)}." if parts else head


def share_finding(*, stores: int, total: int) -> str:
    """“Stores make 36% of sales”, over the period of the chart."""
    if not total:
        return "No sales in the last 30 days"
    share = stores / total
    return f"Stores make {share:.0%} of sales" if stores else "All sales are made online"


def pickups_finding(*, waiting: int, late: int) -> str:
    if not waiting:
        return "No pickups wait"
    if not late:
        return "1 pickup waits, in time" if waiting == 1 else f"{waiting} pickups wait, all in time"
    return f"{late} of {waiting} pickups {'is' if late == 1 else 'are'} late"


def stock_finding(running_out: int) -> str:
    if not running_out:
        return "Nothing runs out within 3 days"
    return "1 item runs out within 3 days" if running_out == 1 else f"{running_out} items run out within 3 days"


def health_finding(*, troubles: list[str]) -> str:
    return f"All works, but {' and '.join(troubles)}" if troubles else "All works"


def _verb(group: str, verb: str) -> str:
    return verb if NAMES[group].endswith("s") else verb + "s"
