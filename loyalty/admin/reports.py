"""The report of points and credit: what is owed, what lapsed, how old it is."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from loyalty.queries.programmes import find_programme
from loyalty.queries.reports import Bucket, Report, find_report, list_units
from loyalty.rules.burning import Terms
from loyalty.rules.charts import both_ways, movement_chart
from loyalty.states.ledger import currency_of
from omnichannel.brand.queries import get_brand
from omnichannel.kernel.clock import now
from omnichannel.kernel.money import currency_exponent, format_money


def report_page(admin: Any, request: HttpRequest) -> HttpResponse:
    if not admin.has_view_permission(request):
        raise PermissionDenied
    at = now()
    units = list_units()
    unit = request.GET.get("unit", "")
    unit = unit if unit in units else units[0]
    report = find_report(unit, at=at, zone=get_brand().time_zone)
    words = _Words(unit)
    accounts = f"{reverse('admin:loyalty_account_changelist')}?kind={'credit' if currency_of(unit) else 'points'}"
    context = {
        **admin.admin_site.each_context(request),
        "title": "Points and credit: report",
        "opts": admin.opts,
        "units": [(each, _unit_name(each), each == unit) for each in units],
        "finding": _finding(report, words),
        "period": f"Twelve months to today. {words.period}",
        "figures": _figures(report, words),
        "chart": _chart(report, words),
        "months": [
            {
                "name": f"{month.month:%B %Y}",
                "url": _month_url(month.month),
                "cells": [
                    words.amount(value) if value else "–"
                    for value in (
                        month.issued,
                        month.taken_back,
                        month.redeemed,
                        month.expired,
                        month.adjusted,
                        month.held,
                        month.owed,
                    )
                ],
            }
            for month in reversed(report.months)
        ],
        "ages": _bars(report.ages, words, f"{accounts}&age="),
        "lapsing": _bars(report.lapsing, words, f"{accounts}&lapses="),
        "ledger_url": reverse("admin:loyalty_journal_changelist"),
        "accounts_url": accounts,
    }
    return TemplateResponse(request, "loyalty/report.html", context)


class _Words:
    """How this unit's amounts are told."""

    def __init__(self, unit: str) -> None:
        self.currency = currency_of(unit)
        programme = find_programme(now())
        self.terms = Terms.of(programme) if programme and not self.currency else None
        self.period = (
            f"Amounts in {self.currency}."
            if self.currency
            else f"Worth is by the terms in force, {self.terms.points:,} points for {format_money(self.terms.minor, self.terms.currency)}."
            if self.terms
            else "No terms are in force, so points have no worth."
        )

    def amount(self, value: int) -> str:
        return format_money(value, self.currency) if self.currency else f"{value:,}".replace("-", "−")

    def worth(self, value: int) -> str:
        return format_money(self.terms.worth(value), self.terms.currency) if self.terms else ""

    def short(self, value: int) -> str:
        size = abs(value) // 10 ** currency_exponent(self.currency) if self.currency else abs(value)
        told = (
            f"{size / 1_000_000:.3g}m" if size >= 1_000_000 else f"{size / 1_000:.3g}k" if size >= 1_000 else str(size)
        )
        symbol = "$" if self.currency == "USD" else ""
        return f"{symbol}{told}"


def _unit_name(unit: str) -> str:
    return f"Store credit, {currency_of(unit)}" if currency_of(unit) else "Points"


def _finding(report: Report, words: _Words) -> str:
    if not report.liability and not any(month.issued for month in report.months):
        return "Nothing has been given yet."
    held = words.amount(report.liability) + ("" if words.currency else " points")
    worth = f", worth {words.worth(report.liability)}" if words.terms else ""
    before = report.months[-2].held
    change = "as much as" if before == report.liability else "more than" if report.liability > before else "less than"
    return f"Customers hold {held}{worth}, {change} a month ago."


def _figures(report: Report, words: _Words) -> list[tuple[str, str, str]]:
    year = report.months
    return [
        ("Liability today", words.amount(report.liability), words.worth(report.liability)),
        ("Given in 12 months", words.amount(sum(m.issued - m.taken_back for m in year)), "net of what was taken back"),
        ("Redeemed", words.amount(sum(m.redeemed for m in year)), f"{report.redeemed_pct:.1f}% of what was given"),
        ("Breakage", words.amount(sum(m.expired for m in year)), f"{report.breakage_pct:.1f}% of what was given"),
        ("Owed by customers", words.amount(year[-1].owed), "taken from what they earn next"),
    ]


def _chart(report: Report, words: _Words) -> dict[str, Any]:
    given = [max(0, month.issued - month.taken_back + month.adjusted) for month in report.months]
    spent = [max(0, month.redeemed) for month in report.months]
    lapsed = [max(0, month.expired) for month in report.months]
    axis = both_ways(max(given), max(s + gone for s, gone in zip(spent, lapsed, strict=True)))
    drawn = movement_chart(
        given=given,
        spent=spent,
        lapsed=lapsed,
        labels=[f"{month.month:%b}" for month in report.months],
        axis=[(value, words.short(value)) for value in axis],
    )
    text = "; ".join(
        f"{month.month:%B}: {words.amount(up)} given, {words.amount(down)} redeemed, {words.amount(gone)} lapsed"
        for month, up, down, gone in zip(report.months, given, spent, lapsed, strict=True)
    )
    bars = [(bar, _month_url(month.month)) for bar, month in zip(drawn.bars, report.months, strict=True)]
    return {"drawn": drawn, "bars": bars, "text": text}


def _month_url(first: date) -> str:
    """The ledger's movements of this month."""
    last = first.replace(day=monthrange(first.year, first.month)[1])
    period = {"at_from_0": first, "at_from_1": "00:00", "at_to_0": last, "at_to_1": "23:59:59"}
    return f"{reverse('admin:loyalty_journal_changelist')}?{urlencode(period)}"


def _bars(buckets: Sequence[Bucket], words: _Words, url: str) -> list[dict[str, Any]]:
    """`url`: of the accounts behind a bar, but for the bar's place."""
    most = max([1, *(bucket.amount for bucket in buckets)])

    def shown(place: int, bucket: Bucket) -> dict[str, Any]:
        return {
            "url": f"{url}{place}",
            "label": bucket.label,
            "amount": words.amount(bucket.amount),
            "customers": f"{bucket.customers:,}",
            "width": round(100 * bucket.amount / most, 1),
        }

    return [shown(place, bucket) for place, bucket in enumerate(buckets)]
