"""The frame of the admin: brand, sidebar, search. Apps bring their own lists and forms."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from unfold.dataclasses import SearchResult

from backoffice.queries.pickups import count_open_pickups
from backoffice.queries.search import find_anything
from backoffice.rules.colours import accent_scale
from omnichannel.brand.models import BrandKit
from omnichannel.brand.queries import get_brand

PICKUPS = "orders.view_fulfilment"


def brand_of(request: HttpRequest) -> BrandKit:
    """The brand kit, read once a request however many parts of the frame ask."""
    if not hasattr(request, "brand_kit"):
        request.brand_kit = get_brand()  # type: ignore[attr-defined]  # kept for the request
    kit: BrandKit = request.brand_kit  # type: ignore[attr-defined]  # just set
    return kit


def site_title(request: HttpRequest) -> str:
    return brand_of(request).name


def tokens_css(request: HttpRequest) -> str:
    return static("brand/tokens.css")


def admin_css(request: HttpRequest) -> str:
    return static("backoffice/admin.css")


def primary_colours(request: HttpRequest) -> dict[str, str]:
    return accent_scale(brand_of(request).colour)


def frame_context(request: HttpRequest) -> dict[str, Any]:
    """unfold's GLOBAL_CALLBACK: the mark, and who is at work in which role."""
    user = request.user
    if not user.is_authenticated:
        return {"brand_mark": _mark(brand_of(request))}
    role = next(iter(user.groups.values_list("name", flat=True)[:1]), "Administrator" if user.is_superuser else "Staff")
    words = (user.get_full_name() or user.email).replace("@", " ").split()
    initials = "".join(word[0] for word in [words[0], *words[1:][-1:]]).upper()
    return {"brand_mark": _mark(brand_of(request)), "staff_role": role, "staff_initials": initials}


def _mark(kit: BrandKit) -> SafeString:
    """Inline, so that it takes the accent; the first letter where there is no drawing."""
    # Only drawings without scripts enter the kit (omnichannel.brand.services.refuse_unsafe_svg).
    return format_html(
        '<span class="mark" aria-hidden="true">{}</span>', mark_safe(kit.logo_svg) if kit.logo_svg else kit.name[:1]
    )


# Lists that belong together: tabs above each of them. The first of each stands in the sidebar.
_TABS = (
    (("Journeys", "campaign_journeys_journey"), ("People in journeys", "campaign_journeys_enrolment")),
    (
        ("Codes", "campaign_offers_code"),
        ("Batches", "campaign_offers_codebatch"),
        ("Uses", "campaign_offers_redemption"),
    ),
    (
        ("Templates", "campaign_messages_template"),
        ("Content blocks", "campaign_messages_contentblock"),
        ("Prints", "campaign_messages_print"),
    ),
    (
        ("Audiences", "campaign_audiences_audience"),
        ("Conversions", "campaign_audiences_conversion"),
        ("Calls to platforms", "campaign_audiences_platformcall"),
    ),
    (
        ("Social posts", "campaign_social_post"),
        ("Handles", "campaign_social_handleclaim"),
        ("Follows", "campaign_social_follow"),
    ),
    (("Accounts", "loyalty_account"), ("Ledger", "loyalty_journal")),
)
# Pages that lie under another entry's address, and have an entry of their own or belong to one.
_FIGURES = ("admin:insights_path_dashboard", "admin:insights_path_rows")
_FAILURES = "admin:integrations_failures"
_WHY = "admin:campaign_messages_decision_why"
_DECISIONS = "admin:campaign_messages_decision_changelist"


