"""The back office speaks in the brand's own time."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from omnichannel.brand.queries import get_brand


def use_brand_time(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Dates on staff pages are read and typed in the brand's time zone; the API stays in UTC."""

    def respond(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/admin/"):
            return get_response(request)
        kit = get_brand()
        request.brand_kit = kit  # type: ignore[attr-defined]  # the frame of the page reads it again
        with timezone.override(ZoneInfo(kit.time_zone)):
            return get_response(request)

    return respond
