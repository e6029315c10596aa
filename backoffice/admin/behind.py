"""The rows behind the home page's figures that no list of the admin has: open carts with items, and what runs out."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from backoffice.admin.frame import brand_of, page_url
from backoffice.admin.home import rate_words
from backoffice.queries import home as figures
from insights.admin.rows import Behind, context_of
from omnichannel.brand.models import BrandKit
from omnichannel.kernel.channels import Channel
from omnichannel.kernel.clock import now
from omnichannel.kernel.money import format_money

PERMISSIONS = {"carts": "carts.view_cart", "stock": "stores.view_stocklevel"}


def rows(request: HttpRequest) -> HttpResponse:
    figure = request.GET.get("figure", "")
    if figure not in PERMISSIONS:
        raise Http404
    if not request.user.has_perm(PERMISSIONS[figure]):
        raise PermissionDenied
    at, kit = now(), brand_of(request)
    context = {
        **admin.site.each_context(request),
        **context_of(_carts(at, kit) if figure == "carts" else _stock(at), request.GET.get("p")),
        "query": f"figure={figure}",
        "back_url": reverse("admin:index"),
        "back_name": "Home",
    }
    return TemplateResponse(request, "insights/rows.html", context | {"title": context["found"].title})


class _Read:
    """Rows that a statement gives by parts, with their count."""

    def __init__(self, read: Any) -> None:
        self._read = read

    def count(self) -> int:
        return int(self._read(most=1, skip=0)[0])

    def __getitem__(self, part: slice) -> Any:
        start = part.start or 0
        return self._read(most=part.stop - start, skip=start)[-1]


def _carts(at: datetime, kit: BrandKit) -> Behind:
    currency, zone = kit.default_currency, ZoneInfo(kit.time_zone)

    def read(*, most: int, skip: int) -> Any:
        return figures.get_open_carts(at=at, currency=currency, most=most, skip=skip)

    return Behind(
        title="Open carts",
        note="Carts with items that somebody touched in the last 30 days, those worth most first",
        units=("cart", "carts"),
        columns=["Cart of", "Channel", "Last touched", "Items", "Worth"],
        source=_Read(read),
        show=lambda row: [
            (row["name"], page_url("admin:carts_cart_change", row["id"])),
            (str(Channel(row["channel"]).label), ""),
            (f"{datetime.fromisoformat(row['last_activity_at']).astimezone(zone):%-d %b %Y, %H:%M}", ""),
            (f"{row['item_count']:,}", ""),
            (format_money(row["total_minor"], currency), ""),
        ],
        total=format_money(read(most=1, skip=0)[1], currency),
        numbers=2,
        hint="Carts appear as soon as somebody adds an item, on any channel.",
    )


def _stock(at: datetime) -> Behind:
    def read(*, most: int, skip: int) -> Any:
        # The soonest first: those that last longer than three days stand behind the count's last.
        return figures.get_low_stock(at=at, most=most, skip=skip)

    return Behind(
        title="Runs out within 3 days",
        note="At the rate each store sold in the last 28 days, the soonest first",
        units=("item in a store", "items in stores"),
        columns=["Item", "Store", "Rate", "On the way", "Left"],
        source=_Read(read),
        show=lambda row: [
            (
                ", ".join(word for word in (row["name"], row["variant"]) if word),
                page_url("admin:stores_stocklevel_change", row["id"]),
            ),
            (row["store"], ""),
            (rate_words(row["a_day"]), ""),
            (f"{row['incoming']:,}" if row["incoming"] else "–", ""),
            (f"{row['available']:,}", ""),
        ],
        numbers=2,
        hint="Nothing runs out. It is judged by what each store sold in the last 28 days.",
    )