def tabs(request: HttpRequest) -> list[dict[str, Any]]:
    """unfold's TABS: from each list to those beside it."""
    return [
        {
            "models": [".".join(model.rsplit("_", 1)) for _, model in group],
            "items": [
                {
                    "title": title,
                    "link": page_url(f"admin:{model}_changelist"),
                    "permission": _may(f"{model.rpartition('_')[0]}.view_{model.rpartition('_')[2]}"),
                }
                for title, model in group
                if page_url(f"admin:{model}_changelist")
            ],
        }
        for group in _TABS
    ]


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The sidebar, by what people come to do. An entry shows where the person may look."""
    groups = [
        {"items": [_entry("Home", "home", "admin:index")]},
        _group(
            "People",
            [
                ("Customers", "person", "customers_customer"),
                ("Segments", "group_work", "campaign_segments_segment"),
                ("Members", "card_membership", "loyalty_member"),
            ],
        ),
        _group(
            "Selling",
            [
                ("Orders", "shopping_bag", "orders_order"),
                ("Fulfilment", "local_shipping", "orders_fulfilment"),
                ("Returns", "undo", "orders_return"),
                ("Carts", "shopping_cart", "carts_cart"),
                ("Payments", "credit_card", "orders_payment"),
            ],
        ),
        _group(
            "Campaigns",
            [
                ("Journeys", "conversion_path", "campaign_journeys_journey"),
                ("Campaigns", "campaign", "campaign_messages_campaign"),
                ("Offers", "sell", "campaign_offers_offer"),
                ("Codes", "confirmation_number", "campaign_offers_code"),
                ("Templates", "draft", "campaign_messages_template"),
                ("Audiences", "ads_click", "campaign_audiences_audience"),
                ("Social posts", "photo_library", "campaign_social_post"),
            ],
        ),
        _group(
            "Insights",
            [("Paths", "timeline", "insights_path"), ("Sent", "outgoing_mail", "campaign_messages_message")],
        ),
        _group(
            "Loyalty",
            [
                ("Points and credit", "account_balance_wallet", "loyalty_account"),
                ("Referrals", "diversity_1", "loyalty_referraluse"),
                ("Programme", "loyalty", "loyalty_programme"),
                ("Earning rules", "rule_settings", "loyalty_earningrule"),
                ("Adjustments", "tune", "loyalty_adjustment"),
            ],
            closed=True,
        ),
        _group(
            "Range and stock",
            [
                ("Products", "apparel", "catalog_product"),
                ("Categories", "category", "catalog_category"),
                ("Stock", "shelves", "stores_stocklevel"),
                ("Stores", "storefront", "stores_store"),
                ("Discrepancies", "rule", "orders_stockdiscrepancy"),
            ],
            closed=True,
        ),
        _group(
            "Set-up",
            [
                ("Brand", "palette", "brand_brandkit"),
                ("Associates", "badge", "stores_associate"),
                ("Devices", "tablet_mac", "stores_device"),
                ("Shipping", "package", "carts_shippingzone"),
                ("Taxes", "percent", "carts_taxrate"),
                ("Sending rules", "schedule_send", "campaign_messages_sendingpolicy"),
                ("Referral terms", "handshake", "loyalty_referralprogramme"),
                ("Trackers", "sensors", "customers_source"),
                ("Suppressed", "block", "customers_suppression"),
                ("Imports", "upload_file", "transfer_importrun"),
            ],
            closed=True,
        ),
        _group(
            "System",
            [
                ("Staff", "manage_accounts", "accounts_user"),
                ("Roles", "group", "auth_group"),
                ("Audit", "policy", "admin_logentry"),
                ("Webhooks", "webhook", "integrations_webhookendpoint"),
                ("Webhook log", "outbox", "integrations_webhookmessage"),
                ("API keys", "key", "integrations_apikey"),
                ("Facts", "history", "events_event"),
                ("Deliveries", "pending", "events_delivery"),
            ],
            closed=True,
        ),
    ]
    if request.user.has_perm(PICKUPS):
        _items(groups, "Selling").insert(
            1, _entry("Pickups", "package_2", "backoffice:pickups", PICKUPS) | _badge(count_open_pickups())
        )
    failures = _entry("Not got through", "unsubscribe", _FAILURES, "integrations.view_refusedmessage")
    _items(groups, "System").append(failures | {"active": lambda request: _is_at(request, _FAILURES)})
    insights = _items(groups, "Insights")
    figures = _entry("Figures", "monitoring", _FIGURES[0], "insights.view_path")
    insights.insert(0, figures | {"active": lambda request: _is_at(request, *_FIGURES)})
    why = _entry("Why, or why not", "contact_support", _WHY, "campaign_messages.view_decision")
    insights.append(why | {"active": lambda request: _is_below(request, _DECISIONS)})
    for item in insights:
        if item["title"] == "Paths":
            item["active"] = lambda request: _is_below(request, "admin:insights_path_changelist", *_FIGURES)
    return groups


def _is_at(request: HttpRequest, *pages: str) -> bool:
    return any(request.path == page_url(page) for page in pages)


def _is_below(request: HttpRequest, page: str, *but: str) -> bool:
    return request.path.startswith(page_url(page)) and not _is_at(request, *but)


def _items(groups: list[dict[str, Any]], title: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = next(group for group in groups if group.get("title") == title)["items"]
    return items


def search(request: HttpRequest, term: str) -> list[SearchResult]:
    """Ctrl K: orders, customers and items by number, name, email, SKU or barcode."""
    return [
        SearchResult(
            title=found.title, description=found.description, link=page_url(found.page, found.id), icon=found.icon
        )
        for found in find_anything(term)
        if request.user.has_perm(found.permission) and page_url(found.page, found.id)
    ]


def page_url(page: str, *args: Any) -> str:
    """The address of a page, or nothing where its app is not installed."""
    return _address(page, args, get_urlconf(), get_script_prefix())


@lru_cache(maxsize=1_024)  # sidebar and tabs ask for a hundred, the same on every page
def _address(page: str, args: tuple[Any, ...], urlconf: str | None, prefix: str) -> str:
    try:
        return reverse(page, args=args)
    except NoReverseMatch:
        return ""


def _group(title: str, entries: Iterable[tuple[str, str, str]], *, closed: bool = False) -> dict[str, Any]:
    items = []
    for name, icon, model in entries:
        app, _, entity = model.rpartition("_")
        items.append(_entry(name, icon, f"admin:{model}_changelist", f"{app}.view_{entity}"))
        if model == "accounts_user":
            items[-1]["link"] += "?is_staff__exact=1"
    return {"title": title, "collapsible": closed, "items": [item for item in items if item["link"]]}


def _entry(name: str, icon: str, page: str, permission: str = "") -> dict[str, Any]:
    return {
        "title": name,
        "icon": icon,
        "link": page_url(page),
        "permission": _may(permission),
    }


def _may(permission: str) -> Callable[[HttpRequest], bool]:
    return lambda request: not permission or request.user.has_perm(permission)


def _badge(count: int) -> dict[str, Any]:
    return {"badge": f"{count:,}"} if count else {}
