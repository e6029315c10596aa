"""A social network's stand-in, as the mailbox is one of a mail provider: it signs what it tells the brand by webhook, and
shows the advertisement that the advertising platform's stand-in would show to somebody.

Whoever sees it can act in anybody's name there, so it opens where the mailbox does.
"""

from __future__ import annotations

import base64
import hashlib
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlsplit

import orjson
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBadRequest, JsonResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from campaigns.messages.services.pictures import static_png
from campaigns.social.rules.signatures import sign
from catalog.queries import find_variant_by_code
from demo.log_ins import read_log_ins
from omnichannel.environment import is_local
from omnichannel.kernel import clock
from omnichannel.kernel.ids import uuid7

#: Pictures for whoever has none at hand: a drawing of the product, and what its alternative text says.
PICTURES = {
    "quay-rain-jacket-ochre": "The Quay rain jacket in the rain",
    "cove-swimsuit-ink": "The Cove swimsuit at the beach",
    "tidal-towel-shell": "The Tidal towel in the sun",
}
LARGEST = 4_000_000
DEADLINE_SECONDS = 3


def _guard(request: HttpRequest) -> None:
    read_log_ins()
    if not (is_local(settings.ALLOWED_HOSTS) or getattr(request.user, "is_staff", False)):
        raise Http404


def _message(given: dict[str, Any]) -> dict[str, Any]:
    """What the platform says, in the form the webhooks take. Raises KeyError for what it does not do."""
    moment = clock.now().isoformat()
    said = {"id": str(uuid7()), "platform": "instagram", "handle": str(given["handle"])}
    if given["kind"] == "follow":
        return {**said, "followed_at": moment}
    picture = str(given.get("picture", ""))
    content = str(given.get("media_base64") or "") or base64.b64encode(_drawn(picture)).decode()
    name = uuid7().hex[-10:]
    return {
        **said, "external_id": name, "caption": str(given["caption"]), "permalink": f"https://social.example/p/{name}",
        "media_base64": content, "alt": PICTURES.get(picture, ""), "posted_at": moment,
    }  # fmt: skip


def _drawn(picture: str) -> bytes:
    if picture not in PICTURES:
        raise KeyError(picture)
    return static_png(f"demo/products/{picture}") or b""


@require_POST
def signed(request: HttpRequest) -> JsonResponse | HttpResponseBadRequest:
    """The webhook of a follow or a post, signed: the page sends it to the public API as the platform would."""
    _guard(request)
    kinds = {"follow": "/api/v1/social/follows/webhook", "post": "/api/v1/social/posts/webhook"}
    try:
        given = orjson.loads(request.body[:LARGEST])
        body = orjson.dumps(_message(given))
        where = kinds[given["kind"]]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return HttpResponseBadRequest("Say who follows, or who posts which picture.")
    stamp = int(clock.now().timestamp())
    return JsonResponse(
        {"path": where, "body": body.decode(), "signature": sign(body, settings.SOCIAL_WEBHOOK_SECRET, stamp)}
    )


@require_GET
@never_cache
def advertisement(request: HttpRequest) -> JsonResponse:
    """What the platform would show to who uses it with this address: the newest thing they looked at and did not buy.

    Read from what the brand has told it: conversions and lists of people, by hash. Without any, nothing is shown.
    """
    _guard(request)
    hashed = hashlib.sha256(request.GET.get("email", "").strip().lower().encode()).hexdigest()
    told = _received()
    skus: list[str] = []
    bought: set[str] = set()
    for event in sorted(told.get("events", []), key=lambda row: row.get("event_time", 0)):
        if hashed not in event.get("user_data", {}).get("em", []):
            continue
        ids = event.get("custom_data", {}).get("content_ids", [])
        if event["event_name"] == "Purchase":
            bought.update(ids)
        elif event["event_name"] in {"ViewContent", "AddToCart"}:
            skus = [sku for sku in skus if sku not in ids] + ids
    lists = [row["name"] for row in told.get("lists", []) if any(hashed in str(each) for each in row["rows"])]
    # In another size it is theirs as well.
    theirs = {found.product_id for sku in bought if (found := find_variant_by_code(sku))}
    known = ((sku, find_variant_by_code(sku)) for sku in reversed(skus))
    wanted = [sku for sku, found in known if found and found.product_id not in theirs]
    return JsonResponse({"sku": wanted[0] if wanted and lists else None, "lists": lists})


def _received() -> dict[str, Any]:
    """All that the stand-in has been told; nothing where no stand-in runs."""
    base = urlsplit(settings.META_API_BASE)
    if base.scheme != "http" or base.hostname not in {"127.0.0.1", "localhost"}:
        return {}
    try:
        with urllib.request.urlopen(f"http://{base.netloc}/received", timeout=DEADLINE_SECONDS) as answer:
            found = orjson.loads(answer.read())
    except (urllib.error.URLError, TimeoutError, orjson.JSONDecodeError):
        return {}
    return found if isinstance(found, dict) else {}


urlpatterns = [
    path("signed", signed, name="demo-network-signed"),
    path("ad", advertisement, name="demo-network-ad"),
]
