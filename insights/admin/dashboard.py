"""What the dashboard shows: figures as sentences, bars and links to the rows behind them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse

from insights.admin.rows import MOST_SOURCES, STEP_NAMES, ranked, rows_url, source_name
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
        "url": rows_url("sold", days=days),
        "average": _average(sales, period),
        "channels": _sales_card(sales, period, days, by="channel", names=dict(Channel.choices)),
        "stores": _stores_card(period, days),
        "bars": _days_card(period, days),
        "funnel": _funnel_card(period, days),
        "repeat": _repeat_card(period, days),
        "crossings": _crossings_card(period, days),
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


def _sales_card(
    rows: Sequence[Sales], period: Period, days: int, *, by: str, names: Mapping[str, str]
) -> dict[str, Any]:
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
                "url": rows_url("sold", days=days, **{by: row.key}),
            }
            for name, row in named
        ],
    }


def _average(rows: Sequence[Sales], period: Period) -> str:
    average = figures.average_order(sum(row.sales_minor for row in rows), sum(row.orders for row in rows))
    return "" if average is None else _money(average, period)


def _stores_card(period: Period, days: int) -> dict[str, Any]:
    rows = [row for row in figures.list_sales(period, by="store") if row.key]
    return _sales_card(rows[:8], period, days, by="store", names=figures.name_stores({row.key for row in rows}))


def _days_card(period: Period, days: int) -> dict[str, Any]:
    by_day = figures.list_sales_by_day(period)
    first = period.since.date()
    dates = [first + timedelta(days=n) for n in range((period.until.date() - first).days)]
    sums = [sum(by_day.get(day, {}).values()) for day in dates]
    most = max([1, *sums])
    best = dates[sums.index(max(sums))]
    return {
        "finding": f"The best day was {best.day} {best:%B}: {_money(max(sums), period)}"
        if max(sums)
        else "No sales yet",
        "rows": [
            {
                "day": day,
                "height": round(100 * total / most, 2),
                "label": f"{day.day} {day:%B}: {_money(total, period)}",
                "amount": _money(total, period),
                "url": rows_url("sold", days=days, day=day),
            }
            for day, total in zip(dates, sums, strict=True)
        ],
    }


def _funnel_card(period: Period, days: int) -> dict[str, Any]:
    funnel = figures.get_funnel(period)
    steps = [(name, int(getattr(funnel, step))) for step, name in STEP_NAMES.items()]
    return {
        "finding": findings.funnel(steps),
        "rows": [
            {
                "name": name,
                "people": people,
                "width": round(100 * people / max(funnel.visited, 1), 1),
                "share": f"{people / steps[at - 1][1]:.0%}" if at and steps[at - 1][1] else "",
                "url": rows_url("funnel", days=days, step=step),
            }
            for at, (step, (name, people)) in enumerate(zip(STEP_NAMES, steps, strict=True))
        ],
    }


def _repeat_card(period: Period, days: int) -> dict[str, Any]:
    repeat = figures.get_repeat(period)
    return {
        "finding": findings.repeat(repeat.customers, repeat.repeating),
        "customers": repeat.customers,
        "repeating": repeat.repeating,
        "url": rows_url("buyers", days=days),
        "repeating_url": rows_url("buyers", days=days, repeating=1),
        "width": round(100 * repeat.repeating / max(repeat.customers, 1), 1),
        "worth": _money(repeat.worth_minor // repeat.customers, period) if repeat.customers else "",
    }


def _crossings_card(period: Period, days: int) -> dict[str, Any]:
    crossings = figures.get_crossings(period)
    return {
        "finding": findings.crossings(crossings.store_to_online + crossings.online_to_store, crossings.paths),
        "rows": [
            ("Met in a store, bought on a screen", crossings.store_to_online, _money(crossings.store_to_online_minor, period), rows_url("crossed", days=days, to="online")),
            ("Met on a screen, bought in a store", crossings.online_to_store, _money(crossings.online_to_store_minor, period), rows_url("crossed", days=days, to="store")),
        ],
        "url": reverse("admin:insights_path_changelist"),
    }  # fmt: skip


def _attribution_card(
    sources: Sequence[Source], period: Period, names: Mapping[str, str], days: int, model: AttributionModel
) -> dict[str, Any]:
    sorted_sources = ranked(sources, model)
    most = max([1, *(row.amounts[model] for row in sorted_sources)])
    top, rest = sorted_sources[:MOST_SOURCES], sorted_sources[MOST_SOURCES:]
    return {
        "finding": findings.leader(
            [(_source_name(row, names), row.amounts[model]) for row in sorted_sources], of="credit"
        ),
        "rows": [
            {
                "name": _source_name(row, names),
                "kind": row.kind,
                "kind_name": TouchKind(row.kind).label if row.source or row.campaign else "",
                "orders": row.orders,
                "orders_url": _touched_url(row, days),
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
        "rest_amounts": [
            (
                _money(sum(row.amounts[each] for row in rest), period),
                rows_url("credit", days=days, model=each, beyond=model),
            )
            for each in AttributionModel.values
        ],
        "totals": [
            (_money(sum(row.amounts[each] for row in sources), period), rows_url("credit", days=days, model=each))
            for each in AttributionModel.values
        ],
    }


def _campaigns_card(sources: Sequence[Source], period: Period, days: int, model: AttributionModel) -> dict[str, Any]:
    named = [row for row in ranked(sources, model) if row.campaign][:8]
    most = max([1, *(row.amounts[model] for row in named)])
    return {
        "finding": findings.leader([(row.campaign, row.amounts[model]) for row in named], of="campaign revenue"),
        "rows": [
            {
                "name": row.campaign,
                "kind_name": TouchKind(row.kind).label,
                "amount": _money(row.amounts[model], period),
                "orders": row.orders,
                "orders_url": _touched_url(row, days),
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
            ("Points to spend", f"{liability.points:,} points", format_money(liability.points_worth_minor, currency), rows_url("owed", days=30, what="points")),
            ("Points still pending", f"{liability.pending_points:,} points", "", rows_url("owed", days=30, what="pending")),
            ("Store credit", f"{liability.credit_holders:,} members", format_money(liability.credit_minor, currency), rows_url("owed", days=30, what="credit")),
        ],
    }  # fmt: skip


def credits_url(row: Source, model: str, days: int) -> str:
    return rows_url("credit", days=days, model=model, kind=row.kind, source=row.source, campaign=row.campaign)


def _touched_url(row: Source, days: int) -> str:
    return rows_url("touched", days=days, kind=row.kind, source=row.source, campaign=row.campaign)


def _source_name(row: Source, names: Mapping[str, str]) -> str:
    return source_name(kind=row.kind, source=row.source, campaign=row.campaign, stores=names)


def _money(amount_minor: int, period: Period) -> str:
    text = format_money(amount_minor, period.currency)
    return text[:-3] if text.endswith(".00") or (abs(amount_minor) >= 100_000 and "." in text) else text
