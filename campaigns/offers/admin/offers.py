"""Promotions: what runs, how much of it is used, the editor and the calendar."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import action, display

from campaigns.offers.models import Offer
from campaigns.offers.queries.editing import list_choices, list_running, names_in
from campaigns.offers.queries.live import load_zone
from campaigns.offers.queries.offers import with_uses
from campaigns.offers.rules.conflicts import list_conflicts
from campaigns.offers.rules.ready_made import READY_MADE
from campaigns.offers.states import OfferStatus
from omnichannel.kernel.clock import now
from omnichannel.kernel.money import format_money
from omnichannel.staff.admin import StaffAdmin, state

_STATES = {
    OfferStatus.LIVE: "success",
    OfferStatus.DRAFT: "info",
    OfferStatus.PAUSED: "warning",
    OfferStatus.ENDED: "default",
}
_WEEKS = 8
_BLANK = "00000000-0000-0000-0000-000000000000"


@admin.register(Offer)
class OfferAdmin(StaffAdmin):
    list_display = ["name", "reads", state("status", _STATES), "use", "taken_off", "runs_until"]
    list_filter = ["status"]
    search_fields = ["name__icontains", "key__istartswith"]
    search_help_text = "Part of the name"
    ordering = ["name"]
    list_select_related = ["live"]
    page_title = "Offers"
    empty_hint = "Write the first one: it reads as a sentence, and a sample cart shows what it takes off."
    state_colours = {"status": _STATES}
    list_per_page = 30
    actions_list = ["open_calendar", "make_codes"]

    class Media:
        css = {"all": ["campaign_offers/offers.css"]}

    def get_urls(self) -> list[Any]:
        calendar = path(
            "calendar/", self.admin_site.admin_view(self.calendar_view), name="campaign_offers_offer_calendar"
        )
        return [calendar, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Offer]:
        return with_uses(super().get_queryset(request))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # ended, so that orders can still say what came off them

    @action(description="Calendar", icon="calendar_month", url_path="open-calendar")
    def open_calendar(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:campaign_offers_offer_calendar"))

    @action(description="Make codes", icon="confirmation_number", url_path="make-codes")
    def make_codes(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:campaign_offers_codebatch_add"))

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The editor; everything it shows and does goes through the API."""
        offer = _find(object_id) if object_id else None
        may = self.has_view_permission(request, offer) if offer else self.has_add_permission(request)
        if not may:
            raise PermissionDenied
        get_token(request)  # the page's writes carry it
        config = {
            "offer_id": str(offer.pk) if offer else None,
            "may_write": self.has_change_permission(request),
            "list_url": reverse("admin:campaign_offers_offer_changelist"),
            "uses_url": _uses_of(offer) if offer else "",
            "used": {"times": offer.times, "given": _given(offer)} if offer else None,
            "edit_url": reverse("admin:campaign_offers_offer_change", args=[_BLANK]),
            "blank": _BLANK,
            "names": names_in(offer.draft) if offer else {},
            "choices": list_choices(),
            "start": dict(READY_MADE[request.GET["like"]].definition)
            if request.GET.get("like") in READY_MADE
            else None,
        }
        title = offer.name if offer else "New offer"
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "subtitle": title,
            "original": offer,
            "config": config,
            "script": static("campaign_offers/editor.js"),
        }
        return TemplateResponse(request, "campaign_offers/editor.html", context)

    def calendar_view(self, request: HttpRequest) -> HttpResponse:
        """What runs in the coming weeks, and what adds up without being meant to."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        zone = load_zone()
        at = now()
        first = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        first -= timedelta(days=first.weekday())
        last = first + timedelta(weeks=_WEEKS)
        running = list_running(at)
        conflicts = list_conflicts([each for offer, each in running if offer.status == OfferStatus.LIVE])
        clashing = {key for conflict in conflicts for key in (conflict.first.key, conflict.second.key)}

        def place(moment: Any, default: float) -> float:
            share = (moment - first) / (last - first) * 100 if moment else default
            return round(min(max(share, 0), 100), 2)

        rows = []
        for offer, each in running:
            begins, ends = place(each.definition.starts_at, 0), place(each.definition.ends_at, 100)
            if begins < 100:
                rows.append(
                    {
                        "offer": offer,
                        "sentence": offer.live.sentence if offer.live else "",
                        "left": begins,
                        "width": max(ends - begins, 1.2),
                        "open_end": each.definition.ends_at is None or each.definition.ends_at > last,
                        "clashes": offer.key in clashing,
                        "by_code": each.definition.by_code,
                        "url": reverse("admin:campaign_offers_offer_change", args=[offer.pk]),
                    }
                )
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Calendar of offers",
            "rows": rows,
            "weeks": [first + timedelta(weeks=week) for week in range(_WEEKS)],
            "today": place(at, 0),
            "conflicts": [
                {
                    "first": conflict.first.name,
                    "second": conflict.second.name,
                    "starts": conflict.starts_at.astimezone(zone) if conflict.starts_at and conflict.starts_at > at else None,
                    "ends": conflict.ends_at.astimezone(zone) if conflict.ends_at else None,
                }
                for conflict in conflicts[:12]
            ],
            "conflict_count": len(conflicts),
            "add_url": reverse("admin:campaign_offers_offer_add"),
            "list_url": reverse("admin:campaign_offers_offer_changelist"),
        }  # fmt: skip
        return TemplateResponse(request, "campaign_offers/calendar.html", context)

    @display(description="how it reads")
    def reads(self, offer: Offer) -> SafeString:
        words = offer.live.sentence if offer.live else "Not published yet."
        return format_html('<span class="offer-reads">{}</span>', words)

    @display(description="used")
    def use(self, offer: Any) -> SafeString | str:
        if offer.max_uses:
            return _bar(offer, offer.uses, offer.max_uses, f"{offer.uses:,} of {offer.max_uses:,}")
        return format_html('<a href="{}">{}</a>', _uses_of(offer), f"{offer.times:,}") if offer.times else "–"

    @display(description="taken off")
    def taken_off(self, offer: Any) -> SafeString | str:
        if offer.budget_minor:
            words = f"{format_money(offer.used_minor, offer.currency)} of {format_money(offer.budget_minor, offer.currency)}"
            return _bar(offer, offer.used_minor, offer.budget_minor, words)
        given = _given(offer)
        return format_html('<a href="{}">{}</a>', _uses_of(offer), given) if given else "–"

    @display(description="runs until")
    def runs_until(self, offer: Offer) -> str:
        live = offer.live
        if live is None or live.ends_at is None:
            return "–"
        return f"{live.ends_at.astimezone(load_zone()):%-d %b %Y, %H:%M}"


def _given(offer: Any) -> str:
    """What it has taken off so far, of an offer `with_uses`."""
    return " + ".join(format_money(each["minor"], each["currency"]) for each in offer.given if each["minor"])


def _uses_of(offer: Offer) -> str:
    """Where the orders it took something off are listed; those that gave all of it back are not counted."""
    rows = reverse("admin:campaign_offers_redemption_changelist")
    return f"{rows}?offer__id__exact={offer.pk}&counts=yes"


def _bar(offer: Offer, part: int, whole: int, words: str) -> SafeString:
    share = min(100, round(100 * part / whole))
    tone = " is-near" if share >= 90 else ""
    return format_html(
        '<a class="offer-bar{}" href="{}"><span>{}</span><i aria-hidden="true"><b style="width:{}%"></b></i></a>',
        tone, _uses_of(offer), words, share,
    )  # fmt: skip


def _find(object_id: str) -> Any:
    try:
        key = UUID(object_id)
    except ValueError as error:
        raise Http404 from error
    return get_object_or_404(with_uses(Offer.objects.select_related("live")), pk=key)
