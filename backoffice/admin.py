"""The frame of the admin: home page, sidebar, search. Apps bring their own lists and forms."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.dateparse import parse_datetime
from unfold.dataclasses import SearchResult

from backoffice.queries import home as figures
from backoffice.queries.search import find_anything
from backoffice.rules import charts, findings
from backoffice.rules.colours import accent_scale
from omnichannel.brand.models import BrandKit
from omnichannel.kernel.clock import now
from omnichannel.kernel.money import Money, currency_exponent, format_money

GROUP_ICONS = {"web": "language", "store": "storefront", "mobile": "smartphone", "social": "alternate_email", "marketplace": "shopping_basket", "other": "more_horiz"}


def home(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """unfold's DASHBOARD_CALLBACK: everything `admin/index.html` shows."""
    kit = brand()
    at = now()
    local = at.astimezone(ZoneInfo(kit.time_zone))
    return context | {
        "kit": kit,
        "title": "",
        "greeting": f"{_part_of_day(local.hour)}, {request.user.get_short_name()}",
        "moment": local,
        "sales": _sales(at, local, kit),
        "days": _days(at, kit),
        "carts": _carts(at, kit),
        "pickups": _pickups(at),
        "stock": _stock(at),
        "health": _health(at),
    }


def brand() -> BrandKit:
    return BrandKit.objects.first() or BrandKit(name="Omnichannel")


def site_title(request: HttpRequest) -> str:
    return brand().name


def tokens_css(request: HttpRequest) -> str:
    return static("brand/tokens.css")


def admin_css(request: HttpRequest) -> str:
    return static("backoffice/admin.css")


