"""Callers without a cookie go straight to the endpoint; nothing they can see is different for it."""

import pytest
from django.conf import settings
from django.test import Client

from tests.fixtures.auth import ApiClient

pytestmark = pytest.mark.django_db
# What tells one answer from another, not what it says.
VARYING = {"X-Request-ID", "Set-Cookie"}


def headers_of(answer) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name not in VARYING}


@pytest.mark.parametrize("path", ["/api/v1/stores", "/api/v1/cart", "/api/v1/nowhere", "/api/v1/products/nothing"])
def test_the_same_answer_with_and_without_a_cookie(path: str):
    # given one caller who brings a cookie of a session that is long over, and one who brings none
    with_cookie = Client()
    with_cookie.cookies[settings.SESSION_COOKIE_NAME] = "gone"
    # then both get the same answer, security headers included
    long_way, short_way = with_cookie.get(path), Client().get(path)
    assert (long_way.status_code, long_way.content) == (short_way.status_code, short_way.content)
    vary = "Vary"
    ours = {name: value for name, value in headers_of(short_way).items() if name != vary}
    assert ours == {name: value for name, value in headers_of(long_way).items() if name != vary}


def test_a_host_that_is_not_ours_is_refused():
    answer = Client().get("/api/v1/stores", headers={"Host": "elsewhere.example"})
    assert answer.status_code == 400


def test_a_method_nobody_answers_is_told_which_are():
    answer = Client().delete("/api/v1/stores")
    assert answer.status_code == 405 and "GET" in answer.headers["Allow"]


def test_a_session_is_still_known(customer_web: ApiClient):
    assert customer_web.get_json("/me").status_code == 200
