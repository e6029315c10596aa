"""Strict input: unknown fields, wrong types and control characters are named, never guessed at."""

import uuid
from collections.abc import Mapping
from functools import cache
from typing import Any

from rest_framework import serializers

MAX_INT = 2**31 - 1


class StrictCharField(serializers.CharField):
    """Text only: a number is not text. Control characters other than new lines and tabs are refused."""

    default_error_messages = {"control": "Control characters are not allowed."}

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        if any(ord(character) < 32 and character not in "\n\r\t" for character in data) or "\x7f" in data:
            self.fail("control")
        try:
            data.encode()
        except UnicodeEncodeError:
            self.fail("control")
        return super().to_internal_value(data)


class StrictRegexField(StrictCharField, serializers.RegexField):
    pass


class StrictUUIDField(serializers.UUIDField):
    """A UUID as text; a number is none."""

    def to_internal_value(self, data: Any) -> uuid.UUID:
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        value: uuid.UUID = super().to_internal_value(data)
        return value


class StrictIntegerField(serializers.IntegerField):
    """A JSON integer within 32 bits, unless wider limits are given; neither `"3"` nor `true`."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_value", MAX_INT)
        kwargs.setdefault("min_value", -MAX_INT)
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> int:
        if (
            isinstance(data, bool)
            or not isinstance(data, int | float)
            or (isinstance(data, float) and not data.is_integer())
        ):
            self.fail("invalid")
        return super().to_internal_value(int(data))


class StrictBooleanField(serializers.BooleanField):
    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class InputSerializer(serializers.Serializer):
    """Base of every input. Fields not declared are refused."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (unknown := set(data) - set(self.fields)):
            raise serializers.ValidationError(
                {
                    name: serializers.ErrorDetail("There is no such field.", code="unknown_field")
                    for name in sorted(unknown)
                }
            )
        return super().to_internal_value(data)


class MoneySerializer(serializers.Serializer):
    amount_minor = serializers.IntegerField()
    currency = serializers.CharField(min_length=3, max_length=3)


@cache
def _reader(serializer_class: type[InputSerializer]) -> InputSerializer:
    """One for all requests: validating keeps nothing in a serializer, and making one copies each of its fields."""
    return serializer_class()


def read_query(serializer_class: type[InputSerializer], request: Any) -> dict[str, Any]:
    """The validated query string, `cursor` and `limit` apart; a 400 that names what is wrong or unknown."""
    given = {name: value for name, value in request.GET.items() if name not in ("cursor", "limit")}
    serializer = serializer_class(data=given)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def read_input(serializer_class: type[InputSerializer], request: Any, **kwargs: Any) -> dict[str, Any]:
    """The validated body of a request, or a 400 that names each field."""
    if not kwargs and request.data is not None:
        return dict(_reader(serializer_class).run_validation(request.data))
    serializer = serializer_class(data=request.data, **kwargs)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
