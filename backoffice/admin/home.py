"""The home page of the admin: figures turned into what `admin/index.html` shows."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.timesince import timesince

from backoffice.admin.frame import brand_of, page_url
from backoffice.queries import home as figures
from backoffice.rules import charts, deadlines, findings
from catalog.queries.sellables import image_address
from insights.admin.rows import rows_url
from omnichannel.brand.models import BrandKit
from omnichannel.kernel.channels import Channel
from omnichannel.kernel.clock import now
from omnichannel.kernel.money import Money, currency_exponent, format_money
from omnichannel.staff.admin import staff_member

GROUP_ICONS = {
    "web": "language",
    "store": "storefront",
    "mobile": "smartphone",
    "social": "alternate_email",
    "marketplace": "shopping_basket",
    "other": "more_horiz",
}


def home(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """unfold's DASHBOARD_CALLBACK: everything `admin/index.html` shows."""
    kit = brand_of(request)
    at = now()
    local = at.astimezone(ZoneInfo(kit.time_zone))
    return context | {
        "kit": kit,
        "title": "",
        "greeting": f"{_part_of_day(local.hour)}, {staff_member(request).get_short_name()}",
        "moment": local,
        "sales": _sales(at, local, kit),
        "days": _days(at, kit),
        "carts": _carts(at, kit),
        "marketing": _marketing(request, local),
        "pickups": _pickups(at),
        "stock": _stock(at),
        "health": _health(at),
    }


def _part_of_day(hour: int) -> str:
    return "Good morning" if hour < 12 else "Good afternoon" if hour < 18 else "Good evening"


def _sales(at: datetime, local: datetime, kit: BrandKit) -> dict[str, Any]:
    today = figures.get_sales_today(at=at, zone=kit.time_zone, currency=kit.default_currency)
    weekday = f"{local:%A}"
    marks = charts.axis(max([*today.hours, *today.usual_hours]))
    chart = charts.line_chart(
        now=today.hours,
        usual=today.usual_hours,
        first_hour=today.first_hour,
        axis_labels=[(value, _short(value, kit.default_currency)) for value in marks],
    )
    longest = max([1, *(max(pair) for pair in today.by_group.values())])
    order = sorted(today.by_group, key=lambda group: -today.by_group[group][0])
    day = local.date()
    return {
        "finding": findings.sales_finding(
            today=today.total,
            usual=today.usual_so_far,
            usual_day=today.usual_hours[-1],
            by_group=today.by_group,
            weekday=weekday,
        ),
        "period": f"{kit.default_currency} with tax, {local.day} {local:%B until %H:%M}. Usual is the median of the last 8 {weekday}s.",
        "orders": today.orders,
        "orders_url": rows_url("sold", days=7, day=day),
        "chart": chart,
        "total": _round(today.total, kit.default_currency),
        "usual_total": _round(today.usual_hours[-1], kit.default_currency),
        "text": f"Sales so far today {_round(today.total, kit.default_currency)}, usually {_round(today.usual_so_far, kit.default_currency)} at this hour",
        "groups": [
            {
                "name": findings.NAMES[group],
                "url": rows_url("sold", days=7, day=day, channel=",".join(findings.channels_of(group, Channel.values))),
                "group": group,
                "icon": GROUP_ICONS[group],
                "amount": _round(sales, kit.default_currency),
                "usual": _round(usual, kit.default_currency),
                "width": round(100 * sales / longest, 1),
                "mark": round(100 * usual / longest, 1),
                "change": _signed(findings.change(sales, usual)),
                "down": (findings.change(sales, usual) or 0) <= -0.1,
            }
            for group in order
            for sales, usual in [today.by_group[group]]
        ],
    }


