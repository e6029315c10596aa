"""Form fields that let people type words where a JSON column is kept."""

import json
from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget


class WordsField(forms.Field):
    """A list of words, typed with commas: `linen, summer`."""

    def __init__(self, *, help_text: str = "", **kwargs: Any) -> None:
        super().__init__(help_text=help_text or "Separated by commas.", widget=UnfoldAdminTextInputWidget(), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(str(each) for each in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        if isinstance(value, list):
            return value
        if (value or "").lstrip().startswith("["):
            return _pasted(value, list)
        return [word.strip() for word in (value or "").split(",") if word.strip()]


class PairsField(forms.Field):
    """Names and values, one pair a line: `Material: Linen`. Several values stand with commas."""

    def __init__(self, *, help_text: str = "", **kwargs: Any) -> None:
        super().__init__(
            help_text=help_text or "One a line, as in “Material: Linen”.",
            widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
            **kwargs,
        )

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return "\n".join(
            f"{name}: {', '.join(map(str, each)) if isinstance(each, list) else each}" for name, each in value.items()
        )

    def to_python(self, value: Any) -> dict[str, Any]:
        if isinstance(value, dict):
            return value
        if (value or "").lstrip().startswith("{"):
            return _pasted(value, dict)
        pairs: dict[str, Any] = {}
        for line in (value or "").splitlines():
            name, colon, rest = line.partition(":")
            if not line.strip():
                continue
            if not colon or not name.strip():
                raise forms.ValidationError("Write each line as “Name: value”.")
            pairs[name.strip()] = rest.strip()
        return pairs


def _pasted(text: str, kind: type) -> Any:
    """JSON out of another system is taken as it is."""
    try:
        value = json.loads(text)
    except ValueError as error:
        raise forms.ValidationError("This is no complete JSON.") from error
    if not isinstance(value, kind):
        raise forms.ValidationError("This is no complete JSON.")
    return value
