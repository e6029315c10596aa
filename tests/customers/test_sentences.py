"""Every fact that can stand on a timeline reads as a plain sentence, whatever its fields say."""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from datetime import datetime
from uuid import UUID

import pytest

from omnichannel.events.facts import Fact
from omnichannel.events.ports import RecordedEvent, description_of
from omnichannel.events.sentences import default_sentence, sentence_of
from omnichannel.events.states import EventKind
from omnichannel.kernel.clock import now
from omnichannel.kernel.ids import uuid7

RAW = re.compile(r"[{}\[\]]|None|True|False|[0-9a-f]{8}-[0-9a-f]{4}-|_minor|[a-z]_[a-z]|  ")


def facts() -> list[type[Fact]]:
    found, waiting = [], [Fact]
    while waiting:
        for each in waiting.pop().__subclasses__():
            waiting.append(each)
            if vars(each).get("NAME") and any(field.name == "customer_id" for field in dataclasses.fields(each)):
                found.append(each)
    return sorted(
        {each.NAME: each for each in found if not each.__module__.startswith("tests.")}.values(),
        key=lambda each: each.NAME,
    )


def filled(kind: typing.Any, name: str, *, empty: bool) -> typing.Any:
    """A value of the field's type; of a field that may be empty, nothing when asked for."""
    options = (
        typing.get_args(kind) if isinstance(kind, types.UnionType) or typing.get_origin(kind) is typing.Union else ()
    )
    if options and empty and type(None) in options:
        return None
    plain = next((option for option in options if option is not type(None)), kind)
    base = typing.get_origin(plain) or plain
    if name == "currency":
        return "USD"
    if base is UUID:
        return str(uuid7())
    if base is datetime:
        return now().isoformat()
    return {int: 1500, str: "Linen", bool: not empty, float: 1.5, list: [], dict: {}, tuple: []}.get(base, "Linen")


def told(fact: type[Fact], *, empty: bool) -> str:
    hints = typing.get_type_hints(fact)
    data = {field.name: filled(hints[field.name], field.name, empty=empty) for field in dataclasses.fields(fact)}
    return sentence_of(
        RecordedEvent(
            uuid7(),
            fact.NAME,
            EventKind.DOMAIN,
            now(),
            uuid7(),
            uuid7(),
            "web",
            None,
            None,
            None,
            "customer:1",
            "",
            {},
            data,
        )
    )


def test_there_are_many():
    assert len(facts()) > 70


@pytest.mark.parametrize("fact", facts(), ids=lambda fact: fact.NAME)
def test_a_fact_of_a_customer_reads_as_a_sentence(fact):
    assert description_of(fact.NAME) is not None
    for empty in (False, True):
        sentence = told(fact, empty=empty)
        assert sentence != default_sentence(fact.NAME)
        assert sentence[0].isupper() or not sentence[0].isalpha(), sentence
        assert not RAW.search(sentence), sentence