def _days(at: datetime, kit: BrandKit) -> dict[str, Any]:
    by_day = figures.list_sales_by_day(at=at, zone=kit.time_zone, currency=kit.default_currency)
    sums = [sum(sales.values()) for _, sales in by_day]
    highest, total = max([1, *sums]), sum(sums)
    best = by_day[sums.index(max(sums))][0]
    stores = sum(sales.get("store", 0) for _, sales in by_day)
    return {
        "finding": findings.share_finding(stores=stores, total=total),
        "period": f"{kit.default_currency} with tax by day, {len(by_day)} days. {_round(total, kit.default_currency)} in all, most on {best.day} {best:%B}: {_round(highest, kit.default_currency)}.",
        "bars": [
            {
                "day": day,
                "label": f"{day.day} {day:%B}: {_round(sold, kit.default_currency)}, stores {_round(sales.get('store', 0), kit.default_currency)}",
                "stores": round(100 * sales.get("store", 0) / highest, 2),
                "rest": round(100 * (sold - sales.get("store", 0)) / highest, 2),
                "url": rows_url("sold", days=30, day=day),
                "amount": _round(sold, kit.default_currency),
            }
            for (day, sales), sold in zip(by_day, sums, strict=True)
        ],
    }


def _carts(at: datetime, kit: BrandKit) -> dict[str, Any]:
    count, worth, recent, largest = figures.get_open_carts(at=at, currency=kit.default_currency)
    return {
        "finding": f"{count:,} open carts are worth {_round(worth, kit.default_currency)}"
        if count
        else "No cart is open",
        "period": f"Carts with items, last 30 days. {recent:,} touched within the hour.",
        "rows": [
            row
            | {
                "amount": format_money(row["total_minor"], kit.default_currency),
                "icon": GROUP_ICONS[findings.group_of(row["channel"])],
                "group": findings.group_of(row["channel"]),
                "since": timesince(datetime.fromisoformat(row["last_activity_at"]), at, depth=1),
                "url": page_url("admin:carts_cart_change", row["id"]),
            }
            for row in largest
        ],
        "url": page_url("backoffice:behind") + "?figure=carts",
        "count": count,
    }


def _marketing(request: HttpRequest, local: datetime) -> list[dict[str, Any]]:
    """What runs by itself and what waits for a person, for those who may see it."""
    # Whole days, so that the list opened from here begins where the count does.
    week = local.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=6)
    kept = cache.get("backoffice.marketing")
    if kept is None:
        kept = figures.get_marketing(week=week)
        cache.set("backoffice.marketing", kept, 60)
    sent = f"?created_at_from_0={week:%Y-%m-%d}&created_at_from_1=00:00&state__exact=sent"
    cells = [
        ("campaign_journeys.view_journey", kept.journeys, "journey", "run", f"{_many(kept.inside)} people inside", "campaign_journeys_journey", "?status__exact=live"),
        ("campaign_messages.view_message", kept.sent, "message", "sent", "in 7 days", "campaign_messages_message", sent),
        ("loyalty.view_referraluse", kept.referrals, "referral", "to review", "a person decides", "loyalty_referraluse", "?state__exact=flagged"),
        ("campaign_social.view_post", kept.posts, "post", "to look at", "from customers", "campaign_social_post", "?state__exact=pending"),
    ]  # fmt: skip
    return [
        {
            "count": _many(count),
            "what": f"{noun if count == 1 else noun + 's'} {doing if count != 1 or doing != 'run' else 'runs'}",
            "note": note,
            "url": page_url(f"admin:{page}_changelist") + query,
            "waits": doing.startswith("to ") and count > 0,
        }
        for permission, count, noun, doing, note, page, query in cells
        if request.user.has_perm(permission)
    ]


def _many(count: int) -> str:
    return f"over {figures.MANY:,}" if count > figures.MANY else f"{count:,}"


def _pickups(at: datetime) -> dict[str, Any]:
    waiting, late, ready, rows = figures.get_pickups(at=at)
    return {
        "finding": findings.pickups_finding(waiting=waiting, late=late),
        "ready": ready,
        "url": page_url("backoffice:pickups"),
        "rows": [
            row
            | {
                "doing": {"placed": "not accepted yet", "accepted": "not picked yet", "picking": "being picked"}[
                    row["status"]
                ],
                **_due(row, at),
                "url": page_url("admin:orders_order_change", row["order_id"]),
            }
            for row in rows
        ],
    }


