"""Try draft rules before they go live: on the orders of a month, or on one cart."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from loyalty.models import EarningRule
from loyalty.queries.programmes import find_programme, list_rules
from loyalty.queries.simulating import Simulation, simulate_cart, simulate_month
from loyalty.rules.burning import Terms
from loyalty.states.ledger import RuleKind
from loyalty.states.members import ProgrammeState
from omnichannel.brand.queries import get_brand
from omnichannel.kernel.clock import now
from omnichannel.kernel.money import format_money

_MONTHS_OFFERED = 12
_MOST_LINES = 20


def simulator_page(admin: Any, request: HttpRequest) -> HttpResponse:
    if not admin.has_view_permission(request):
        raise PermissionDenied
    at = now()
    live = list_rules(at, kinds=(RuleKind.SPEND, RuleKind.MULTIPLIER, RuleKind.BONUS))
    drafts = list(
        EarningRule.objects.filter(state=ProgrammeState.DRAFT)
        .exclude(kind=RuleKind.EVENT)
        .order_by("priority", "key", "-version")
    )
    asked = request.GET
    tried = [draft for draft in drafts if f"{draft.pk}" in asked.getlist("draft")] if asked else drafts
    without = [key for key in asked.getlist("without") if any(rule.key == key for rule in live)]
    months = _months(at)
    mode = "cart" if asked.get("on") == "cart" else "month"
    goods, broken = _goods(asked.get("goods", ""))
    result: Simulation | None = None
    chosen = next((entry for entry in months if entry["value"] == asked.get("month")), months[1])
    if asked.get("on") == "cart" and goods:
        result = simulate_cart(
            goods=goods,
            channel=asked.get("channel", "web"),
            is_first="first" in asked,
            drafts=tried,
            without=without,
            at=at,
        )
    elif mode == "month":
        result = simulate_month(start=chosen["start"], end=chosen["end"], drafts=tried, without=without, at=at)
    context = {
        **admin.admin_site.each_context(request),
        "title": "Simulator",
        "opts": admin.opts,
        "mode": mode,
        "months": [{**entry, "chosen": entry is chosen} for entry in months],
        "drafts": [
            {
                "id": draft.pk,
                "name": f"{draft.name}, version {draft.version}",
                "says": admin.sentence(draft),
                "chosen": draft in tried,
            }
            for draft in _prepared(admin, request, drafts)
        ],
        "live": [
            {"key": rule.key, "name": rule.name, "says": admin.sentence(rule), "gone": rule.key in without}
            for rule in live
        ],
        "goods": asked.get("goods", ""),
        "channels": [
            (value, name, value == asked.get("channel", "web"))
            for value, name in (("web", "Website"), ("mobile", "App"), ("tablet", "Store"), ("social", "Social"))
        ],
        "first": "first" in asked,
        "broken": broken,
        "result": _shown(result, chosen["name"] if mode == "month" else "this cart") if result else None,
        "rules_url": reverse("admin:loyalty_earningrule_changelist"),
        "add_url": reverse("admin:loyalty_earningrule_add"),
    }
    return TemplateResponse(request, "loyalty/simulator.html", context)


def _prepared(admin: Any, request: HttpRequest, drafts: list[EarningRule]) -> list[EarningRule]:
    admin.get_queryset(request)  # the names and currency its sentences use
    return drafts


def _months(at: datetime) -> list[dict[str, Any]]:
    """This month and those before it, in the brand's time zone, this one first."""
    zone = ZoneInfo(get_brand().time_zone)
    local = at.astimezone(zone)
    found = []
    year, month = local.year, local.month
    end = at
    for _ in range(_MONTHS_OFFERED):
        start = datetime(year, month, 1, tzinfo=zone).astimezone(UTC)
        name = f"{datetime(year, month, 1, tzinfo=zone):%B %Y}"
        found.append({"value": f"{year}-{month:02}", "name": name, "start": start, "end": end})
        end = start
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return found


def _goods(typed: str) -> tuple[list[tuple[str, int]], list[str]]:
    """`DRESS-10 × 2`, one a line; the piece count may be left out. Second: lines that say nothing we know."""
    goods: list[tuple[str, int]] = []
    broken: list[str] = []
    for line in typed.replace("×", " ").splitlines()[:_MOST_LINES]:
        words = line.split()
        if not words:
            continue
        count = words[1].lower().removeprefix("x") if len(words) > 1 else "1"
        if len(words) > 2 or not count.isdigit() or not 1 <= int(count[:6]) <= 9_999:
            broken.append(line.strip()[:80])
        else:
            goods.append((words[0], int(count)))
    return goods, broken


def _shown(result: Simulation, period: str) -> dict[str, Any]:
    compared = result.compared
    programme = find_programme(now())
    terms = Terms.of(programme) if programme else None
    change = compared.then - compared.now
    most = max([1, *(max(pair) for pair in compared.by_rule.values())])

    def worth(points: int) -> str:
        if terms is None:
            return ""
        return format_money(terms.worth(points) if points >= 0 else -terms.worth(-points), terms.currency)

    direction = "as many" if not change else f"{abs(change):,} {'more' if change > 0 else 'fewer'}"
    pct = f" ({100 * change / compared.now:+.1f}%)".replace("-", "−") if compared.now and change else ""
    return {
        "finding": f"The draft gives {direction} points{pct} for {period}.",
        "note": (
            f"{result.looked_at:,} of {result.of:,} orders of known customers, the newest."
            if result.looked_at < result.of
            else f"{result.looked_at:,} order{'' if result.looked_at == 1 else 's'} of known customers."
        )
        if period != "this cart"
        else f"At today’s prices, {format_money(compared.spent_minor, terms.currency if terms else 'USD')} in all.",
        "now": f"{compared.now:,}",
        "then": f"{compared.then:,}",
        "change": f"{change:+,}".replace("-", "−"),
        "now_worth": worth(compared.now),
        "then_worth": worth(compared.then),
        "change_worth": worth(change),
        "rules": [
            {
                "name": result.names.get(key, key),
                "now": f"{now_points:,}",
                "then": f"{then_points:,}",
                "now_width": round(100 * now_points / most, 1),
                "then_width": round(100 * then_points / most, 1),
            }
            for key, (now_points, then_points) in sorted(compared.by_rule.items(), key=lambda item: -max(item[1]))
        ],
        "changed": [{"name": each.name, "now": f"{each.now:,}", "then": f"{each.then:,}"} for each in compared.changed],
        "changed_count": compared.changed_count,
        "unknown": list(result.unknown),
    }
