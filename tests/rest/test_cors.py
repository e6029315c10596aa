"""Browsers of other origins: those configured and no others."""

import pytest
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpResponse
from django.test import RequestFactory

from omnichannel.live.app import origin_headers
from omnichannel.rest.cors import allow_origins, cors_headers

SHOP = "https://shop.example"


@pytest.fixture
def middleware(settings):
    settings.CORS_ORIGINS = [SHOP]
    return allow_origins(lambda request: HttpResponse("inside"))


def test_without_configured_origins_there_is_no_middleware(settings):
    settings.CORS_ORIGINS = []
    with pytest.raises(MiddlewareNotUsed):
        allow_origins(lambda request: HttpResponse())


def test_a_preflight_of_our_shop_is_answered_outside(middleware):
    answer = middleware(
        RequestFactory().options("/api/v1/cart", headers={"Origin": SHOP, "Access-Control-Request-Method": "POST"})
    )
    assert (answer.status_code, answer["Access-Control-Allow-Origin"], answer["Vary"]) == (204, SHOP, "Origin")
    assert "idempotency-key" in answer["Access-Control-Allow-Headers"]
    assert "PATCH" in answer["Access-Control-Allow-Methods"]


def test_a_request_of_our_shop_is_answered_with_its_origin(middleware):
    answer = middleware(RequestFactory().get("/api/v1/cart", headers={"Origin": SHOP}))
    assert (answer.content, answer["Access-Control-Allow-Origin"]) == (b"inside", SHOP)
    assert "etag" in answer["Access-Control-Expose-Headers"]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "https://shop.example.evil.example", "*", ""])
def test_another_origin_gets_no_leave(middleware, origin):
    answer = middleware(RequestFactory().get("/api/v1/cart", headers={"Origin": origin}))
    assert "Access-Control-Allow-Origin" not in answer
    assert answer["Vary"] == "Origin"


def test_other_pages_are_left_alone(middleware):
    answer = middleware(RequestFactory().get("/admin/", headers={"Origin": SHOP}))
    assert "Vary" not in answer and "Access-Control-Allow-Origin" not in answer


def test_the_live_process_uses_the_same_rule(settings):
    settings.CORS_ORIGINS = [SHOP]
    assert cors_headers(SHOP)["Access-Control-Allow-Origin"] == SHOP
    assert cors_headers("https://evil.example") == {}


def test_the_live_process_hears_who_visits_as_the_api_does(settings):
    settings.SITE_URL = "https://shop.example"
    allowed = origin_headers("https://shop.example", preflight=True)["Access-Control-Allow-Headers"].split(", ")
    # what the reference clients send with every call, and with a stream
    for header in ("x-anonymous-id", "x-campaign", "x-cart-token", "x-client", "x-session-token", "last-event-id"):
        assert header in allowed, header
    assert "Access-Control-Allow-Origin" not in origin_headers("https://elsewhere.example", preflight=True)