def primary_colours(request: HttpRequest) -> dict[str, str]:
    return accent_scale(brand().colour)


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The sidebar, by what people come to do. An entry shows where the person may look."""
    return [
        {"items": [_entry(request, "Home", "home", "index")]},
        _group(request, "People", [("Customers", "person", "customers_customer")]),
        _group(
            request,
            "Selling",
            [
                ("Orders", "shopping_bag", "orders_order"),
                ("Pickups and parcels", "package_2", "orders_fulfilment"),
                ("Returns", "undo", "orders_return"),
                ("Carts", "shopping_cart", "carts_cart"),
                ("Payments", "credit_card", "orders_payment"),
            ],
        ),
        _group(
            request,
            "Range and stock",
            [
                ("Products", "apparel", "catalog_product"),
                ("Categories", "category", "catalog_category"),
                ("Stock", "shelves", "stores_stocklevel"),
                ("Stores", "storefront", "stores_store"),
                ("Discrepancies", "rule", "orders_stockdiscrepancy"),
            ],
        ),
        _group(
            request,
            "Messages",
            [("Templates", "draft", "campaign_messages_template"), ("Sent", "outgoing_mail", "campaign_messages_message")],
        ),
        _group(
            request,
            "Set-up",
            [
                ("Brand", "palette", "brand_brandkit"),
                ("Devices", "tablet_mac", "stores_device"),
                ("Associates", "badge", "stores_associate"),
                ("Shipping", "local_shipping", "carts_shippingzone"),
                ("Taxes", "percent", "carts_taxrate"),
                ("Imports", "upload_file", "transfer_importrun"),
                ("API keys", "key", "integrations_apikey"),
                ("Webhooks", "webhook", "integrations_webhookendpoint"),
                ("Facts", "history", "events_event"),
                ("Parked deliveries", "pending", "events_delivery"),
                ("Staff", "manage_accounts", "accounts_user"),
                ("Roles", "group", "auth_group"),
                ("Audit", "policy", "admin_logentry"),
            ],
        ),
    ]


def search(request: HttpRequest, term: str) -> list[SearchResult]:
    """Ctrl K: orders, customers and items by number, name, email, SKU or barcode."""
    return [
        SearchResult(title=found.title, description=found.description, link=reverse(found.page, args=[found.id]), icon=found.icon)
        for found in find_anything(term)
        if request.user.has_perm(found.permission) and _url(found.page, found.id)
    ]


def _group(request: HttpRequest, title: str, entries: Iterable[tuple[str, str, str]]) -> dict[str, Any]:
    items = [_entry(request, name, icon, f"{model}_changelist", model) for name, icon, model in entries]
    return {"title": title, "items": [item for item in items if item["link"]]}


def _entry(request: HttpRequest, name: str, icon: str, page: str, model: str = "") -> dict[str, Any]:
    app, _, entity = model.rpartition("_")
    return {
        "title": name,
        "icon": icon,
        "link": _url(f"admin:{page}"),
        "permission": (lambda request: request.user.has_perm(f"{app}.view_{entity}")) if model else (lambda request: True),
    }


def _url(page: str, *args: Any) -> str:
    try:
        return reverse(page, args=args)
    except NoReverseMatch:
        return ""


def _part_of_day(hour: int) -> str:
    return "Good morning" if hour < 12 else "Good afternoon" if hour < 18 else "Good evening"


def _sales(at: datetime, local: datetime, kit: BrandKit) -> dict[str, Any]:
    today = figures.get_sales_today(at=at, zone=kit.time_zone, currency=kit.default_currency)
    weekday = f"{local:%A}"
    marks = charts.axis(max([*today.hours, *today.usual_hours]))
    chart = charts.line_chart(
        now=today.hours, usual=today.usual_hours, first_hour=today.first_hour,
        axis_labels=[(value, _short(value, kit.default_currency)) for value in marks],
    )
    longest = max([1, *(max(pair) for pair in today.by_group.values())])
    order = sorted(today.by_group, key=lambda group: -today.by_group[group][0])
    start = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return {
        "finding": findings.sales_finding(today=today.total, usual=today.usual_so_far, by_group=today.by_group, weekday=weekday),
        "period": f"{kit.default_currency} with tax, {local.day} {local:%B until %H:%M}. Usual is the median of the last 8 {weekday}s.",
        "orders": today.orders,
        "orders_url": _url("admin:orders_order_changelist") + f"?placed_at_from_0={start:%Y-%m-%d}",
        "chart": chart,
        "total": _round(today.total, kit.default_currency),
        "usual_total": _round(today.usual_hours[-1], kit.default_currency),
        "text": f"Sales so far today {_round(today.total, kit.default_currency)}, usually {_round(today.usual_so_far, kit.default_currency)} at this hour",
        "groups": [
            {
                "name": findings.NAMES[group], "group": group, "icon": GROUP_ICONS[group],
                "amount": _round(sales, kit.default_currency), "usual": _round(usual, kit.default_currency),
                "width": round(100 * sales / longest, 1), "mark": round(100 * usual / longest, 1),
                "change": _signed(findings.change(sales, usual)),
                "down": (findings.change(sales, usual) or 0) <= -0.1,
            }
            for group in order
            for sales, usual in [today.by_group[group]]
        ],
    }


def _days(at: datetime, kit: BrandKit) -> dict[str, Any]:
    by_day = figures.list_sales_by_day(at=at, zone=kit.time_zone, currency=kit.default_currency)
    highest = max([1, *(sum(groups.values()) for _, groups in by_day)])
    groups = [group for group in findings.NAMES if any(group in sales for _, sales in by_day)]
    total = sum(sum(sales.values()) for _, sales in by_day)
    best = max(by_day, key=lambda day: sum(day[1].values()))[0]
    stores = sum(sales.get("store", 0) for _, sales in by_day)
    return {
        "finding": f"{round(100 * stores / total)}% of 30 days’ sales were made in stores" if total else "No sales in the last 30 days",
        "period": f"{kit.default_currency} with tax by day and channel. {_round(total, kit.default_currency)} in all, most on {best.day} {best:%B}.",
        "groups": [{"group": group, "name": findings.NAMES[group]} for group in groups],
        "bars": [
            {
                "day": day,
                "label": f"{day.day} {day:%B}: {_round(sum(sales.values()), kit.default_currency)}",
                "parts": [{"group": group, "height": round(100 * sales.get(group, 0) / highest, 2)} for group in groups],
                "url": _url("admin:orders_order_changelist") + f"?placed_at_from_0={day}&placed_at_to_0={day + timedelta(days=1)}",
            }
            for day, sales in by_day
        ],
    }


def _carts(at: datetime, kit: BrandKit) -> dict[str, Any]:
    count, worth, recent, largest = figures.get_open_carts(at=at, currency=kit.default_currency)
    return {
        "finding": f"{count:,} open carts are worth {_round(worth, kit.default_currency)}" if count else "No cart is open",
        "period": f"Carts with items, last 30 days. {recent:,} touched within the hour.",
        "rows": [
            row | {
                "amount": format_money(row["total_minor"], kit.default_currency),
                "icon": GROUP_ICONS[findings.group_of(row["channel"])],
                "group": findings.group_of(row["channel"]),
                "since": parse_datetime(row["last_activity_at"]),
                "url": _url("admin:carts_cart_change", row["id"]),
            }
            for row in largest
        ],
        "url": _url("admin:carts_cart_changelist") + "?status__exact=open",
    }


def _pickups(at: datetime) -> dict[str, Any]:
    waiting, late, ready, rows = figures.get_pickups(at=at)
    return {
        "finding": findings.pickups_finding(waiting=waiting, late=late),
        "ready": ready,
        "url": _url("admin:orders_fulfilment_changelist") + "?kind__exact=pickup",
        "rows": [
            row | {
                "doing": {"placed": "not accepted yet", "accepted": "not picked yet", "picking": "being picked"}[row["status"]],
                "due": _due(row),
                "late": bool(row["promised_at"]) and parse_datetime(row["promised_at"]) < at,
                "url": _url("admin:orders_order_change", row["order_id"]),
            }
            for row in rows
        ],
    }


def _due(row: dict[str, Any]) -> datetime | None:
    promised = parse_datetime(row["promised_at"]) if row["promised_at"] else None
    return promised.astimezone(ZoneInfo(row["time_zone"] or "UTC")) if promised else None


def _stock(at: datetime) -> dict[str, Any]:
    running_out, rows = figures.get_low_stock(at=at)
    return {
        "finding": findings.stock_finding(running_out),
        "url": _url("admin:stores_stocklevel_changelist"),
        "rows": [row | {"rate": _rate(row["a_day"]), "url": _url("admin:stores_stocklevel_changelist") + f"?q={row['sku']}"} for row in rows],
    }


def _rate(a_day: float) -> str:
    return f"sells {a_day:.0f} a day" if a_day >= 1 else f"sells {a_day * 7:.0f} a week"


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
            ("Webhooks out", f"{health.webhooks_retrying} retrying, {health.webhooks_failed} given up" if webhooks else "all delivered", not webhooks, _url("admin:integrations_webhookmessage_changelist") or _url("admin:integrations_webhookendpoint_changelist")),
            ("Event relay", f"{health.relay_lag_seconds:.1f} s behind", health.relay_lag_seconds < 10, _url("admin:events_delivery_changelist")),
            ("Reactions", f"{health.deliveries_parked} parked" if health.deliveries_parked else "none parked", not health.deliveries_parked, _url("admin:events_delivery_changelist")),
            ("Payments, 24 hours", f"{health.payments_captured / tried:.1%} accepted" if tried else "none tried", not health.payments_unknown and (not tried or health.payments_captured / tried > 0.9), _url("admin:orders_payment_changelist")),
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
