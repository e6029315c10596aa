"""Addresses that messages lead to, below /m/: pixel, links, the way out, pictures, and what mail services tell."""

from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from campaigns.messages.queries.brand import brand_data
from campaigns.messages.services.links import OPEN, UNSUBSCRIBE, read_click, read_message_id
from campaigns.messages.services.pictures import static_png
from campaigns.messages.services.touching import record_touch, unsubscribe
from campaigns.messages.states import TouchKind
from omnichannel.kernel.clock import now

_PIXEL = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00"
    b"\x01\x00\x00\x02\x02D\x01\x00;"
)


@never_cache
@require_safe
def open_view(request: HttpRequest, token: str) -> HttpResponse:
    """The pixel. It is always a picture, whatever is behind it."""
    message_id = read_message_id(token, salt=OPEN)
    if message_id is not None:
        with transaction.atomic(durable=True):
            record_touch(
                message_id=message_id,
                kind=TouchKind.OPENED,
                method=str(request.method),
                headers=request.headers,
                at=now(),
            )
    return HttpResponse(_PIXEL, content_type="image/gif")


@never_cache
@require_safe
def click_view(request: HttpRequest, token: str) -> HttpResponse:
    """On to where we signed it should lead; nowhere else."""
    target = read_click(token)
    if target is None or urlsplit(target.url).scheme not in ("http", "https"):
        raise Http404()
    with transaction.atomic(durable=True):
        record_touch(
            message_id=target.message_id, kind=TouchKind.CLICKED, url=target.url, method=str(request.method),
            headers=request.headers, at=now(),
        )  # fmt: skip
    return HttpResponseRedirect(target.url)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe_view(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows one button and changes nothing: scanners follow every link. POST is the button, or RFC 8058's one click.

    The signature is the proof; the one click comes from a mail program, without cookies.
    """
    message_id = read_message_id(token, salt=UNSUBSCRIBE)
    if message_id is None:
        raise Http404()
    done = None
    if request.method == "POST":
        how = "one_click" if request.POST.get("List-Unsubscribe") == "One-Click" else "page"
        with transaction.atomic(durable=True):
            done = unsubscribe(message_id=message_id, how=how, at=now())
        if done is None:
            raise Http404()
    return _page(request, {"done": done is not None})


@require_safe
def picture_view(request: HttpRequest, path: str) -> HttpResponse:
    """A drawing of ours as PNG, for mail programs."""
    png = static_png(path)
    if png is None:
        raise Http404()
    return HttpResponse(png, content_type="image/png", headers={"Cache-Control": "public, max-age=604800"})


def _page(request: HttpRequest, more: dict[str, Any]) -> HttpResponse:
    kit = brand_data()
    return render(
        request, "campaign_messages/unsubscribe.html", {"brand": kit["name"], "colour": kit["colour"], **more}
    )
