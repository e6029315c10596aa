"""What bad input gets, for every write of the schema: a coded problem that points at the field, and nothing changed.

The cases are made from the OpenAPI document, so that an endpoint that is added is tried without being named here.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.fixtures.auth import ApiClient
from tests.requirements.house import WRITES, House, Operation, database, operations, shape_of, undone

WRITING = sorted(operations(*WRITES), key=lambda operation: operation.id)
EVERY = sorted(operations("get", *WRITES), key=lambda operation: operation.id)
WITH_BODY = [operation for operation in WRITING if operation.shape is not None]
pytestmark = pytest.mark.django_db
#: Signed by the gateway over the raw bytes: nothing in them is read before the signature is right.
UNREAD = {"gateway_webhook", "social_post_webhook", "social_follow_webhook"}
#: A question asked by POST: it writes nothing, and needs no key.
ASKING = {"orders_lookup", "checkout_quote", "named_cart_checkout_quote", "journeys_check", "journeys_simulate"}
#: Takes pictures as files too.
TAKES_FILES = {"products_add_image", "social_upload"}
HUGE = 10**30


@contextmanager
def trying(subtests: Any, operation: Operation) -> Iterator[None]:
    """One operation: what it does is undone, and the rest are tried though it fails."""
    with subtests.test(operation.id), undone():
        yield


def send(house: House, operation: Operation, body: Any, **headers: str) -> Any:
    return house.caller(operation).call(operation.method, operation.address(house.ids), body, **headers)


def problem(answer: Any, *statuses: int) -> dict[str, Any]:
    """The problem in an answer that has one of these statuses, well-formed and telling no secrets."""
    assert answer.status_code in statuses, (answer.status_code, answer.content[:600])
    assert answer["Content-Type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert found["status"] == answer.status_code and found["code"] and found["title"], found
    assert b"Traceback" not in answer.content and b"psycopg" not in answer.content and b"django" not in answer.content
    return found


def kinds_of(shape: dict[str, Any]) -> set[str]:
    shape = shape_of(shape)
    if "oneOf" in shape or "anyOf" in shape:
        return {kind for part in shape.get("oneOf", shape.get("anyOf")) for kind in kinds_of(part)}
    kinds = shape.get("type", [])
    return {kinds} if isinstance(kinds, str) else set(kinds)


def spoilt(shape: dict[str, Any]) -> Iterator[Any]:
    """Values that a field of this shape may not have."""
    kinds = kinds_of(shape)
    if "string" in kinds:
        yield from (5, True, ["x"], {"x": "y"}, "a\u0007b", "a\u0000b")
        if shape.get("maxLength", 0) < 60_000:
            yield "x" * 60_000
    elif kinds & {"integer", "number"}:
        yield from ("1", True, 1.5, [1], {}, HUGE, -HUGE)
    elif "boolean" in kinds:
        yield from ("true", 1, [], {})
    elif "array" in kinds:
        yield from ("x", 5, {"x": 1}, [None], [{"surprise": 1}], [["x"]])
    elif "object" in kinds:
        yield from ("x", 5, ["x"], {"surprise": {"surprise": 1}})
    if "null" not in kinds:
        yield None


def test_every_field_of_every_write_refuses_what_it_cannot_be_and_is_named(house: House, subtests: Any) -> None:
    before = database()
    for operation in WITH_BODY:
        with trying(subtests, operation):
            assert operation.shape is not None
            good = house.body(operation)
            for name, shape in operation.shape.get("properties", {}).items():
                for value in spoilt(shape):
                    answer = send(house, operation, {**good, name: value})
                    if "\\u0000" in json.dumps(value):
                        assert problem(answer, 400)["code"] in ("malformed", "invalid")
                        continue
                    # 422 where a document of its own grammar is read by the domain
                    found = problem(answer, 400, 422) if kinds_of(shape) == {"object"} else problem(answer, 400)
                    pointers = [error["pointer"] for error in found.get("errors", [])]
                    assert any(pointer == f"/{name}" or pointer.startswith(f"/{name}/") for pointer in pointers), (
                        name,
                        value,
                        found,
                    )
            for name in operation.shape.get("required", []):
                found = problem(send(house, operation, {key: value for key, value in good.items() if key != name}), 400)
                assert {"pointer": f"/{name}", "code": "required"}.items() <= found["errors"][0].items() or len(
                    found["errors"]
                ) > 1, found
            assert database() == before


def test_every_write_refuses_fields_it_does_not_have(house: House, subtests: Any) -> None:
    before = database()
    for operation in WITH_BODY:
        with trying(subtests, operation):
            found = problem(send(house, operation, {**house.body(operation), "surprise/~": 1}), 400)
            assert ("/surprise~1~0", "unknown_field") in [
                (error["pointer"], error["code"]) for error in found["errors"]
            ]
            for body in (
                "{",
                "[1, 2]",
                '"text"',
                "5",
                "null",
                "[" * 5_000,
                b"\xff\xfe",
                '{"a": NaN}',
                '{"a": "\\ud800"}',
            ):
                assert problem(send(house, operation, body), 400)["code"] in ("malformed", "invalid")
            assert database() == before


def test_every_write_refuses_other_formats_and_oversized_bodies(house: House, subtests: Any) -> None:
    before = database()
    for operation in WITH_BODY:
        with trying(subtests, operation):
            client, path = house.caller(operation), f"/api/v1{operation.address(house.ids)}"
            csrf = {"X-CSRFToken": client.cookies["csrftoken"].value} if "csrftoken" in client.cookies else {}
            for content_type in (
                "text/plain",
                "application/xml",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
            ):
                answer = client.generic(operation.method, path, b"a=b", content_type=content_type, headers=csrf)
                if operation.id in TAKES_FILES and content_type.startswith("multipart"):
                    problem(answer, 400, 422)
                    continue
                assert problem(answer, 415)["code"] == "unsupported_media_type"
            answer = client.generic(
                operation.method,
                path,
                b'{"x": "' + b"y" * 1_100_000 + b'"}',
                content_type="application/json",
                headers=csrf,
            )
            assert problem(answer, 413)["code"] == "too_large"
            assert database() == before


def test_every_write_refuses_who_has_no_right_to_it(house: House, subtests: Any) -> None:
    before = database()
    for operation in WRITING:
        with trying(subtests, operation):
            path = operation.address(house.ids)
            body = house.body(operation) if operation.id not in UNREAD else {}
            for credential in (
                {"Authorization": "Bearer not-a-key"},
                {"Authorization": "Device not-a-device"},
                {"X-Session-Token": "not-a-session"},
                {"X-Cart-Token": "not-a-cart"},
            ):
                if operation.id in UNREAD:
                    continue
                answer = ApiClient(credential).call(operation.method, path, body)
                assert problem(answer, 401)["code"] == "authentication_failed"
            nobody = ApiClient().call(operation.method, path, body)
            if nobody.status_code >= 400:
                problem(nobody, 403 if operation.id in UNREAD else 400, 400, 401, 404, 409, 422)
            assert database() == before or nobody.status_code < 300


def test_every_write_refuses_broken_headers(house: House, subtests: Any) -> None:
    before = database()
    for operation in WRITING:
        with trying(subtests, operation):
            if operation.id in UNREAD | ASKING:
                continue
            body = house.body(operation)
            answer = send(house, operation, body, key="k" * 201)
            assert problem(answer, 422)["code"] == "idempotency_key_invalid"
            assert database() == before


def test_every_address_refuses_methods_it_does_not_have(house: House, subtests: Any) -> None:
    offered: dict[str, set[str]] = {}
    for operation in EVERY:
        offered.setdefault(operation.path, set()).add(operation.method)
    before = database()
    for operation in {operation.path: operation for operation in EVERY}.values():
        with trying(subtests, operation):
            for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - offered[operation.path]:
                answer = house.caller(operation).call(
                    method, operation.address(house.ids), {} if method != "GET" else None
                )
                if problem(answer, 403, 405)["code"] == "permission_denied":
                    continue  # a key that only reads here
                assert offered[operation.path] <= {allowed.strip() for allowed in answer["Allow"].split(",")}
    assert database() == before


def test_every_address_refuses_ids_that_are_none(house: House, subtests: Any) -> None:
    before = database()
    for operation in [operation for operation in WRITING if "{" in operation.path]:
        with trying(subtests, operation):
            for nonsense in ("x", "0", "%00", "..%2f..", "'%20OR%201=1--", "x" * 3_000, "%ff%fe", "%F0%9F%A6%86"):
                ids = dict.fromkeys(house.ids, nonsense)
                answer = send_to(house, operation, operation.address(ids))
                if answer.status_code == 201 and operation.id == "products_put":
                    continue  # an external id may be any text
                if operation.id not in UNREAD or answer.status_code >= 400:
                    problem(answer, 400, 404, 409, 422)
            assert database() == before or operation.id == "products_put"


def send_to(house: House, operation: Operation, address: str) -> Any:
    body = house.body(operation) if operation.id not in UNREAD else {}
    return house.caller(operation).call(operation.method, address, body)
