"""Whatever a caller sends: a coded problem, nothing changed, nothing told that should not be."""

import logging

import orjson
import pytest

from omnichannel.events.models import Event
from omnichannel.kernel.ids import uuid7

pytestmark = pytest.mark.django_db

BELL = str(uuid7())


def post(api, body, content_type="application/json", **headers):
    return api.post(
        "/api/v1/bells",
        body if isinstance(body, bytes) else orjson.dumps(body),
        content_type=content_type,
        headers=headers,
    )


def assert_problem(answer, status: int, code: str, *, pointer: str | None = None) -> dict:
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert problem["title"]
    if pointer is not None:
        assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [tuple(pointer.split(" "))]
    assert Event.objects.count() == 0
    return problem


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"bell": BELL, "times": 1, "tune": "x"}, "/tune unknown_field"),
        ({"bell": BELL, "times": "1"}, "/times invalid"),
        ({"bell": BELL, "times": True}, "/times invalid"),
        ({"bell": BELL, "times": 1.5}, "/times invalid"),
        ({"bell": BELL, "times": 0}, "/times min_value"),
        ({"bell": BELL, "times": 2**31}, "/times max_value"),
        ({"bell": "x", "times": 1}, "/bell invalid"),
        ({"bell": BELL}, "/times required"),
        ({"bell": BELL, "times": None}, "/times null"),
        ({"bell": BELL, "times": 1, "note": 5}, "/note invalid"),
        ({"bell": BELL, "times": 1, "note": "a\x07b"}, "/note control"),
        ({"bell": BELL, "times": 1, "note": "x" * 21}, "/note max_length"),
        ({"bell": BELL, "times": 1, "loud": "yes"}, "/loud invalid"),
        ([1, 2], " invalid"),
        ("text", " invalid"),
    ],
)
def test_a_field_that_is_wrong_is_named(api, body, pointer):
    assert_problem(post(api, body), 400, "invalid", pointer=pointer)


@pytest.mark.parametrize("number", ["1e400", "-1e400", "123456789012345678901234567890", "1e30", "9223372036854775808"])
def test_numbers_beyond_all_bounds_are_refused(api, number):
    answer = post(api, f'{{"bell": "{BELL}", "times": {number}}}'.encode())
    assert answer.status_code == 400
    assert answer.json()["code"] in {"invalid", "malformed"}
    assert Event.objects.count() == 0


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"",
        b"\xff\xfe{}",
        b'{"bell": "\xc3\x28"}',
        b'{"bell": NaN}',
        b'{"note": "\\ud800"}',
        b'{"note": "a\\u0000b"}',
        b'{"note": "a\x00b"}',
        b'{"extra": ' + b'{"a":' * 40 + b"1" + b"}" * 40 + b"}",
        b"[" * 100_000,
    ],
)
def test_a_body_that_is_no_json_of_ours_is_malformed(api, body):
    answer = api.generic("POST", "/api/v1/bells", body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["code"] in {"malformed", "invalid"}
    assert Event.objects.count() == 0


def test_many_brackets_that_are_not_deep_are_fine(api):
    body = {"bell": BELL, "times": 1, "extra": {str(number): [number] for number in range(50)}}
    assert post(api, body).status_code == 201


def test_an_escaped_backslash_before_u0000_is_ordinary_text(api):
    assert post(api, b'{"bell": "%s", "times": 1, "note": "a\\\\u0000b"}' % BELL.encode()).status_code == 201


def test_a_body_over_a_megabyte_is_too_large(api):
    assert_problem(post(api, b'{"note": "' + b"x" * 1_048_577 + b'"}'), 413, "too_large")


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/xml", "multipart/form-data; boundary=x", "application/json; charset=utf-16"],
)
def test_other_content_types_are_unsupported(api, content_type):
    assert_problem(post(api, b"{}", content_type), 415, "unsupported_media_type")


def test_a_method_nobody_offers_is_not_allowed(api):
    answer = api.delete("/api/v1/bells")
    assert_problem(answer, 405, "method_not_allowed")
    assert "POST" in answer["Allow"]


@pytest.mark.parametrize("path", ["bells/not-a-uuid", "bells/%00", "bells/%ff%fe", "nothing/here", "bells/0190/../x"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_address_nobody_owns_is_not_found(api, method, path):
    assert_problem(api.generic(method, f"/api/v1/{path}"), 404, "not_found")


def test_missing_and_unknown_have_one_body(api):
    assert api.get("/api/v1/bells/1").content == api.get("/api/v1/elsewhere").content


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("bell=1", 400, "invalid"),
        ("belll=1", 400, "invalid"),
        ("note=%00", 400, "malformed"),
        ("limit=0", 422, "limit_invalid"),
        ("limit=101", 422, "limit_invalid"),
        ("limit=²", 422, "limit_invalid"),
        ("limit=99999999999999999999", 422, "limit_invalid"),
        ("cursor=%25%25", 422, "cursor_invalid"),
        ("cursor=WyJ4Il0", 422, "cursor_invalid"),
        ("cursor=WyJcdTAwMDAiXQ", 422, "cursor_invalid"),
        ("cursor=e30", 422, "cursor_invalid"),
    ],
)
def test_query_parameters_are_checked(api, query, status, code):
    assert_problem(api.get(f"/api/v1/bells?{query}"), status, code)


@pytest.mark.parametrize("held", ["7", '"six"', "\u00b2", '"99999999999999"'])
def test_an_if_match_that_is_no_tag_of_ours_is_refused(api, held):
    answer = post(api, {"bell": BELL, "times": 1}, **{"If-Match": held})
    assert answer.status_code in (201, 422)
    if held != "7":
        assert_problem(answer, 422, "if_match_invalid")


def test_a_stale_version_is_told_with_the_one_that_stands(api):
    problem = assert_problem(post(api, {"bell": BELL, "times": 1}, **{"If-Match": '"6"'}), 412, "stale")
    assert problem["data"] == {"version": 7}


def test_a_bug_of_ours_is_a_problem_without_a_traceback(api, caplog):
    with caplog.at_level(logging.CRITICAL):
        answer = api.get(f"/api/v1/bells/{BELL}?crash=1")
    assert_problem(answer, 500, "internal")
    assert "RuntimeError" not in answer.content.decode()


def test_other_pages_keep_their_own_errors(api):
    answer = api.get("/nothing/here/")
    assert (answer.status_code, answer["Content-Type"].split(";")[0]) == (404, "text/html")


@pytest.mark.parametrize(
    "headers",
    [{"Authorization": "Bearer x"}, {"X-Cart-Token": "x"}, {"X-Session-Token": "x"}, {"Authorization": "Device x"}],
)
def test_a_credential_nobody_gave_out_is_refused(api, headers):
    answer = api.get("/api/v1/bells", headers=headers)
    assert_problem(answer, 401, "authentication_failed")
    assert answer["WWW-Authenticate"]
