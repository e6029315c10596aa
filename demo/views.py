"""The pages of the show: four shells. What they do, they do through the public API, each with its own credential."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from demo.log_ins import read_log_ins
from demo.people import HEROINE_AT
from demo.places import FIRST_PLACE, PLACES
from demo.trackers import write_key
from loyalty.queries.programmes import list_rules
from omnichannel.brand.queries import get_brand
from omnichannel.kernel import clock
from omnichannel.kernel.channels import Channel
from omnichannel.kernel.context import Context
from stores.queries.places import get_store
from stores.services.devices import invite_device

TITLES = {
    "phone": "Phone storefront",
    "web": "Web storefront",
    "tablet": "Store tablet",
    "social": "A social network",
}
# What “Start again” puts into the cart, one thing by each client but the last: adding that is the visitor's part.
SCRIPT = [
    ("phone", "QUAY-RAIN-JACKET-OCHRE-10"),
    ("web", "COVE-SWIMSUIT-INK-10"),
    ("tablet", "DUNE-BUCKET-HAT-SAND"),
]


#: Where the facts of the story are found.
DESK = {
    "home": "index",
    "people": "customers_customer_changelist",
    "parcels": "orders_fulfilment_changelist",
    "orders": "orders_order_changelist",
    "prints": "campaign_messages_print_changelist",
    "audiences": "campaign_audiences_audience_changelist",
    "conversions": "campaign_audiences_conversion_changelist",
    "journeys": "campaign_journeys_journey_changelist",
    "why": "campaign_messages_decision_why",
    "codes": "campaign_offers_code_changelist",
    "ledger": "loyalty_journal_changelist",
    "referrals": "loyalty_referraluse_changelist",
    "photos": "campaign_social_post_changelist",
    "paths": "insights_path_changelist",
    "figures": "insights_path_dashboard",
}


@require_GET
@ensure_csrf_cookie  # before the frames ask for one each, at the same moment
def show(request: HttpRequest) -> HttpResponse:
    read_log_ins()
    popup = next(place for place in PLACES if place.kind == "popup")
    config = {
        "frames": {name: reverse("demo-client", args=[name]) for name in TITLES} | {"mail": reverse("demo-mailbox")},
        "address": f"{get_brand().name.lower()}.example/coast",
        "script": SCRIPT,
        "brand": get_brand().name,
        "popup": {"code": popup.code, "name": popup.name},
        "desk": {name: reverse(f"admin:{view}") for name, view in DESK.items()},
    }
    return render(request, "demo/show.html", {"brand": get_brand(), "config": config, "script": static("demo/show.js")})


@require_GET
@never_cache
@ensure_csrf_cookie
@xframe_options_sameorigin
def client(request: HttpRequest, name: str) -> HttpResponse:
    """One of the clients, alone or in a frame of the show page."""
    read_log_ins()
    brand = get_brand()
    config: dict[str, Any] = {
        "client": name,
        "liveUrl": settings.LIVE_URL or None,
        "brand": {"name": brand.name, "currency": brand.default_currency},
        "near": ",".join(map(str, HEROINE_AT)),
        "logIns": reverse("demo-log-ins"),
        "deviceCodes": reverse("demo-device-codes"),
        "network": {
            "signed": reverse("demo-network-signed"),
            "ad": reverse("demo-network-ad"),
            "pictures": static("demo/products/"),
        },
    }
    context = {
        "write_key": write_key(name),
        "title": TITLES[name],
        "brand": brand,
        "config": config,
        "script": static(f"demo/{name}.js"),
        "style": static(f"demo/{name}.css"),
    }
    return render(request, "demo/client.html", context)


@require_GET
@never_cache
@ensure_csrf_cookie
@xframe_options_sameorigin
def join(request: HttpRequest) -> HttpResponse:
    """Where the QR of a postcard leads: its reader becomes a member."""
    read_log_ins()
    rules = list_rules(clock.now(), trigger="enrol_postcard")
    context = {
        "brand": get_brand(),
        "bonus": sum(rule.points or 0 for rule in rules),
        "write_key": write_key("web"),
    }
    response = render(request, "demo/join.html", context)
    # The invitation stands in the address: it goes to nobody else.
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_GET
def log_ins(request: HttpRequest) -> JsonResponse:
    return JsonResponse(read_log_ins())


@require_POST
def device_codes(request: HttpRequest) -> JsonResponse:
    """A one-time enrolment code for the demo's tablet, as a manager makes one in the admin. `place`: where it stands."""
    read_log_ins()
    place = request.POST.get("place") or FIRST_PLACE
    if place not in {each.code for each in PLACES}:
        raise Http404
    with transaction.atomic(durable=True):
        store = get_store(place)
        by = Context(channel=Channel.SYSTEM, actor="system:demo")
        invitation = invite_device(store_id=store.id, name="Show page tablet", by=by, at=clock.now())
    return JsonResponse({"code": invitation.code})
