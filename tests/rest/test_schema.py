"""The OpenAPI document says what every endpoint may answer, without the endpoints having to."""

import re

import pytest
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from omnichannel.rest.schema import PROBLEMS


@pytest.fixture(scope="module")
def schema():
    return SchemaGenerator().get_schema(request=None, public=True)


def operations(schema):
    return [
        (method, path, operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
        if "responses" in operation
    ]


def test_the_document_is_valid_openapi_3_1(schema):
    validate_schema(schema)
    assert schema["openapi"] == "3.1.0"


def test_every_operation_documents_the_problems_it_may_answer(schema):
    found = operations(schema)
    assert found
    for method, path, operation in found:
        wanted = {status for status, (_, _, writes) in PROBLEMS.items() if not writes or method not in ("get", "head")}
        assert wanted <= set(operation["responses"]), f"{method} {path}"


def test_every_write_takes_an_idempotency_key(schema):
    for method, path, operation in operations(schema):
        names = {parameter.get("name") for parameter in operation.get("parameters", [])}
        assert ("Idempotency-Key" in names) == (method != "get"), f"{method} {path}"


def test_every_operation_names_its_credentials(schema):
    assert set(schema["components"]["securitySchemes"]) == {"apiKey", "device", "appSession", "cartToken", "webSession"}
    for method, path, operation in operations(schema):
        assert operation.get("security"), f"{method} {path}"


def test_every_operation_has_an_id_of_its_own(schema):
    ids = [operation["operationId"] for _, _, operation in operations(schema)]
    assert sorted(set(ids)) == sorted(ids)


def test_inputs_refuse_unknown_fields(schema):
    inputs = {
        name: shape
        for name, shape in schema["components"]["schemas"].items()
        if name.endswith("Request") and shape.get("type") == "object"
    }
    assert {name for name, shape in inputs.items() if shape.get("additionalProperties") is not False} == set()


@pytest.mark.django_db
def test_the_schema_is_served_with_a_tag(client):
    answer = client.get("/api/v1/schema")
    assert (answer.status_code, answer["Content-Type"], answer.json()["openapi"]) == (200, "application/json", "3.1.0")
    assert client.get("/api/v1/schema", headers={"If-None-Match": answer["ETag"]}).status_code == 304


@pytest.mark.django_db
def test_the_docs_page_needs_no_internet(client):
    page = client.get("/api/v1/docs").content.decode()
    assert "swagger-ui" in page
    assert re.findall(r"""(?:src|href)=["'](?:https?:)?//[^"']+""", page) == []
