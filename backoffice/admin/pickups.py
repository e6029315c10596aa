"""The pickup board: what each store makes ready, the late ones on top, one step a touch."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.contrib.messages import get_messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse

from backoffice.admin.frame import PICKUPS, page_url
from backoffice.queries.pickups import Pickup, StorePickups, list_pickup_stores, list_pickups
from backoffice.rules import deadlines, findings
from catalog.queries.sellables import image_address
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import Context
from omnichannel.staff.admin import run_service
from orders.models import Fulfilment
from orders.services import fulfilling

MAY_ACT = "orders.change_fulfilment"
STEPS = ("accept", "pick", "ready", "collect")
COLUMNS = (
    ("To pick", ("placed", "accepted"), "New pickups show here by their deadline."),
    ("Being picked", ("picking",), "Start picking one on the left; it moves here."),
    ("Ready for the customer", ("ready",), "What stands on the shelf shows here until it is handed over."),
)
NEXT = {
    "placed": ("accept", "Accept"),
    "accepted": ("pick", "Start picking"),
    "picking": ("ready", "Put on the shelf"),
    "ready": ("collect", "Hand over"),
}


def board(request: HttpRequest) -> HttpResponse:
    """The page, and what it fetches again every few seconds."""
    if not request.user.has_perm(PICKUPS):
        raise PermissionDenied
    at = now()
    stores = list_pickup_stores(at=at)
    store = _store(request, stores)
    rows = list_pickups(store_id=store)
    waiting = sum(s.waiting for s in stores if store in (None, s.id))
    late = sum(s.late for s in stores if store in (None, s.id))
    here = reverse("backoffice:pickups")
    context = {
        **admin.site.each_context(request),
        "title": "Pickups",
        "finding": findings.pickups_finding(waiting=waiting, late=late),
        "stores": [(s, s.id == store) for s in stores],
        "store": store or "",
        "here": f"{here}?store={store}" if store else here,
        "may_act": request.user.has_perm(MAY_ACT),
        "columns": [_column(title, states, empty, rows, stores, store, at) for title, states, empty in COLUMNS],
        "told": list(get_messages(request)),
    }
    return TemplateResponse(request, "backoffice/pickups.html", context)


def step(request: HttpRequest, fulfilment_id: UUID, name: str) -> HttpResponse:
    """One step of one pickup through the order services, with its audit entry; answers with the board."""
    if request.method != "POST" or name not in STEPS:
        raise Http404
    if not request.user.has_perm(MAY_ACT):
        raise PermissionDenied
    part = get_object_or_404(Fulfilment.objects.select_related("order"), pk=fulfilment_id, kind="pickup")
    place, code = request.POST.get("place", "")[:60].strip(), request.POST.get("code", "")[:20]

    def call(by: Context, at: datetime) -> str:
        match name:
            case "accept":
                fulfilling.accept(fulfilment_id=part.pk, by=by, at=at)
                return f"{part.order.number} is accepted."
            case "pick":
                fulfilling.start_picking(fulfilment_id=part.pk, by=by, at=at)
                return f"Picking of {part.order.number} has begun."
            case "ready":
                fulfilling.make_ready(fulfilment_id=part.pk, place=place, by=by, at=at)
                return f"{part.order.number} is ready{f' on {place}' if place else ''}; the customer is told."
        fulfilling.collect(fulfilment_id=part.pk, code=code, by=by, at=at)
        return f"{part.order.number} is handed over."

    run_service(request, part, call, given={})
    if request.headers.get("HX-Request"):
        return board(request)
    store = request.GET.get("store", "")
    return HttpResponseRedirect(reverse("backoffice:pickups") + (f"?store={store}" if store else ""))


def _store(request: HttpRequest, stores: list[StorePickups]) -> UUID | None:
    try:
        return UUID(request.GET.get("store", ""))
    except ValueError:
        return None


def _column(
    title: str,
    states: tuple[str, ...],
    empty: str,
    rows: list[Pickup],
    stores: list[StorePickups],
    store: UUID | None,
    at: datetime,
) -> dict[str, Any]:
    shown = [_card(row, at) for row in rows if row.status in states]
    shown.sort(key=lambda card: (card["due"] is None, card["due"] or at))
    return {"title": title, "cards": shown, "count": len(shown), "empty": empty}


def _card(row: Pickup, at: datetime) -> dict[str, Any]:
    zone = ZoneInfo(row.time_zone)
    due = row.collect_until if row.status == "ready" else row.promised_at
    local = due.astimezone(zone) if due else None
    verb, label = NEXT[row.status]
    units = sum(item["units"] for item in row.items)
    return {
        "pickup": row,
        "due": due,
        "clock": deadlines.clock(local, at.astimezone(zone)) if local else "No deadline",
        "left": deadlines.left(due, at) if due else "",
        "tone": deadlines.tone(due, at) if due else "",
        "units": units,
        "pictures": [
            {"src": image_address(item["file"], item["url"]), "name": item["name"], "units": item["units"]}
            for item in row.items[:3]
        ],
        "items": ", ".join(
            f"{item['units']} × {item['name']}" if item["units"] > 1 else item["name"] for item in row.items
        ),
        "verb": verb,
        "label": label,
        "step_url": reverse("backoffice:pickup_step", args=[row.id, verb]),
        "order_url": page_url("admin:orders_order_change", row.order_id),
        "customer_url": page_url("admin:customers_customer_profile", row.customer_id) if row.customer_id else "",
    }
