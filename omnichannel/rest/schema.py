"""OpenAPI: what every endpoint shares — credentials, headers, problems — so that no endpoint has to say it."""

from typing import Any, ClassVar

from django.core.validators import RegexValidator
from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from omnichannel.rest.principal import Caller

_SAFE = ("GET", "HEAD", "OPTIONS")

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457 problem details. `code` is stable; every code is explained in docs/problems.md.",
    "required": ["type", "status", "code", "title"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "title": {"type": "string"},
        "data": {"type": "object", "additionalProperties": {}},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "title"],
                "properties": {
                    "pointer": {"type": "string", "description": "RFC 6901, into the body or the query."},
                    "code": {"type": "string"},
                    "title": {"type": "string"},
                },
            },
        },
    },
}
#: Status → (name of the component, what it says, whether writes only).
PROBLEMS: dict[str, tuple[str, str, bool]] = {
    "400": ("Malformed", "The request is not well-formed; `errors` names the fields.", False),
    "401": ("Unauthenticated", "The credential is missing or no longer valid.", False),
    "403": ("Forbidden", "The caller may not do this.", False),
    "404": ("NotFound", "There is no such thing, or it is somebody else's.", False),
    "409": ("Conflict", "The present state does not allow this.", False),
    "412": ("Stale", "The thing has changed since the caller read it (If-Match).", True),
    "413": ("TooLarge", "The request is larger than a megabyte.", True),
    "415": ("UnsupportedMediaType", "Bodies are application/json in UTF-8.", True),
    "422": ("RuleViolation", "The input is well-formed and a rule refuses it.", False),
    "429": ("Throttled", "Too many requests; see Retry-After.", False),
    "503": ("Busy", "Busy or briefly away; nothing happened. See Retry-After.", False),
}


class Schema(AutoSchema):
    """Adds the shared headers, and only the credentials the view's `callers` have."""

    def get_auth(self) -> list[dict[str, Any]]:
        offered = super().get_auth()
        callers = getattr(self.view, "callers", None)
        if callers is None:
            return offered
        wanted = [entry for entry in offered if not entry or _CALLERS_OF.get(next(iter(entry)), set()) & callers]
        return [*wanted, {}] if Caller.ANONYMOUS in callers else wanted

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        for parameter, prefix in getattr(self.view, "operation_prefixes", {}).items():
            if operation and f"{{{parameter}}}" in self.path:
                operation["operationId"] = prefix + operation["operationId"]
        return operation

    def get_override_parameters(self) -> list[Any]:
        parameters: list[Any] = list(super().get_override_parameters())
        given = {parameter.name for parameter in parameters if isinstance(parameter, OpenApiParameter)}
        for header in self._headers():
            if header.name not in given:
                parameters.append(header)
        return parameters

    def _headers(self) -> list[OpenApiParameter]:
        versioned = getattr(self.view, "versioned", False)
        if self.method in _SAFE:
            return [IF_NONE_MATCH, ETAG] if versioned else []
        return [IDEMPOTENCY_KEY, *([IF_MATCH, ETAG] if versioned else [])]


def _header(name: str, description: str, *, shape: dict[str, Any] | None = None, **options: Any) -> OpenApiParameter:
    return OpenApiParameter(
        name, {"type": "string", **(shape or {})}, OpenApiParameter.HEADER, description=description, **options
    )


IDEMPOTENCY_KEY = _header(
    "Idempotency-Key",
    "A repeated write with the same key and body gets the first answer and has no second effect (kept for a week).",
    shape={"maxLength": 200, "pattern": "^[ -~]*$"},
)
IF_MATCH = _header(
    "If-Match",
    "Act only on this version: the ETag of an earlier answer. 412 when it has changed.",
    shape={"pattern": '^("[0-9]{1,9}"|[*])$'},
)
IF_NONE_MATCH = _header("If-None-Match", "304 when the thing still has this ETag.")
ETAG = _header("ETag", "The version of the thing.", response=["200", "201"])


class _Scheme(OpenApiAuthenticationExtension):
    """One credential of the API."""

    definition: ClassVar[dict[str, Any]]

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return self.definition


class ApiKeyScheme(_Scheme):
    target_class = "omnichannel.integrations.api.auth.ApiKeyAuthentication"
    name = "apiKey"
    definition = {"type": "http", "scheme": "bearer", "description": "Other systems: an API key with scopes."}


