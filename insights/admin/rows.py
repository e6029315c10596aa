"""The page behind a figure: which rows it was made of, how many they are and what they come to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.db.models import QuerySet, Sum
from django.urls import reverse

from customers.models import Customer
from insights.models import Path
from insights.queries import figures, rows
from insights.queries.figures import Period, name_stores
from insights.states import AttributionModel, TouchKind
from loyalty.models.ledger import Account
from omnichannel.kernel.channels import Channel
from omnichannel.kernel.money import format_money
from orders.models import Order

A_PAGE = 50
STEP_NAMES = {
    "visited": "Came by", "viewed": "Looked at a product", "carted": "Put one in the cart", "ordered": "Bought",
}  # fmt: skip
#: How many sources the dashboard names; the others stand in one line.
MOST_SOURCES = 12
Cells = list[tuple[str, str]]  # text and address, the latter empty without a link


@dataclass(slots=True)
class Behind:
    """What stands behind one figure. `units` names one row and several; `total` is empty where nothing is summed."""

    title: str
    note: str
    units: tuple[str, str]
    columns: Sequence[str]
    source: Any
    show: Callable[[Any], Cells]
    total: str = ""
    numbers: int = 1
    hint: str = "Nothing in this period."


class NoSuchFigure(Exception):
    """The address names no figure."""


def rows_url(figure: str, *, days: int, **asked: Any) -> str:
    query = {"figure": figure, "days": days} | {name: value for name, value in asked.items() if value not in ("", None)}
    return f"{reverse('admin:insights_path_rows')}?{urlencode(query)}"


def behind(asked: Mapping[str, str], period: Period) -> Behind:
    """What the address asks for. Raises NoSuchFigure."""
    try:
        return FIGURES[asked.get("figure", "")](asked, period)
    except (KeyError, ValueError) as error:
        raise NoSuchFigure from error


class People:
    """Persons of the funnel as something to page through: each page is read by itself."""

    def __init__(self, period: Period, step: str) -> None:
        self._period, self._step = period, step

    def count(self) -> int:
        funnel = figures.get_funnel(self._period)
        return int(getattr(funnel, self._step))

    def __getitem__(self, part: slice) -> list[rows.Person]:
        start, stop = part.start or 0, part.stop
        return rows.list_people(self._period, step=self._step, most=stop - start, skip=start)


def context_of(found: Behind, page: str | None) -> dict[str, Any]:
    shown = Paginator(found.source, A_PAGE).get_page(page)
    count = shown.paginator.count
    return {
        "found": found,
        "page": shown,
        "counted": f"{count:,} {found.units[0] if count == 1 else found.units[1]}",
        "columns": [(name, at >= len(found.columns) - found.numbers) for at, name in enumerate(found.columns)],
        "rows": [
            [(text, url, at >= len(cells) - found.numbers) for at, (text, url) in enumerate(cells)]
            for cells in map(found.show, shown.object_list)
        ],
    }


def _sold(asked: Mapping[str, str], period: Period) -> Behind:
    channels = tuple(name for name in asked.get("channel", "").split(",") if name)
    if not set(channels) <= set(Channel.values):
        raise ValueError("channel")
    store = UUID(asked["store"]) if asked.get("store") else None
    if asked.get("day"):
        period = rows.on_day(period, date.fromisoformat(asked["day"]))
    source = rows.list_sold(period, channels=channels, store_id=store)
    words = [str(Channel(name).label) for name in channels] + list(name_stores({str(store)}).values() if store else [])
    return Behind(
        title=f"Sales, {', '.join(words)}" if words else "Sales",
        note=f"Confirmed orders placed {_span(period)}, less what came back",
        units=("order", "orders"),
        columns=["Order", "Customer", "Placed", "Channel", "Store", "Comes to"],
        source=source,
        show=partial(_order_cells, period=period),
        total=_sum(source, "current_total_minor", period),
    )


def _order_cells(order: Order, *, period: Period) -> Cells:
    return [
        (order.number, reverse("admin:orders_order_change", args=[order.pk])),
        _person(order.customer),
        (_when(order.placed_at, period), ""),
        (order.get_channel_display(), ""),
        (order.store.name if order.store else "–", ""),
        (format_money(order.current_total_minor, order.currency), ""),
    ]


def _funnel(asked: Mapping[str, str], period: Period) -> Behind:
    step = asked["step"]
    return Behind(
        title=STEP_NAMES[step],
        note=f"People who came at least this far {_span(period)}. All that is known as one customer is one person.",
        units=("person", "people"),
        columns=["Person", "First seen", "Last seen", "Steps seen"],
        source=People(period, step),
        show=lambda row: [
            (row.name, reverse("admin:customers_customer_profile", args=[row.customer_id]))
            if row.customer_id
            else ("A visitor nobody knows yet", ""),
            (_when(row.first_at, period), ""),
            (_when(row.last_at, period), ""),
            (f"{row.events:,}", ""),
        ],
        hint="Nobody was seen in this period.",
    )


def _buyers(asked: Mapping[str, str], period: Period) -> Behind:
    repeating = asked.get("repeating") == "1"
    source = rows.list_buyers(period, repeating=repeating)
    return Behind(
        title="Buyers with more than one order" if repeating else "Buyers",
        note=f"Customers who bought {_span(period)}, with all their orders until its end",
        units=("buyer", "buyers"),
        columns=["Customer", "Latest order", "Orders", "Worth so far"],
        source=source,
        show=lambda row: [
            _person(row),
            (_when(row.latest, period), ""),
            (f"{row.bought:,}", ""),
            (format_money(row.worth, period.currency), ""),
        ],
        total=_sum(source, "worth", period),
        numbers=2,
    )


def _crossed(asked: Mapping[str, str], period: Period) -> Behind:
    to_store = {"store": True, "online": False}[asked["to"]]
    title = "Met on a screen, bought in a store" if to_store else "Met in a store, bought on a screen"
    return _paths(rows.list_crossed(period, to_store=to_store), title, "", period)


def _touched(asked: Mapping[str, str], period: Period) -> Behind:
    kind = TouchKind(asked["kind"])
    named: dict[str, Any] = {
        "kind": str(kind),
        "source": asked.get("source", ""),
        "campaign": asked.get("campaign", ""),
    }
    which = " that it touched, whatever it is credited with"
    return _paths(rows.list_touched(period, **named), source_name(**named), which, period)


def _paths(source: QuerySet[Path], title: str, which: str, period: Period) -> Behind:
    return Behind(
        title=title,
        note=f"Orders placed {_span(period)}{which}",
        units=("order", "orders"),
        columns=["Order", "Customer", "Ordered", "Channel", "Touches", "Comes to"],
        source=source,
        show=partial(_path_cells, period=period),
        total=_sum(source, "net_minor", period),
    )


def _credit(asked: Mapping[str, str], period: Period) -> Behind:
    model = AttributionModel(asked["model"])
    if asked.get("kind"):
        named: dict[str, Any] = {
            "kind": str(TouchKind(asked["kind"])),
            "source": asked.get("source", "")[:100],
            "campaign": asked.get("campaign", "")[:150],
        }
        title, source = source_name(**named), rows.list_credited_to(period, model=model, **named)
    elif asked.get("beyond"):
        top = ranked(figures.list_attribution(period), AttributionModel(asked["beyond"]))[:MOST_SOURCES]
        title, source = "The smaller touches", rows.list_credited(period, model=model, beyond=top)
    else:
        title, source = "Every touch", rows.list_credited(period, model=model)
    return Behind(
        title=f"{title}, {model.label.lower()}",
        note=f"Orders placed {_span(period)}, with what this touch is credited with",
        units=("order", "orders"),
        columns=["Order", "Customer", "First touched", "Ordered", "Order’s worth", "Credit"],
        source=source,
        show=lambda row: [
            (row.order.number, reverse("admin:insights_path_change", args=[row.pk])),
            _person(row.order.customer),
            (_when(row.touched_at, period), ""),
            (_when(row.converted_at, period), ""),
            (format_money(row.net_minor, row.currency), ""),
            (format_money(row.amount, row.currency), ""),
        ],
        total=_sum(source, "amount", period),
        numbers=2,
    )


def _owed(asked: Mapping[str, str], period: Period) -> Behind:
    unit = {"points": "points", "pending": "points", "credit": f"credit:{period.currency}"}[asked["what"]]
    name = "pending" if asked["what"] == "pending" else "balance"
    source = rows.list_owed(unit=unit).filter(**{f"{name}__gt": 0}).order_by(f"-{name}", "pk")
    total = source.aggregate(total=Sum(name))["total"] or 0

    def amount(value: int) -> str:
        return f"{value:,} points" if unit == "points" else format_money(value, period.currency)

    return Behind(
        title={"points": "Points to spend", "pending": "Points still pending", "credit": "Store credit"}[asked["what"]],
        note="What members have as of now, the largest first",
        units=("member", "members"),
        columns=["Member", "Changed", "Has"],
        source=source,
        show=lambda row: _owed_cells(row, amount(getattr(row, name)), period),
        total=amount(total),
        hint="Nobody has any.",
    )


def _owed_cells(account: Account, has: str, period: Period) -> Cells:
    return [_person(account.customer), (_when(account.updated_at, period), ""), (has, "")]


FIGURES: dict[str, Callable[[Mapping[str, str], Period], Behind]] = {
    "sold": _sold, "funnel": _funnel, "buyers": _buyers, "crossed": _crossed, "touched": _touched, "credit": _credit,
    "owed": _owed,
}  # fmt: skip


def ranked(sources: Sequence[figures.Source], model: AttributionModel) -> list[figures.Source]:
    """The largest under this model first; equals by name, so that the page and its rows agree."""
    return sorted(sources, key=lambda row: (-row.amounts[model], row.kind, row.source, row.campaign))


def source_name(*, kind: str, source: str, campaign: str, stores: Mapping[str, str] | None = None) -> str:
    if kind == TouchKind.STORE:
        names = name_stores({source}) if stores is None else stores
        return names.get(source, source or "Store")
    return " · ".join(word for word in (source, campaign) if word) or str(TouchKind(kind).label)


def _path_cells(path: Path, *, period: Period) -> Cells:
    return [
        (path.order.number, reverse("admin:insights_path_change", args=[path.pk])),
        _person(path.order.customer),
        (_when(path.converted_at, period), ""),
        (path.get_channel_display(), ""),
        (f"{path.touch_count}", ""),
        (format_money(path.net_minor, path.currency), ""),
    ]


def _person(customer: Customer | None) -> tuple[str, str]:
    if customer is None:
        return "A guest", ""
    return str(customer), reverse("admin:customers_customer_profile", args=[customer.pk])


def _sum(source: QuerySet[Any], name: str, period: Period) -> str:
    return format_money(source.order_by().aggregate(total=Sum(name))["total"] or 0, period.currency)


def _when(moment: datetime, period: Period) -> str:
    return f"{moment.astimezone(ZoneInfo(period.zone)):%-d %b %Y, %H:%M}"


def _span(period: Period) -> str:
    zone = ZoneInfo(period.zone)
    first, days = period.since.astimezone(zone), (period.until - period.since).days
    return f"on {first:%-d %B %Y}" if days <= 1 else f"in {days} days, today included"
