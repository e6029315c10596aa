"""P29: the OpenAPI document holds. Every operation, called by several kinds of caller with generated input and with

ids that exist, answers nothing that the document does not say, and never with a 5xx.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import schemathesis
from django.conf import settings as django_settings
from django.core import signals
from django.core.handlers.wsgi import WSGIHandler
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from hypothesis.internal.conjecture import engine
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.fixtures.auth import ApiClient
from tests.requirements.house import House, Operation, schema, undone
from tests.requirements.world import guest_of

# Its loading of plug-ins draws random numbers.
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisDeprecationWarning"),
]

#: Inputs for each operation. One bad one of the whole: bad fields are tried one by one in test_bad_input.
EXAMPLES = {GenerationMode.POSITIVE: 2, GenerationMode.NEGATIVE: 1}
#: Tries in a row that make no bad input before none is thought possible. Twenty are the most that any operation needed;
#: Hypothesis would try 459 times, a second and a half for each operation that takes nothing.
TRIES = 60
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@contextmanager
def one_connection() -> Iterator[None]:
    """The test's transaction lives in the connection that Django would close around each request."""
    for signal in (signals.request_started, signals.request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (signals.request_started, signals.request_finished):
            signal.connect(close_old_connections)


def headers_of(client: ApiClient) -> dict[str, str]:
    """What this caller sends, as headers of any client."""
    sent = {name.removeprefix("HTTP_").replace("_", "-").title(): str(value) for name, value in client.defaults.items()}
    if django_settings.SESSION_COOKIE_NAME in client.cookies:
        cookies = {name: morsel.value for name, morsel in client.cookies.items()} | {"csrftoken": "c" * 32}
        sent |= {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()), "X-CSRFToken": "c" * 32}
    return sent


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: str(mode.value))
def test_every_answer_is_documented(
    house: House, subtests: Any, mode: GenerationMode, monkeypatch: pytest.MonkeyPatch
) -> None:
    # a bug is to be answered as in production, and seen here as the 500 it is
    monkeypatch.setattr(django_settings, "DEBUG_PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setattr(engine, "INVALID_THRESHOLD_BASE", TRIES)
    document = schemathesis.openapi.from_dict(schema())
    document.app = WSGIHandler()
    others = [
        headers_of(client)
        for client in (house.suzie.app, house.world.till, house.key, house.staff, guest_of(), ApiClient())
    ]
    for place, found in enumerate(document.get_all_operations()):
        operation = found.ok()
        named = Operation(operation.definition.raw["operationId"], operation.method.upper(), operation.path, None)
        with subtests.test(named.id), one_connection():
            # each operation begins with another of the others: the first input is always the simplest
            turned = others[place % len(others) :] + others[: place % len(others)]
            try_operation(house, operation, mode, callers=[headers_of(house.caller(named)), *turned])


def try_operation(house: House, operation: Any, mode: GenerationMode, *, callers: list[dict[str, str]]) -> None:
    right, *others = callers

    @seed(20260101)
    @settings(
        max_examples=EXAMPLES[mode],
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), other=st.sampled_from(others), made_up=st.booleans())
    def call(case: Any, other: dict[str, str], made_up: bool) -> None:
        if not made_up:
            known = {name: str(house.ids[name]) for name in case.path_parameters or {} if name in house.ids}
            case.path_parameters = {**(case.path_parameters or {}), **known}
        for credential in (right, other):
            with undone():
                case.validate_response(case.call(headers=credential), checks=CHECKS)

    try:
        call()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE and takes_any_words(operation.definition.raw)


def takes_any_words(operation: dict[str, Any]) -> bool:
    """Nothing can be wrong in what takes nothing, or texts of any kind alone."""
    taken = [parameter["schema"] for parameter in operation.get("parameters", [])]
    return "requestBody" not in operation and all(schema == {"type": "string"} for schema in taken)