class DeviceScheme(_Scheme):
    target_class = "stores.api.auth.DeviceAuthentication"
    name = "device"
    definition = {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "`Device <token>` of an enrolled tablet, with `X-Associate-Session` while an associate is signed in.",
    }


class AppTokenScheme(_Scheme):
    target_class = "customers.api.auth.AppTokenAuthentication"
    name = "appSession"
    definition = {
        "type": "apiKey",
        "in": "header",
        "name": "X-Session-Token",
        "description": "A customer in the mobile app.",
    }


class CartTokenScheme(_Scheme):
    target_class = "carts.api.auth.CartTokenAuthentication"
    name = "cartToken"
    definition = {
        "type": "apiKey",
        "in": "header",
        "name": "X-Cart-Token",
        "description": "A guest: the token of one cart.",
    }


class SessionScheme(_Scheme):
    target_class = "customers.api.auth.SessionAuthentication"
    name = "webSession"
    definition = {
        "type": "apiKey",
        "in": "cookie",
        "name": "sessionid",
        "description": "A customer on the web, or staff. Writes need `X-CSRFToken`.",
    }


_CALLERS_OF: dict[str, set[Caller]] = {
    "apiKey": {Caller.API_KEY},
    "device": {Caller.DEVICE, Caller.ASSOCIATE},
    "appSession": {Caller.CUSTOMER, Caller.STAFF},
    "cartToken": {Caller.GUEST},
    "webSession": {Caller.CUSTOMER, Caller.STAFF},
}


class StrictCharFieldShape(OpenApiSerializerFieldExtension):
    """Says which characters text may not have."""

    target_class = "omnichannel.rest.serializers.StrictCharField"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        shape: dict[str, Any] = auto_schema._map_serializer_field(self.target, direction, bypass_extensions=True)
        if isinstance(shape.get("type"), list):
            shape["type"] = next(kind for kind in shape["type"] if kind != "null")  # null is added outside, once
        if any(isinstance(validator, RegexValidator) for validator in self.target.validators):
            return shape  # a pattern of its own is added outside too
        if (
            direction == "request"
            and shape.get("type") == "string"
            and "pattern" not in shape
            and "format" not in shape
        ):
            shape["pattern"] = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$"
        return shape


_EMPTY_TEXT = {"type": "string", "maxLength": 0}


def _tidy(shape: Any) -> None:
    """Merge "this text, or an empty one": an empty text fits both, which `oneOf` forbids. Drop the generator's marks."""
    if isinstance(shape, list):
        for inner in shape:
            _tidy(inner)
    if not isinstance(shape, dict):
        return
    shape.pop("x-spec-enum-id", None)
    choices = shape.get("oneOf")
    if isinstance(choices, list) and len(choices) == 2 and choices[1] == _EMPTY_TEXT:
        text = shape.pop("oneOf")[0]
        # Our own pattern lets an empty text through; a format or another pattern does not.
        fits = "format" not in text and text.get("pattern", "^[^").startswith("^[^")
        shape |= text if fits else {"anyOf": [text, _EMPTY_TEXT]}
    for inner in list(shape.values()):
        _tidy(inner)


def close_inputs(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Unknown fields are refused, and the schema says so; text that may be empty is said in one shape."""
    _tidy(result.get("components", {}).get("schemas", {}))
    for name, component in result.get("components", {}).get("schemas", {}).items():
        if name.endswith("Request") and component.get("type") == "object":
            component.setdefault("additionalProperties", False)
    return result


def add_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Every operation may answer with the shared problems; 304 where it takes If-None-Match."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = PROBLEM
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    responses = components.setdefault("responses", {})
    for status, (name, description, _) in PROBLEMS.items():
        responses[name] = {"description": description, "content": content}
        if status in ("429", "503"):
            responses[name]["headers"] = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}}
    for methods in result.get("paths", {}).values():
        for method, operation in methods.items():
            if not isinstance(operation, dict) or "responses" not in operation:
                continue
            for status, (name, _, writes_only) in PROBLEMS.items():
                if not writes_only or method.upper() not in _SAFE:
                    operation["responses"].setdefault(status, {"$ref": f"#/components/responses/{name}"})
            if any(parameter.get("name") == "If-None-Match" for parameter in operation.get("parameters", [])):
                operation["responses"].setdefault("304", {"description": "Not modified."})
            operation["responses"] = dict(sorted(operation["responses"].items()))
    return result
