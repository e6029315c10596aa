"""Does an address fit its country? Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from customers.rules.countries import ANYWHERE, FORMS

# Where people leave the space or dash out: how many characters stand behind it.
_TAIL = {"GB": (" ", 3), "CA": (" ", 3), "NL": (" ", 2), "SE": (" ", 2), "CZ": (" ", 2), "SK": (" ", 2), "GR": (" ", 2),
         "IE": (" ", 4), "PT": ("-", 3), "PL": ("-", 3), "JP": ("-", 4), "BR": ("-", 3)}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FieldProblem:
    field: str
    code: str
    title: str


def tidy_postal_code(code: str, country: str) -> str:
    """`ec1a1bb` → `EC1A 1BB`, `1011ab` → `1011 AB`; others only in upper case."""
    text = " ".join(code.upper().split())
    if country in _TAIL:
        separator, tail = _TAIL[country]
        bare = re.sub(r"[\s-]", "", text)
        if len(bare) > tail:
            return f"{bare[:-tail]}{separator}{bare[-tail:]}"
    return text


def check_address(address: Mapping[str, str], *, countries: frozenset[str]) -> list[FieldProblem]:
    """What does not fit, field by field; empty when all does. `countries` are the codes that exist."""
    country = address.get("country", "")
    if country not in countries:
        return [FieldProblem("country", "country_unknown", "There is no such country code.")]
    form = FORMS.get(country, ANYWHERE)
    problems = []
    postal = address.get("postal_code", "")
    if not postal:
        if form.postal_required:
            problems.append(FieldProblem("postal_code", "required", "Addresses there have a postal code."))
    elif form.postal and not re.fullmatch(form.postal, postal):
        problems.append(FieldProblem("postal_code", "postal_code_invalid", "Postal codes there look different."))
    if form.regions and address.get("region", "") not in form.regions:
        problems.append(
            FieldProblem("region", "region_invalid", "Give the state or province by its short code, as in ME.")
        )
    return problems
