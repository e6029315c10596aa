"""What the dashboard shows: figures as sentences, bars and links to the rows behind them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.urls import reverse

from insights.queries import figures
from insights.queries.figures import Period, Sales, Source
from insights.queries.liability import Liability, get_liability
from insights.rules import findings
from insights.states import AttributionModel, TouchKind
from omnichannel.brand.queries import get_brand
from omnichannel.kernel.channels import Channel
from omnichannel.kernel.clock import now
from omnichannel.kernel.money import format_money

PERIODS = (7, 30, 90, 365)
MOST_SOURCES = 12


def dashboard(*, days: int, model: AttributionModel) -> dict[str, Any]:
    """The context of `insights/dashboard.html` for the last `days` business days, today included."""
    period = last_days(days)
    sources = figures.list_attribution(period)
    names = figures.name_stores({row.source for row in sources if row.kind == TouchKind.STORE})
    sales = figures.list_sales(period, by="channel")
    return {
        "days": days,
        "periods": PERIODS,
        "period": f"{days} days, today included, in {period.currency} with tax",
        "model": model,
        "models": AttributionModel.choices,
        "total": _money(sum(row.sales_minor for row in sales), period),
        "orders": sum(row.orders for row in sales),
        "average": _average(sales, period),
        "channels": _sales_card(sales, period, by="channel", names=dict(Channel.choices)),
        "stores": _stores_card(period),
        "bars": _days_card(period),
        "funnel": _funnel_card(period),
        "repeat": _repeat_card(period),
        "crossings": _crossings_card(period),
        "attribution": _attribution_card(sources, period, names, days, model),
        "campaigns": _campaigns_card(sources, period, days, model),
        "liability": _liability_card(get_liability(period.currency, at=now())),
    }


def last_days(days: int) -> Period:
    brand = get_brand()
    zone = ZoneInfo(brand.time_zone)
    today = now().astimezone(zone).date()
    return Period(
        since=datetime.combine(today - timedelta(days=days - 1), time.min, zone),
        until=datetime.combine(today + timedelta(days=1), time.min, zone),
        currency=brand.default_currency,
        zone=brand.time_zone,
    )


def _sales_card(rows: Sequence[Sales], period: Period, *, by: str, names: Mapping[str, str]) -> dict[str, Any]:
    most = max([1, *(max(row.sales_minor, row.sales_before_minor) for row in rows)])
    named = [(names.get(row.key, "No store"), row) for row in rows if row.sales_minor or row.sales_before_minor]
    return {
        "finding": findings.leader([(name, row.sales_minor) for name, row in named], of="sales"),
        "rows": [
            {
                "name": name,
                "amount": _money(row.sales_minor, period),
                "orders": row.orders,
                "width": round(100 * row.sales_minor / most, 1),
                "mark": round(100 * row.sales_before_minor / most, 1),
                "before": _money(row.sales_before_minor, period),
                "change": findings.signed(row.sales_minor, row.sales_before_minor),
                "url": _orders_url(period, **{"channel__exact" if by == "channel" else "store__id__exact": row.key}),
            }
            for name, row in named
        ],
    }


def _average(rows: Sequence[Sales], period: Period) -> str:
    average = figures.average_order(sum(row.sales_minor for row in rows), sum(row.orders for row in rows))
    return "" if average is None else _money(average, period)


def _stores_card(period: Period) -> dict[str, Any]:
    rows = [row for row in figures.list_sales(period, by="store") if row.key]
    return _sales_card(rows[:8], period, by="store", names=figures.name_stores({row.key for row in rows}))


def _days_card(period: Period) -> dict[str, Any]:
    by_day = figures.list_sales_by_day(period)
    first = period.since.date()
    days = [first + timedelta(days=n) for n in range((period.until.date() - first).days)]
    sums = [sum(by_day.get(day, {}).values()) for day in days]
    most = max([1, *sums])
    best = days[sums.index(max(sums))]
    return {
        "finding": f"The best day was {best.day} {best:%B}: {_money(max(sums), period)}"
        if max(sums)
        else "No sales yet",
        "rows": [
            {
                "day": day,
                "height": round(100 * total / most, 2),
                "label": f"{day.day} {day:%B}: {_money(total, period)}",
                "url": _orders_url(period, day=day),
            }
            for day, total in zip(days, sums, strict=True)
        ],
    }


def _funnel_card(period: Period) -> dict[str, Any]:
    funnel = figures.get_funnel(period)
    steps = [
        ("Came by", funnel.visited), ("Looked at a product", funnel.viewed), ("Put one in the cart", funnel.carted),
        ("Bought", funnel.ordered),
    ]  # fmt: skip
    return {
        "finding": findings.funnel(steps),
        "rows": [
            {
                "name": name,
                "people": people,
                "width": round(100 * people / max(funnel.visited, 1), 1),
                "share": f"{people / steps[at - 1][1]:.0%}" if at and steps[at - 1][1] else "",
            }
            for at, (name, people) in enumerate(steps)
        ],
    }


def _repeat_card(period: Period) -> dict[str, Any]:
    repeat = figures.get_repeat(period)
    return {
        "finding": findings.repeat(repeat.customers, repeat.repeating),
        "customers": repeat.customers,
        "repeating": repeat.repeating,
        "width": round(100 * repeat.repeating / max(repeat.customers, 1), 1),
        "worth": _money(repeat.worth_minor // repeat.customers, period) if repeat.customers else "",
    }


def _crossings_card(period: Period) -> dict[str, Any]:
    crossings = figures.get_crossings(period)
    return {
        "finding": findings.crossings(crossings.store_to_online + crossings.online_to_store, crossings.paths),
        "rows": [
            ("Met in a store, bought on a screen", crossings.store_to_online, _money(crossings.store_to_online_minor, period)),
            ("Met on a screen, bought in a store", crossings.online_to_store, _money(crossings.online_to_store_minor, period)),
        ],
        "url": reverse("admin:insights_path_changelist"),
    }  # fmt: skip


def _attribution_card(
    sources: Sequence[Source], period: Period, names: Mapping[str, str], days: int, model: AttributionModel
) -> dict[str, Any]:
    ranked = sorted(sources, key=lambda row: -row.amounts[model])
    most = max([1, *(row.amounts[model] for row in ranked)])
    top = ranked[:MOST_SOURCES]
    rest = ranked[MOST_SOURCES:]
    return {
        "finding": findings.leader([(_source_name(row, names), row.amounts[model]) for row in ranked], of="credit"),
        "rows": [
            {
                "name": _source_name(row, names),
                "kind": row.kind,
                "kind_name": TouchKind(row.kind).label if row.source or row.campaign else "",
                "orders": row.orders,
                "width": round(100 * row.amounts[model] / most, 1),
                "cells": [
                    {
                        "model": each,
                        "chosen": each == model,
                        "amount": _money(row.amounts[each], period),
                        "url": credits_url(row, each, days),
                    }
                    for each in AttributionModel.values
                ],
            }
            for row in top
        ],
        "rest": len(rest),
        "rest_amounts": [_money(sum(row.amounts[each] for row in rest), period) for each in AttributionModel.values],
        "totals": [_money(sum(row.amounts[each] for row in ranked), period) for each in AttributionModel.values],
    }


def _campaigns_card(sources: Sequence[Source], period: Period, days: int, model: AttributionModel) -> dict[str, Any]:
    named = sorted((row for row in sources if row.campaign), key=lambda row: -row.amounts[model])[:8]
    most = max([1, *(row.amounts[model] for row in named)])
    return {
        "finding": findings.leader([(row.campaign, row.amounts[model]) for row in named], of="campaign revenue"),
        "rows": [
            {
                "name": row.campaign,
                "kind_name": TouchKind(row.kind).label,
                "amount": _money(row.amounts[model], period),
                "orders": row.orders,
                "width": round(100 * row.amounts[model] / most, 1),
                "url": credits_url(row, model, days),
            }
            for row in named
        ],
    }


def _liability_card(liability: Liability) -> dict[str, Any]:
    currency = liability.currency
    return {
        "url": reverse("admin:loyalty_account_report"),
        "finding": f"We owe members {format_money(liability.points_worth_minor + liability.credit_minor, currency)}",
        "rows": [
            ("Points to spend", f"{liability.points:,}", format_money(liability.points_worth_minor, currency)),
            ("Points still pending", f"{liability.pending_points:,}", ""),
            ("Store credit", f"{liability.credit_holders:,} members", format_money(liability.credit_minor, currency)),
        ],
    }


def credits_url(row: Source, model: str, days: int) -> str:
    query = {"model": model, "kind": row.kind, "source": row.source, "campaign": row.campaign, "days": days}
    return f"{reverse('admin:insights_path_credits')}?{urlencode(query)}"


def _source_name(row: Source, names: Mapping[str, str]) -> str:
    if row.kind == TouchKind.STORE:
        return names.get(row.source, row.source or "Store")
    return " · ".join(word for word in (row.source, row.campaign) if word) or TouchKind(row.kind).label


def _orders_url(period: Period, *, day: Any = None, **filters: str) -> str:
    zone = ZoneInfo(period.zone)
    first = day or period.since.astimezone(zone).date()
    last = day or period.until.astimezone(zone).date() - timedelta(days=1)
    query = filters | {
        "placed_at_from_0": str(first),
        "placed_at_from_1": "00:00",
        "placed_at_to_0": str(last + timedelta(days=1)),
        "placed_at_to_1": "00:00",
    }
    return f"{reverse('admin:orders_order_changelist')}?{urlencode(query)}"


def _money(amount_minor: int, period: Period) -> str:
    text = format_money(amount_minor, period.currency)
    return text[:-3] if text.endswith(".00") or (abs(amount_minor) >= 100_000 and "." in text) else text