def _due(row: dict[str, Any], at: datetime) -> dict[str, str]:
    promised = datetime.fromisoformat(row["promised_at"]) if row["promised_at"] else None
    if promised is None:
        return {"due": "", "tone": ""}
    zone = ZoneInfo(row["time_zone"] or "UTC")
    return {
        "due": deadlines.clock(promised.astimezone(zone), at.astimezone(zone)),
        "tone": deadlines.tone(promised, at),
    }


def _stock(at: datetime) -> dict[str, Any]:
    # All levels are looked over: once a minute is enough for a large shop.
    kept = cache.get("backoffice.low_stock")
    if kept is None:
        kept = figures.get_low_stock(at=at)
        cache.set("backoffice.low_stock", kept, 60)
    running_out, rows = kept
    return {
        "finding": findings.stock_finding(running_out),
        "url": page_url("backoffice:behind") + "?figure=stock",
        "count": running_out,
        "rows": [
            row
            | {
                "rate": rate_words(row["a_day"]),
                "picture": image_address(row["file"], row["picture"]),
                "url": page_url("admin:stores_stocklevel_change", row["id"]),
            }
            for row in rows
        ],
    }


def rate_words(a_day: float) -> str:
    return f"sells {a_day:.0f} a day" if a_day >= 1 else f"sells {max(1, round(a_day * 7))} a week"


def _health(at: datetime) -> dict[str, Any]:
    health = figures.get_health(at=at)
    tried = health.payments_captured + health.payments_failed
    webhooks = health.webhooks_retrying + health.webhooks_failed
    troubles = [
        text
        for count, text in (
            (webhooks, f"{webhooks} webhook{'s' if webhooks != 1 else ''} wait" + ("s" if webhooks == 1 else "")),
            (health.deliveries_parked, f"{health.deliveries_parked} facts are parked"),
            (health.payments_unknown, f"{health.payments_unknown} payments await an answer"),
        )
        if count
    ]
    return {
        "finding": findings.health_finding(troubles=troubles),
        "rows": [
            (
                "Webhooks out",
                f"{health.webhooks_retrying} retrying, {health.webhooks_failed} given up"
                if webhooks
                else "all delivered",
                not webhooks,
                page_url("admin:integrations_failures"),
            ),
            (
                "Webhooks in, 24 hours",
                f"{health.webhooks_refused} refused" if health.webhooks_refused else "none refused",
                not health.webhooks_refused,
                page_url("admin:integrations_failures"),
            ),
            (
                "Event relay",
                f"{health.relay_lag_seconds:.1f} s behind",
                health.relay_lag_seconds < 10,
                page_url("admin:events_delivery_changelist"),
            ),
            (
                "Reactions",
                f"{health.deliveries_parked} parked" if health.deliveries_parked else "none parked",
                not health.deliveries_parked,
                page_url("admin:events_delivery_changelist"),
            ),
            (
                "Payments, 24 hours",
                f"{health.payments_captured / tried:.1%} accepted" if tried else "none tried",
                not health.payments_unknown and (not tried or health.payments_captured / tried > 0.9),
                page_url("admin:orders_payment_changelist"),
            ),
        ],
    }


def _short(minor: int, currency: str) -> str:
    """`$40k` on an axis."""
    whole = minor / 10 ** currency_exponent(currency)
    symbol = format_money(0, currency).rstrip("0.,")
    if whole >= 1000:
        return f"{symbol}{whole / 1000:g}k"
    return f"{symbol}{whole:g}" if minor else "0"


def _round(minor: int, currency: str) -> str:
    """Whole units: `$28,950`."""
    unit = 10 ** currency_exponent(currency)
    return format_money(Money(minor, currency).amount_minor // unit * unit, currency).removesuffix(".00")


def _signed(share: float | None) -> str:
    if share is None:
        return "new"
    return f"{'+' if share >= 0 else '−'}{abs(share):.0%}"
